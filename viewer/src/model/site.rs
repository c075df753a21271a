//! Places in the source, and what was spawned there.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::TaskKind;

/// A place in source code.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// The path as the compiler saw it; may hold any character.
    pub file: Arc<str>,
    /// The line, from 1; 0 if it is not known.
    pub line: u32,
    /// The column, from 1; 0 if it is not known.
    pub column: u32,
}

impl Location {
    /// The file without where Cargo keeps libraries and rustc the standard
    /// library: `axum-0.8.9/src/serve/mod.rs`.
    pub fn short_file(&self) -> &str {
        let file = &*self.file;
        let within = |folder| Some(file.split_once(folder)?.1);
        let below = |path: &'_ str| path.find('/').map(|end| path.len() - end - 1);
        // What follows is the index, or the compiler's version.
        let rest = within("/registry/src/")
            .or_else(|| file.strip_prefix("/rustc/"))
            .and_then(below);
        match rest.or_else(|| within("/git/checkouts/").map(str::len)) {
            Some(length) => &file[file.len() - length..],
            None => file,
        }
    }
}

/// `src/api.rs:61:14`, without what is 0 and so not known.
impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.short_file())?;
        match (self.line, self.column) {
            (0, _) => Ok(()),
            (line, 0) => write!(f, ":{line}"),
            (line, column) => write!(f, ":{line}:{column}"),
        }
    }
}

/// What tasks have to do with a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SiteRole {
    /// They wait there: it is the program's own innermost line on the way to the
    /// operation.
    Waits,
    /// They were spawned there: where they wait is not known, or not what it is
    /// about.
    Spawned,
}

impl SiteRole {
    /// `waits` or `spawned`.
    pub fn as_str(self) -> &'static str {
        match self {
            SiteRole::Waits => "waits",
            SiteRole::Spawned => "spawned",
        }
    }
}

/// A place and the kind of task that it spawns.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SiteKey {
    /// The place.
    pub location: Arc<Location>,
    /// The kind of task.
    pub kind: TaskKind,
}

/// What became of the tasks that were spawned at one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct SpawnSite {
    /// How many there ever were.
    pub spawned: u64,
    /// How many returned.
    pub completed: u64,
    /// How many panicked.
    pub panicked: u64,
    /// How many were dropped before they were ready.
    pub cancelled: u64,
    /// The polls of those that ended.
    pub polls: u64,
    /// The time in polls of those that ended.
    pub busy: Duration,
}

impl SpawnSite {
    /// How many are alive.
    pub fn live(&self) -> u64 {
        self.spawned
            .saturating_sub(self.completed)
            .saturating_sub(self.panicked)
            .saturating_sub(self.cancelled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_of_a_location_is_not_shown() {
        let text = |line, column| {
            let file = "src/api.rs".into();
            Location { file, line, column }.to_string()
        };
        assert_eq!(text(61, 14), "src/api.rs:61:14");
        assert_eq!(text(61, 0), "src/api.rs:61");
        assert_eq!(text(0, 0), "src/api.rs");
    }

    #[test]
    fn a_librarys_file_is_told_by_its_name_and_version() {
        for (file, short) in [
            ("src/api.rs", "src/api.rs"),
            ("/home/me/shop/src/api.rs", "/home/me/shop/src/api.rs"),
            (
                "/home/me/.cargo/registry/src/index.crates.io-1949/axum-0.8.9/src/lib.rs",
                "axum-0.8.9/src/lib.rs",
            ),
            (
                "/home/me/.cargo/git/checkouts/tokio-12ab/34cd/tokio/src/lib.rs",
                "tokio-12ab/34cd/tokio/src/lib.rs",
            ),
            (
                "/rustc/59807616/library/core/src/lib.rs",
                "library/core/src/lib.rs",
            ),
            ("/registry/src/", "/registry/src/"),
        ] {
            let location = Location {
                file: file.into(),
                line: 7,
                column: 0,
            };
            assert_eq!(location.to_string(), format!("{short}:7"));
        }
    }
}
