//! A unix socket that only this user can open.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// A socket that listens. Its file goes with it.
pub(super) struct Socket {
    listener: UnixListener,
    file: SocketFile,
}

/// The socket's file, by the inode that it had.
struct SocketFile {
    path: PathBuf,
    inode: u64,
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        // Another program may have put its own there meanwhile.
        if fs::symlink_metadata(&self.path).is_ok_and(|file| file.ino() == self.inode) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// The path of a socket of this process's own in the folder that `path` names by
/// ending with `/`; any other path as it is.
///
/// Whoever starts processes that start others cannot give each a path: they all
/// have the same environment.
pub(super) fn own_path(path: &str) -> PathBuf {
    static SOCKETS: AtomicU32 = AtomicU32::new(1);
    match path.ends_with('/') {
        true => {
            let number = SOCKETS.fetch_add(1, Ordering::Relaxed);
            Path::new(path).join(format!("{}-{number}.sock", std::process::id()))
        }
        false => path.into(),
    }
}

impl Socket {
    /// Listens at `path`. A socket that nobody listens on any more is replaced;
    /// anything else that is there stays, and is an error.
    pub(super) fn bind(path: &Path) -> io::Result<Self> {
        if let Ok(file) = fs::symlink_metadata(path) {
            if !file.file_type().is_socket() {
                return Err(io::Error::new(
                    io::ErrorKind::AlreadyExists,
                    "there is a file of that name that is no socket",
                ));
            }
            if UnixStream::connect(path).is_ok() {
                return Err(io::Error::new(
                    io::ErrorKind::AddrInUse,
                    "another program listens there",
                ));
            }
            fs::remove_file(path)?;
        }
        // Made under a private name and given its own when nobody else can
        // open it: between `bind` and `chmod` it has the umask's mode.
        let private = path.with_extension(format!("{}.new", std::process::id()));
        let listener = UnixListener::bind(&private)?;
        let ready = fs::set_permissions(&private, Permissions::from_mode(0o600))
            .and_then(|()| fs::rename(&private, path))
            .and_then(|()| fs::symlink_metadata(path));
        match ready {
            Ok(file) => {
                listener.set_nonblocking(true)?;
                Ok(Socket {
                    listener,
                    file: SocketFile {
                        path: path.to_owned(),
                        inode: file.ino(),
                    },
                })
            }
            Err(error) => {
                let _ = fs::remove_file(&private);
                Err(error)
            }
        }
    }

    /// Puts it on the runtime of the calling thread.
    pub(super) fn listen(self) -> io::Result<Listening> {
        Ok(Listening {
            listener: tokio::net::UnixListener::from_std(self.listener)?,
            _file: self.file,
        })
    }
}

/// A socket on a runtime.
pub(super) struct Listening {
    listener: tokio::net::UnixListener,
    _file: SocketFile,
}

impl Listening {
    /// The next viewer. Anyone but the user of this process and root is sent away,
    /// whatever the socket's file has become.
    pub(super) async fn accept(&self) -> io::Result<tokio::net::UnixStream> {
        loop {
            let (stream, _) = self.listener.accept().await?;
            if stream.peer_cred().is_ok_and(|peer| may_connect(peer.uid())) {
                return Ok(stream);
            }
        }
    }
}

/// Whether the user `uid` may look into this process: who has the same rights, or more.
fn may_connect(uid: libc::uid_t) -> bool {
    // SAFETY: it takes nothing and cannot fail.
    let own = unsafe { libc::geteuid() };
    uid == own || uid == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("taskmon-{}-{name}", std::process::id()))
    }

    #[test]
    fn only_its_user_can_open_the_socket() {
        let path = path("mode");
        let socket = Socket::bind(&path).unwrap();
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        UnixStream::connect(&path).unwrap();
        drop(socket);
        assert!(!path.exists());
    }

    #[test]
    fn only_the_same_user_and_root_may_connect() {
        // SAFETY: it takes nothing and cannot fail.
        let own = unsafe { libc::geteuid() };
        assert!(may_connect(own) && may_connect(0));
        assert!(!may_connect(own + 1));
    }

    #[test]
    fn a_socket_that_nobody_listens_on_is_replaced() {
        let path = path("stale");
        drop(UnixListener::bind(&path).unwrap());
        assert!(path.exists());
        let _socket = Socket::bind(&path).unwrap();
        UnixStream::connect(&path).unwrap();
    }

    #[test]
    fn in_a_folder_each_server_has_a_socket_of_its_own() {
        let folder = path("folder");
        fs::create_dir(&folder).unwrap();
        let bind = format!("{}/", folder.display());
        let paths = [own_path(&bind), own_path(&bind)];
        assert_ne!(paths[0], paths[1]);
        let own = format!("{}-", std::process::id());
        for path in paths {
            let _socket = Socket::bind(&path).unwrap();
            assert_eq!(path.parent().unwrap(), folder);
            let name = path.file_name().unwrap().to_str().unwrap();
            assert!(name.starts_with(&own) && name.ends_with(".sock"), "{name}");
            UnixStream::connect(&path).unwrap();
        }
        fs::remove_dir(&folder).unwrap();
        assert_eq!(own_path("/run/shop.sock"), Path::new("/run/shop.sock"));
    }

    #[test]
    fn what_someone_else_uses_is_left_alone() {
        let path = path("used");
        let _theirs = UnixListener::bind(&path).unwrap();
        let error = Socket::bind(&path).err().unwrap();
        assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
        fs::remove_file(&path).unwrap();

        fs::write(&path, "a file").unwrap();
        assert!(Socket::bind(&path).is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "a file");
        fs::remove_file(&path).unwrap();
    }
}
