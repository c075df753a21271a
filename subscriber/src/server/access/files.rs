//! Secrets and certificates in files, which may change while the program runs.

use std::fs::{self, File, Metadata};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use super::AccessError;
use crate::server::say;

/// No file here is longer.
const LONGEST: u64 = 1 << 20;

/// What is made of some files, made anew when one of them changes.
///
/// What is wrong with a changed file is said once, and what there was before
/// stays.
pub(super) struct FromFiles<T> {
    files: Vec<PathBuf>,
    make: Box<dyn Fn() -> Result<T, AccessError> + Send + Sync>,
    kept: Mutex<Kept<T>>,
}

struct Kept<T> {
    /// What the files looked like when they were last read.
    looked: Vec<Option<Look>>,
    made: Arc<T>,
}

impl<T> FromFiles<T> {
    /// Makes it for the first time.
    pub(super) fn load(
        files: Vec<PathBuf>,
        make: impl Fn() -> Result<T, AccessError> + Send + Sync + 'static,
    ) -> Result<Self, AccessError> {
        // Looked at before they are read: a change meanwhile is seen next time.
        let looked = look(&files);
        let made = Arc::new(make()?);
        Ok(FromFiles {
            files,
            make: Box::new(make),
            kept: Mutex::new(Kept { looked, made }),
        })
    }

    /// What the files say now.
    pub(super) fn current(&self) -> Arc<T> {
        let looked = look(&self.files);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.looked != looked {
            kept.looked = looked;
            match (self.make)() {
                Ok(made) => kept.made = Arc::new(made),
                Err(error) => say(&format!("{error}; what was there before goes on to count")),
            }
        }
        Arc::clone(&kept.made)
    }
}

/// What tells that a file has changed, without reading it.
#[derive(PartialEq, Eq)]
struct Look {
    modified: Option<SystemTime>,
    length: u64,
    #[cfg(unix)]
    inode: (u64, i64, i64),
}

fn look(files: &[PathBuf]) -> Vec<Option<Look>> {
    let look = |path: &PathBuf| {
        let file = fs::metadata(path).ok()?;
        Some(Look {
            modified: file.modified().ok(),
            length: file.len(),
            #[cfg(unix)]
            inode: {
                use std::os::unix::fs::MetadataExt;
                (file.ino(), file.ctime(), file.ctime_nsec())
            },
        })
    };
    files.iter().map(look).collect()
}

/// What is in a file.
#[cfg(feature = "tls")]
pub(super) fn read(path: &Path) -> Result<Vec<u8>, AccessError> {
    open(path, |_| Ok(()))
}

/// What is in a file that not everyone on this host may read.
pub(super) fn read_private(path: &Path) -> Result<Vec<u8>, AccessError> {
    open(path, |file| match is_open_to_all(file) {
        true => Err(AccessError::ReadableByAll(path.to_owned())),
        false => Ok(()),
    })
}

fn open(
    path: &Path,
    check: impl FnOnce(&Metadata) -> Result<(), AccessError>,
) -> Result<Vec<u8>, AccessError> {
    let failed = |source| AccessError::File {
        path: path.to_owned(),
        source,
    };
    // Not a pipe, which would keep the thread waiting.
    if !fs::metadata(path).map_err(failed)?.is_file() {
        return Err(failed(std::io::ErrorKind::InvalidInput.into()));
    }
    let file = File::open(path).map_err(failed)?;
    // Of what was opened, and not of what has that name by now.
    check(&file.metadata().map_err(failed)?)?;
    let mut bytes = Vec::new();
    file.take(LONGEST).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

#[cfg(unix)]
fn is_open_to_all(file: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.permissions().mode() & 0o007 != 0
}

/// Elsewhere the mode says nothing.
#[cfg(not(unix))]
fn is_open_to_all(_: &Metadata) -> bool {
    false
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    /// A file of its own for the test called `name`.
    fn file(name: &str, mode: u32, text: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("taskmon-{}-{name}", std::process::id()));
        write(&path, mode, text);
        path
    }

    /// As it should be replaced: whole, at once.
    fn write(path: &Path, mode: u32, text: &str) {
        let new = path.with_extension("new");
        fs::write(&new, text).unwrap();
        fs::set_permissions(&new, Permissions::from_mode(mode)).unwrap();
        fs::rename(new, path).unwrap();
    }

    fn lines(path: &Path) -> FromFiles<Vec<u8>> {
        let read = path.to_owned();
        FromFiles::load(vec![path.to_owned()], move || read_private(&read)).unwrap()
    }

    #[test]
    fn a_changed_file_counts_and_a_bad_one_does_not() {
        let path = file("changes", 0o600, "one");
        let lines = lines(&path);
        assert_eq!(**lines.current(), *b"one");
        write(&path, 0o640, "two");
        assert_eq!(**lines.current(), *b"two");
        write(&path, 0o644, "three");
        assert_eq!(**lines.current(), *b"two", "everyone can read the third");
        fs::remove_file(&path).unwrap();
        assert_eq!(**lines.current(), *b"two");
        write(&path, 0o400, "four");
        assert_eq!(**lines.current(), *b"four");
        fs::remove_file(&path).unwrap();
    }

    #[test]
    fn a_secret_that_everyone_can_read_is_refused() {
        for mode in [0o644, 0o604, 0o602] {
            let path = file("open", mode, "secret");
            let error = read_private(&path).unwrap_err();
            assert!(matches!(error, AccessError::ReadableByAll(_)), "{error}");
            fs::remove_file(&path).unwrap();
        }
    }

    #[test]
    fn what_is_no_file_is_an_error() {
        assert!(read_private(Path::new("/dev/zero")).is_err());
        assert!(read_private(Path::new("/no/such/file")).is_err());
        assert!(read_private(&std::env::temp_dir()).is_err());
    }
}
