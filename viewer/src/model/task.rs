//! Tasks, live and ended.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::{Location, Moment, SiteRole, Wait, WaitKey};

/// Names one task for as long as its program runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskKey(pub u64);

/// One task. Durations are totals up to [`Task::state_since`]; the methods that
/// take `now` add what has passed since.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// Its name on the wire.
    pub key: TaskKey,
    /// What `tokio::task::Id` shows.
    pub tokio_id: u64,
    /// What the application called it; may be empty, and may hold any
    /// character: faces must make it harmless.
    pub name: Arc<str>,
    /// How it was spawned.
    pub kind: TaskKind,
    /// Where it was spawned, if that is known.
    pub location: Option<Arc<Location>>,
    /// The task that spawned it, if one did (it may have ended).
    pub spawner: Option<TaskKey>,
    /// The same by tokio's id.
    pub spawner_tokio_id: Option<u64>,
    /// When it was spawned.
    pub spawned_at: Moment,
    /// The size of its future in bytes as the runtime keeps it.
    pub size: u64,
    /// The size of its future before the runtime boxed it, if it did.
    pub original_size: Option<u64>,
    /// What it is doing.
    pub state: TaskState,
    /// Since when.
    pub state_since: Moment,
    /// How often it was polled.
    pub polls: u64,
    /// How often it was woken.
    pub wakes: u64,
    /// How often of these from within its own poll.
    pub self_wakes: u64,
    /// How often a waker of it was cloned.
    pub waker_clones: u64,
    /// How often a waker of it was dropped without waking.
    pub waker_drops: u64,
    /// Time in polls that ended.
    pub busy: Duration,
    /// Time between wake and poll, for polls that began.
    pub scheduled: Duration,
    /// The longest poll that ended.
    pub longest_poll: Duration,
    /// When the viewer noticed that one; when the last poll began if it was
    /// before the viewer came.
    pub longest_poll_seen: Moment,
    /// When its last poll began.
    pub last_poll: Option<Moment>,
    /// The thread that polls it, or last did.
    pub thread: Option<Arc<str>>,
    /// Its waits that Tokio tells of, in no order; see
    /// [`super::Model::waits_of`].
    pub waits: Vec<WaitKey>,
    /// Its waits that only its wakers tell of.
    pub waker_waits: Vec<Wait>,
}

impl Task {
    /// It for people: `task 4711 "newProducer"`. Faces must make it harmless.
    pub fn title(&self) -> String {
        match &*self.name {
            "" => format!("task {}", self.tokio_id),
            name => format!("task {} \"{name}\"", self.tokio_id),
        }
    }

    /// Where to look for what it does in `wait`, one of its own: where in the
    /// program's code it waits, or else where it was spawned.
    pub fn site_of<'a>(&'a self, wait: Option<&'a Wait>) -> (Option<&'a Arc<Location>>, SiteRole) {
        match wait.and_then(Wait::site) {
            Some(site) => (Some(site), SiteRole::Waits),
            None => (self.location.as_ref(), SiteRole::Spawned),
        }
    }

    /// How long it has been in its present state.
    pub fn state_for(&self, now: Moment) -> Duration {
        now.since(self.state_since)
    }

    /// How long ago it was spawned.
    pub fn age(&self, now: Moment) -> Duration {
        now.since(self.spawned_at)
    }

    /// Time in polls, the running one included.
    pub fn busy_at(&self, now: Moment) -> Duration {
        match self.state {
            TaskState::Running => self.busy + self.state_for(now),
            _ => self.busy,
        }
    }

    /// Time between wake and poll, the present one included.
    pub fn scheduled_at(&self, now: Moment) -> Duration {
        match self.state {
            TaskState::Scheduled => self.scheduled + self.state_for(now),
            _ => self.scheduled,
        }
    }

    /// Time in which it was pending and not woken.
    pub fn idle_at(&self, now: Moment) -> Duration {
        self.age(now)
            .saturating_sub(self.busy_at(now))
            .saturating_sub(self.scheduled_at(now))
    }
}

/// How a task was spawned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TaskKind {
    /// `tokio::spawn`.
    Task,
    /// `spawn_local`.
    Local,
    /// `block_on`.
    BlockOn,
    /// `spawn_blocking`.
    Blocking,
    /// Something that this viewer does not know.
    Unknown,
}

impl fmt::Display for TaskKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            TaskKind::Task => "task",
            TaskKind::Local => "local",
            TaskKind::BlockOn => "block_on",
            TaskKind::Blocking => "blocking",
            TaskKind::Unknown => "unknown",
        })
    }
}

/// What a live task is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TaskState {
    /// Its future is being polled now.
    Running,
    /// Woken, or new, and waiting for a worker.
    Scheduled,
    /// Pending.
    Waiting,
    /// Pending with no waker left anywhere: it can never run again.
    Lost,
}

impl TaskState {
    /// The state in a word: `waiting`.
    pub fn as_str(self) -> &'static str {
        match self {
            TaskState::Running => "running",
            TaskState::Scheduled => "scheduled",
            TaskState::Waiting => "waiting",
            TaskState::Lost => "lost",
        }
    }
}

impl fmt::Display for TaskState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A task that is over.
#[derive(Clone, Debug, PartialEq)]
pub struct EndedTask {
    /// The task as it last was; its state and waits mean nothing any more.
    pub task: Task,
    /// How it ended.
    pub end: TaskEnd,
    /// When.
    pub ended_at: Moment,
}

/// How a task ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TaskEnd {
    /// It returned.
    Completed,
    /// Its poll panicked.
    Panicked,
    /// It was dropped before it was ready: aborted, or its runtime shut down.
    Cancelled,
    /// Something that this viewer does not know.
    Unknown,
}

impl fmt::Display for TaskEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            TaskEnd::Completed => "completed",
            TaskEnd::Panicked => "panicked",
            TaskEnd::Cancelled => "cancelled",
            TaskEnd::Unknown => "unknown",
        })
    }
}
