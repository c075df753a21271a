//! The ways to watch a program.

mod empty;
mod install;

use taskmon_subscriber::Level;

use crate::workloads::Workload;

/// A way to watch a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// Tokio as most people build it: without the flags.
    Plain,
    /// With the flags, and nobody who listens. What a way to watch costs is counted
    /// from here.
    Floor,
    /// A subscriber that asks for what taskmon asks for, and looks at nothing.
    Empty,
    /// tracing-subscriber's Registry with a layer that does nothing.
    Registry,
    /// taskmon, as `init_with` installs it.
    Taskmon(Taskmon),
    /// taskmon's plain layer on a Registry, level `channels`.
    PlainLayer,
    /// dial9, which records polls.
    Dial9,
    /// hotpath's wrapper around channels.
    Hotpath,
    /// console-subscriber, with its server running.
    Console,
}

/// How taskmon is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Taskmon {
    /// How much it records.
    pub level: Level,
    /// Whether it is without stacks, which is no default.
    pub no_stacks: bool,
    /// Whether a viewer is attached.
    pub watched: bool,
}

/// How the program has to be built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Build {
    /// Without the flags of `.cargo/config.toml`.
    WithoutFlags,
    /// With them.
    WithFlags,
    /// With them, and what the subject puts into the program.
    Feature(&'static str),
}

impl Subject {
    /// What the goals are about: taskmon as it is unless it is told otherwise.
    pub const DEFAULT: Subject = Subject::Taskmon(Taskmon {
        level: Level::Channels,
        no_stacks: false,
        watched: false,
    });

    /// The same, with a viewer attached.
    pub const WATCHED: Subject = Subject::Taskmon(Taskmon {
        level: Level::Channels,
        no_stacks: false,
        watched: true,
    });

    /// All of them, as tables have them.
    pub fn all() -> Vec<Subject> {
        let mut all = vec![
            Subject::Plain,
            Subject::Floor,
            Subject::Empty,
            Subject::Registry,
        ];
        for level in [Level::Tasks, Level::Channels, Level::All] {
            for no_stacks in [false, true] {
                for watched in [false, true] {
                    all.push(Subject::Taskmon(Taskmon {
                        level,
                        no_stacks,
                        watched,
                    }));
                }
            }
        }
        all.extend([
            Subject::PlainLayer,
            Subject::Dial9,
            Subject::Hotpath,
            Subject::Console,
        ]);
        all
    }

    /// Its name on the command line and in JSON.
    pub fn name(self) -> String {
        match self {
            Subject::Plain => "no-flags".to_owned(),
            Subject::Floor => "floor".to_owned(),
            Subject::Empty => "empty".to_owned(),
            Subject::Registry => "registry".to_owned(),
            Subject::Taskmon(_) => self.title().replace(", ", "-").replace(' ', "-"),
            Subject::PlainLayer => "plain-layer".to_owned(),
            Subject::Dial9 => "dial9".to_owned(),
            Subject::Hotpath => "hotpath".to_owned(),
            Subject::Console => "console-subscriber".to_owned(),
        }
    }

    /// Its name in tables.
    pub fn title(self) -> String {
        match self {
            Subject::Plain => "no flags".to_owned(),
            Subject::Floor => "flags, no subscriber".to_owned(),
            Subject::Empty => "empty subscriber".to_owned(),
            Subject::Registry => "Registry, no-op layer".to_owned(),
            Subject::Taskmon(taskmon) => taskmon.title(),
            Subject::PlainLayer => "taskmon channels, plain layer".to_owned(),
            Subject::Dial9 => "dial9".to_owned(),
            Subject::Hotpath => "hotpath, channels".to_owned(),
            Subject::Console => "console-subscriber".to_owned(),
        }
    }

    /// The one with that name.
    pub fn named(name: &str) -> Option<Self> {
        let mut all = Subject::all().into_iter();
        all.find(|subject| subject.name() == name)
    }

    /// Whether a viewer is attached to it.
    pub fn is_watched(self) -> bool {
        matches!(self, Subject::Taskmon(taskmon) if taskmon.watched)
    }

    /// How the program has to be built.
    pub fn build(self) -> Build {
        match self {
            Subject::Plain => Build::WithoutFlags,
            Subject::Dial9 => Build::Feature("dial9"),
            Subject::Hotpath => Build::Feature("hotpath"),
            _ => Build::WithFlags,
        }
    }

    /// Why it has nothing to do with `workload`, if it has not.
    pub fn misses(self, workload: Workload) -> Option<&'static str> {
        let has_channels = matches!(
            workload,
            Workload::PingPong | Workload::Stream | Workload::FanIn
        );
        (self == Subject::Hotpath && !has_channels).then_some(
            "hotpath's wrapper measures mpsc channels; these workloads have none, or most of \
             what they do is something else",
        )
    }
}

impl Taskmon {
    fn title(self) -> String {
        let level = match self.level {
            Level::Tasks => "tasks",
            Level::Channels => "channels",
            _ => "all",
        };
        let stacks = if self.no_stacks { ", no stacks" } else { "" };
        let watched = if self.watched { ", watched" } else { "" };
        format!("taskmon {level}{stacks}{watched}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_found_by_its_name() {
        for subject in Subject::all() {
            assert_eq!(Subject::named(&subject.name()), Some(subject));
        }
        assert_eq!(Subject::DEFAULT.name(), "taskmon-channels");
        assert_eq!(Subject::named("taskmon"), None);
    }
}
