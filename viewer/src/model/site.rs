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

/// `src/api.rs:61:14`, without what is 0 and so not known.
impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
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
}
