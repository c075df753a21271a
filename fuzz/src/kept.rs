//! Inputs that are kept.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The seeds of the target called `name`.
///
/// # Errors
///
/// If one cannot be read.
pub fn seeds(name: &str) -> io::Result<Vec<Vec<u8>>> {
    inputs(&folder("corpus", name))
}

/// The inputs of the target called `name` for which something did not hold once.
///
/// # Errors
///
/// If one cannot be read.
pub fn found(name: &str) -> io::Result<Vec<Vec<u8>>> {
    inputs(&folder("found", name))
}

/// Where an input of the target called `name` is kept for which something does not hold.
pub fn place_for(name: &str, seed: u64) -> PathBuf {
    folder("found", name).join(format!("{seed:016x}"))
}

fn folder(kind: &str, name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(kind).join(name)
}

/// All files in `folder`, in the order of their names; none if there is no such folder.
fn inputs(folder: &Path) -> io::Result<Vec<Vec<u8>>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let paths: io::Result<Vec<_>> = entries.map(|entry| Ok(entry?.path())).collect();
    let mut paths = paths?;
    paths.sort();
    paths.iter().map(fs::read).collect()
}
