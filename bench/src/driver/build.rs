//! Builds the programs that are measured.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::subjects::Build;

/// Builds the program of that kind, and gives its path.
///
/// # Errors
///
/// If cargo does: it says why itself.
pub fn build(kind: Build) -> Result<PathBuf, Box<dyn Error>> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let target = match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => workspace.join(folder),
        None => workspace.join("target"),
    };
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(&workspace);
    cargo.args(["build", "--release", "-p", "bench"]);
    let (target, program) = match kind {
        Build::WithFlags => (target, "subject".to_owned()),
        Build::WithoutFlags => {
            // Goes before the flags in .cargo/config.toml.
            cargo.env("RUSTFLAGS", "");
            (target.join("without-flags"), "subject".to_owned())
        }
        Build::Feature(feature) => {
            cargo.args(["--features", feature]);
            (target, format!("subject-{feature}"))
        }
    };
    cargo.args(["--bin", &program, "--target-dir"]).arg(&target);
    if !cargo.status()?.success() {
        return Err(format!("cannot build {program}").into());
    }
    Ok(target.join("release").join(program))
}
