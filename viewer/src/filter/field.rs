//! What the rows of each view can be asked.

use std::fmt;
use std::sync::LazyLock;

use super::Subject::{Alerts, Channels, Resources, Sites, Tasks, Waits};
use crate::rules::{Settings, catalogue};

/// What a filter chooses from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// Live tasks.
    Tasks,
    /// The places where tasks are spawned.
    Sites,
    /// The places where tasks wait.
    Waits,
    /// Bounded channels.
    Channels,
    /// Locks, semaphores and timers.
    Resources,
    /// What is wrong, or was.
    Alerts,
}

impl Subject {
    /// All of them.
    pub const ALL: [Subject; 6] = [Tasks, Sites, Waits, Channels, Resources, Alerts];

    /// The fields that its rows have, by name.
    pub fn fields(self) -> impl Iterator<Item = Field> {
        let fields = Field::ALL.into_iter();
        fields.filter(move |field| field.info().of.contains(&self))
    }

    /// Its field of that name, in letters of any case.
    pub fn field(self, name: &str) -> Option<Field> {
        let mut fields = self.fields();
        fields.find(|field| field.name().eq_ignore_ascii_case(name))
    }
}

/// In words: `wait sites`.
impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Tasks => "tasks",
            Sites => "spawn sites",
            Waits => "wait sites",
            Channels => "channels",
            Resources => "resources",
            Alerts => "alerts",
        })
    }
}

/// What a field holds, and so what it is held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Holds {
    /// Any text.
    Text,
    /// One of a few words; see [`Field::choices`].
    Word,
    /// A count.
    Number,
    /// A time, in nanoseconds.
    Duration,
    /// A size in bytes.
    Bytes,
}

/// All there is to one field.
struct Info {
    name: &'static str,
    holds: Holds,
    of: &'static [Subject],
    meaning: &'static str,
}

/// Makes the enum and the table of one list.
macro_rules! fields {
    ($($field:ident $name:literal $holds:ident [$($of:ident),*] $meaning:literal)*) => {
        /// Something that rows can be asked. See [`Field::meaning`] for each.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[allow(missing_docs, reason = "each says itself what it means")]
        pub enum Field { $($field),* }

        impl Field {
            /// All of them, by name.
            pub const ALL: [Field; [$($name),*].len()] = [$(Field::$field),*];

            fn info(self) -> &'static Info {
                match self {
                    $(Field::$field => &Info {
                        name: $name,
                        holds: Holds::$holds,
                        of: &[$($of),*],
                        meaning: $meaning,
                    }),*
                }
            }
        }
    };
}

