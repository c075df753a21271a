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
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
}

/// `src/api.rs:61:14`
impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
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
