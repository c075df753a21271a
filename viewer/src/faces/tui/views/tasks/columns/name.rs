//! The columns by their names.

use std::fmt;
use std::str::FromStr;

use super::Column;
use super::all::COLUMNS;
use crate::words::plain::quoted;

/// Makes the enum and the names of one list.
macro_rules! columns {
    ($($column:ident $name:literal $says:literal)*) => {
        /// A column of the table of tasks. See [`ColumnName::meaning`] for each.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[allow(missing_docs, reason = "each says itself what it means")]
        pub enum ColumnName { $($column),* }

        impl ColumnName {
            /// All of them.
            pub const ALL: [ColumnName; [$($name),*].len()] = [$(ColumnName::$column),*];

            /// Its name in a configuration: `self-wakes`.
            pub fn name(self) -> &'static str {
                match self {
                    $(ColumnName::$column => $name),*
                }
            }

            /// What it says of a task, in a few words.
            pub fn meaning(self) -> &'static str {
                match self {
                    $(ColumnName::$column => $says),*
                }
            }
        }
    };
}

columns! {
    Alert "alert" "a mark for what is wrong"
    Target "target" "the program, if there are several"
    State "state" "what it is doing"
    Wait "wait" "what it waits for"
    For "for" "how long it has waited, or been in its state"
    Id "id" "the number that Tokio gave it"
    Name "name" "what the program called it"
    On "on" "the channel or lock that it waits on"
    Polls "polls" "how often it was polled"
    Busy "busy" "its time in polls"
    WaitingAt "waiting-at" "where in the program it waits"
    SpawnedAt "spawned-at" "where it was spawned"
    Age "age" "how long ago it was spawned"
    Kind "kind" "how it was spawned"
    Spawner "spawner" "the number of the task that spawned it"
    Scheduled "scheduled" "its time between wake and poll"
    Idle "idle" "its time in which it was not woken"
    LongestPoll "longest-poll" "its longest poll"
    LastPoll "last-poll" "how long ago its last poll began"
    Wakes "wakes" "how often it was woken"
    SelfWakes "self-wakes" "how often it woke itself in its own poll"
    WakerClones "waker-clones" "how often a waker of it was cloned"
    WakerDrops "waker-drops" "how often a waker of it was dropped without waking"
    Size "size" "the size of its future"
    Thread "thread" "the thread that polls it, or last did"
}

/// Why a text is not the name of a column.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no column '{name}': there are {}", names())]
pub struct ColumnError {
    name: String,
}

fn names() -> String {
    ColumnName::ALL.map(ColumnName::name).join(", ")
}

impl ColumnName {
    /// Those that are shown unless the user has chosen others, from left to right.
    pub const DEFAULT: &[ColumnName] = &[
        ColumnName::Alert,
        ColumnName::Target,
        ColumnName::State,
        ColumnName::Wait,
        ColumnName::For,
        ColumnName::Id,
        ColumnName::Name,
        ColumnName::Polls,
        ColumnName::Busy,
        ColumnName::WaitingAt,
        ColumnName::SpawnedAt,
    ];

    /// The column of that name.
    pub(in super::super::super::super) fn column(self) -> &'static Column {
        // They are in the same order, which a test sees to.
        &COLUMNS[self as usize]
    }
}

impl fmt::Display for ColumnName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for ColumnName {
    type Err = ColumnError;

    fn from_str(text: &str) -> Result<Self, ColumnError> {
        let mut all = ColumnName::ALL.into_iter();
        let named = all.find(|column| column.name() == text);
        named.ok_or_else(|| ColumnError { name: quoted(text) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_what_is_read_and_has_its_column() {
        assert_eq!(COLUMNS.len(), ColumnName::ALL.len());
        for name in ColumnName::ALL {
            assert_eq!(name.to_string().parse(), Ok(name));
            assert_eq!(name.column().name, name);
        }
    }

    #[test]
    fn what_is_no_column_is_refused_with_those_there_are() {
        let error = "x\u{1b}".parse::<ColumnName>().unwrap_err().to_string();
        assert!(
            error.contains("waiting-at") && !error.contains('\u{1b}'),
            "{error}"
        );
    }
}
