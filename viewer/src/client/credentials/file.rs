//! Secrets in files.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use super::CredentialsError;
use crate::words::plain::plain;

/// No file here is longer.
const LONGEST: u64 = 1 << 20;

/// What is in a file.
#[cfg(feature = "tls")]
pub(in crate::client) fn read(path: &Path) -> Result<Vec<u8>, CredentialsError> {
    // It pleases whatever it is.
    read_if(path, |_| true).map(Option::unwrap_or_default)
}

/// What is in a file that not everyone on this host may read.
pub(in crate::client) fn read_private(path: &Path) -> Result<Vec<u8>, CredentialsError> {
    let bytes = read_if(path, |file| !is_open_to_all(file))?;
    bytes.ok_or_else(|| CredentialsError::ReadableByAll(name(path)))
}

/// A file's content, if its metadata pleases.
fn read_if(
    path: &Path,
    pleases: impl FnOnce(&fs::Metadata) -> bool,
) -> Result<Option<Vec<u8>>, CredentialsError> {
    let failed = |error: io::Error| CredentialsError::File {
        path: name(path),
        reason: plain(&error.to_string()).into_owned(),
    };
    // Not a pipe, which would keep the viewer waiting.
    if !fs::metadata(path).map_err(failed)?.is_file() {
        return Err(failed(io::Error::other("it is no file")));
    }
    let file = File::open(path).map_err(failed)?;
    if !pleases(&file.metadata().map_err(failed)?) {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    file.take(LONGEST).read_to_end(&mut bytes).map_err(failed)?;
    Ok(Some(bytes))
}

/// A path for people.
pub(super) fn name(path: &Path) -> String {
    plain(&path.to_string_lossy()).into_owned()
}

#[cfg(unix)]
fn is_open_to_all(file: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.permissions().mode() & 0o007 != 0
}

/// Elsewhere the mode says nothing.
#[cfg(not(unix))]
fn is_open_to_all(_: &fs::Metadata) -> bool {
    false
}