fields! {
    Age "age" Duration [Tasks, Channels, Resources] "how long ago it was spawned or made"
    Alert "alert" Word [Tasks] "what is wrong with it: a rule, a severity, or any"
    At "at" Text [Tasks, Waits] "where it waits: the place and the function"
    Busy "busy" Duration [Tasks, Sites] "its time in polls"
    Cancelled "cancelled" Number [Sites] "tasks that were dropped before they were ready"
    Capacity "capacity" Number [Channels, Resources] "how many messages or permits there are at most"
    Completed "completed" Number [Sites] "tasks that returned"
    Fill "fill" Word [Channels] "whether it is known to be full or empty"
    For "for" Duration [Tasks, Waits, Channels, Resources, Alerts] "how long it, or the longest of it, has waited or been in its state"
    Holder "holder" Text [Resources] "the task that holds it"
    Id "id" Number [Tasks] "the number that Tokio gave it"
    Kind "kind" Word [Tasks, Sites, Resources] "how it was spawned, or what a resource is"
    Live "live" Number [Sites] "tasks that are alive"
    LongestPoll "longest-poll" Duration [Tasks] "its longest poll"
    Lost "lost" Number [Sites] "live tasks that can never run again"
    Name "name" Text [Tasks] "what the program called it"
    Of "of" Text [Channels] "the type of its messages"
    Oldest "oldest" Duration [Sites] "the age of the oldest live task"
    On "on" Text [Tasks, Waits] "the channel or lock that is waited on: ch#18"
    Panicked "panicked" Number [Sites] "tasks that panicked"
    Polls "polls" Number [Tasks, Sites] "how often it was polled"
    Receiver "receiver" Text [Channels] "the task that last received"
    Resource "resource" Text [Channels, Resources] "what it is called: ch#18, mutex#4"
    Rule "rule" Word [Alerts] "the rule that says so"
    Running "running" Number [Sites] "live tasks that are being polled"
    Scheduled "scheduled" Duration [Tasks] "its time between wake and poll"
    SelfWakes "self-wakes" Number [Tasks] "how often it woke itself in its own poll"
    Senders "senders" Number [Channels] "how many sends wait"
    Severity "severity" Word [Alerts] "error or warning"
    Site "site" Text [Tasks, Sites, Waits, Channels, Resources, Alerts] "a place that it has to do with: where it was spawned, waits or was made"
    Size "size" Bytes [Tasks] "the size of its future"
    Spawned "spawned" Number [Sites] "tasks there ever were"
    SpawnedAt "spawned-at" Text [Tasks] "where it was spawned"
    Spawner "spawner" Number [Tasks] "the number of the task that spawned it"
    State "state" Word [Tasks, Alerts] "what it is doing; whether an alert is active or past"
    Target "target" Text [Tasks, Sites, Waits, Channels, Resources, Alerts] "the program that it is in"
    Tasks "tasks" Number [Waits, Alerts] "how many tasks it is about"
    Thread "thread" Text [Tasks] "the thread that last polled it"
    Type "type" Text [Resources] "its type as Tokio has it: Mutex"
    Wait "wait" Text [Tasks, Waits] "what it waits for: mpsc send"
    Waiting "waiting" Number [Sites, Resources] "how many tasks or operations wait"
    Waits "waits" Number [Waits] "how many operations wait"
    Wakes "wakes" Number [Tasks] "how often it was woken"
}

impl Field {
    /// Its name: `self-wakes`.
    pub fn name(self) -> &'static str {
        self.info().name
    }

    /// What it holds.
    pub fn holds(self) -> Holds {
        self.info().holds
    }

    /// What it says of a row, in a few words.
    pub fn meaning(self) -> &'static str {
        self.info().meaning
    }

    /// The words that it may be in rows of `subject`, if it holds one of a few; empty
    /// for others.
    pub fn choices(self, subject: Subject) -> &'static [&'static str] {
        static ALERTS: LazyLock<Vec<&str>> = LazyLock::new(|| {
            let rules = rules().iter().copied();
            rules.chain(["error", "warning", "any"]).collect()
        });
        match (self, subject) {
            (Field::Alert, _) => &ALERTS,
            (Field::Fill, _) => &["full", "empty"],
            (Field::Kind, Resources) => &[
                "mutex",
                "rwlock",
                "semaphore",
                "barrier",
                "oneshot",
                "sleep",
                "interval",
                "resource",
            ],
            (Field::Kind, _) => &["task", "local", "block_on", "blocking", "unknown"],
            (Field::Rule, _) => rules(),
            (Field::Severity, _) => &["error", "warning"],
            (Field::State, Alerts) => &["active", "past"],
            (Field::State, _) => &["running", "scheduled", "waiting", "lost"],
            _ => &[],
        }
    }
}

/// The names of all rules.
fn rules() -> &'static [&'static str] {
    static RULES: LazyLock<Vec<&str>> = LazyLock::new(|| {
        let rules = catalogue(&Settings::default());
        rules.iter().map(|rule| rule.name).collect()
    });
    &RULES
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_in_the_order_of_their_names_and_words_have_choices() {
        let names: Vec<_> = Field::ALL.iter().map(|field| field.name()).collect();
        assert!(names.is_sorted(), "{names:?}");
        for subject in Subject::ALL {
            for field in subject.fields() {
                let is_word = field.holds() == Holds::Word;
                assert_eq!(is_word, !field.choices(subject).is_empty(), "{field}");
            }
        }
    }
}
