//! The private folder in which a command's processes open their sockets.

use std::collections::HashSet;
use std::ffi::OsString;
use std::fs::Permissions;
use std::io;
use std::os::unix::fs::{DirEntryExt, FileTypeExt, PermissionsExt};
use std::path::{Path, PathBuf};

use tempfile::{Builder, TempDir};

use crate::client::Target;

/// The path of a socket has room for 104 bytes on the systems that have least,
/// and the names in the folder take less than this of it.
const LONGEST_PATH: usize = 104 - 40;

/// A folder that only this user can open; it goes with this value.
///
/// Each process is given the folder and makes a socket of its own in it, so that
/// a process that starts others with taskmon does not take their place, nor they
/// its.
#[derive(Debug)]
pub(super) struct Folder {
    folder: TempDir,
    /// The sockets that were seen: a name may come again, as another file.
    seen: HashSet<(OsString, u64)>,
}

impl Folder {
    /// Makes one.
    pub(super) fn make() -> io::Result<Self> {
        let usual = std::env::temp_dir();
        // Absolute, for the command may change its working directory.
        let usual = std::path::absolute(&usual).unwrap_or(usual);
        let parent = match usual.as_os_str().len() > LONGEST_PATH - "/taskmon-123456".len() {
            true => PathBuf::from("/tmp"),
            false => usual,
        };
        let folder = Builder::new()
            .prefix("taskmon-")
            .permissions(Permissions::from_mode(0o700))
            .tempdir_in(parent)?;
        Ok(Folder {
            folder,
            seen: HashSet::new(),
        })
    }

    /// What `TASKMON_BIND` is for the processes: a path that ends with `/` is a
    /// folder to them.
    pub(super) fn bind(&self) -> OsString {
        let mut bind = OsString::from("unix:");
        bind.push(self.folder.path());
        bind.push("/");
        bind
    }

    /// The sockets that were not there at the last call.
    pub(super) fn new_sockets(&mut self) -> Vec<Target> {
        let Ok(entries) = self.folder.path().read_dir() else {
            return Vec::new();
        };
        let mut new = Vec::new();
        for entry in entries.flatten() {
            let path = entry.path();
            if !is_socket_name(&path) {
                continue;
            }
            // Both are in the entry itself on most systems: those of processes that
            // are gone may be many, and cost little this way.
            let is_socket = entry.file_type().is_ok_and(|it| it.is_socket());
            if is_socket && self.seen.insert((entry.file_name(), entry.ino())) {
                new.push(Target::unix(path));
            }
        }
        new
    }
}

/// A socket that is ready has its own name, and not yet that of its making.
fn is_socket_name(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == "sock")
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixListener;

    use super::*;

    fn path(folder: &Folder, name: &str) -> PathBuf {
        folder.folder.path().join(name)
    }

    #[test]
    fn each_socket_is_new_once_and_again_if_it_is_another() {
        let mut folder = Folder::make().unwrap();
        assert_eq!(folder.new_sockets(), []);
        let first = path(&folder, "1-1.sock");
        let listener = UnixListener::bind(&first).unwrap();
        assert_eq!(folder.new_sockets(), [Target::unix(first.clone())]);
        assert_eq!(folder.new_sockets(), []);
        // The other is made before this one is gone, so that it is not its inode.
        let making = path(&folder, "1-1.1.new");
        let _other = UnixListener::bind(&making).unwrap();
        assert_eq!(folder.new_sockets(), []);
        std::fs::rename(&making, &first).unwrap();
        drop(listener);
        assert_eq!(folder.new_sockets(), [Target::unix(first)]);
    }

    #[test]
    fn only_this_user_can_open_it_and_it_goes_with_its_value() {
        let folder = Folder::make().unwrap();
        let path = folder.folder.path().to_owned();
        let mode = path.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        assert_eq!(
            folder.bind().to_str().unwrap(),
            format!("unix:{}/", path.display())
        );
        drop(folder);
        assert!(!path.exists());
    }
}
