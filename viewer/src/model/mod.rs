//! The picture of one program, kept up to date.
//!
//! Updates from the wire come in through `fold`, checked and bounded; rules and
//! faces read the plain structs here. Nothing in this room knows of connections,
//! terminals or formats.

mod alike;
mod channel;
mod describe;
mod doing;
mod fold;
mod resource;
#[cfg(test)]
pub(crate) mod sample;
mod site;
mod spawns;
mod stack;
mod task;
mod task_group;
mod time;
mod wait;
mod wait_site;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

pub use alike::WaitsAlike;
pub use channel::{Channel, Fill};
pub use fold::FoldError;
pub use resource::{Attribute, AttributeValue, Resource, ResourceKey, ResourceKind};
pub use site::{Location, SiteKey, SiteRole, SpawnSite};
pub use spawns::Spawn;
pub use stack::{FrameOrigin, Stack, StackCapture, StackFrame};
pub use task::{EndedTask, Task, TaskEnd, TaskKey, TaskKind, TaskState};
pub use task_group::{GroupWait, TaskGroup};
pub use time::Moment;
pub use wait::{Wait, WaitKey, WaitKind};
pub use wait_site::WaitSite;

/// Who is at the other end, as its hello said.
#[derive(Clone, Debug, PartialEq)]
pub struct Program {
    /// The file name of its executable.
    pub name: Arc<str>,
    /// Its process id.
    pub pid: u32,
    /// The host it runs on.
    pub host: Arc<str>,
    /// When the process started, by its own system clock.
    pub started: SystemTime,
    /// What its system clock said at [`Moment::ZERO`].
    pub anchor: SystemTime,
    /// The version of its taskmon-subscriber.
    pub subscriber_version: Arc<str>,
    /// The version of its tokio, if it is known.
    pub tokio_version: Option<Arc<str>>,
    /// How much it records.
    pub level: Level,
    /// How often it sends an update.
    pub interval: Duration,
    /// What it lacks for the full picture, one sentence each.
    pub missing: Vec<Arc<str>>,
    /// Differs between two runs of the same program.
    pub instance: u64,
    /// How it takes stacks.
    pub stack_capture: StackCapture,
}

/// How much a program records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Level {
    /// Tasks and their wakers.
    Tasks,
    /// And what names a wait and its channel or lock.
    #[default]
    Channels,
    /// And every attribute of every resource.
    All,
}

impl Level {
    /// Its name, as `TASKMON_LEVEL` takes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Level::Tasks => "tasks",
            Level::Channels => "channels",
            Level::All => "all",
        }
    }
}

/// What the operating system says about the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct ProcessFigures {
    /// Resident memory in bytes; 0 where the platform does not say.
    pub resident_bytes: u64,
    /// Processor time of all its threads since it started.
    pub cpu: Duration,
    /// All its threads.
    pub threads: u32,
    /// Threads that are a runtime's workers.
    pub worker_threads: u32,
    /// Viewers attached to it, this one included.
    pub watchers: u32,
}

/// Counts over the whole life of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Totals {
    /// Tasks it ever spawned.
    pub tasks_spawned: u64,
    /// Tasks that have ended.
    pub tasks_ended: u64,
    /// Tasks that found no room in the program's tables and are not shown.
    pub tasks_unrecorded: u64,
    /// The same for operations (and so, waits).
    pub operations_unrecorded: u64,
    /// The same for channels, locks and timers.
    pub resources_unrecorded: u64,
    /// Waits whose stack found no room in the program's table of stacks.
    pub stacks_unrecorded: u64,
    /// Waits whose stack was not taken for want of time; see
    /// [`StackCapture::Unwinder`].
    pub stacks_over_budget: u64,
}

/// How many live tasks are in each state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct StateCounts {
    /// Being polled.
    pub running: usize,
    /// Waiting for a worker.
    pub scheduled: usize,
    /// Pending.
    pub waiting: usize,
    /// Pending without a waker.
    pub lost: usize,
}

impl StateCounts {
    /// All live tasks.
    pub fn live(&self) -> usize {
        self.running + self.scheduled + self.waiting + self.lost
    }
}

/// The picture of one program at [`Model::now`].
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// Who the program is; `None` before its hello.
    pub program: Option<Program>,
    /// When the picture was taken, on the program's monotonic clock.
    pub now: Moment,
    /// Whether a whole snapshot has been received since the last reset. A
    /// picture that is not complete must not be judged.
    pub complete: bool,
    /// Live tasks.
    pub tasks: HashMap<TaskKey, Task>,
    /// The operations that live tasks wait for and that Tokio tells of; see
    /// [`Model::every_wait`].
    pub waits: HashMap<WaitKey, Wait>,
    /// Channels, locks and timers.
    pub resources: HashMap<ResourceKey, Resource>,
    /// What became of the tasks of each spawn site.
    pub sites: BTreeMap<SiteKey, SpawnSite>,
    /// The last tasks that ended, oldest first; at most [`Model::ENDED_KEPT`].
    pub ended: VecDeque<EndedTask>,
    /// What the operating system says.
    pub process: ProcessFigures,
    /// Counts since the program started.
    pub totals: Totals,
    /// What was received and could not be made sense of, counted: ids that
    /// refer to nothing, and the like. Shown to people if it is not 0.
    pub oddities: u64,
    /// What the fold needs to understand the next page.
    fold: fold::FoldState,
}

impl Model {
    /// How many ended tasks are kept.
    pub const ENDED_KEPT: usize = 1_000;

    /// How many live tasks are in each state.
    pub fn state_counts(&self) -> StateCounts {
        let mut counts = StateCounts::default();
        for task in self.tasks.values() {
            match task.state {
                TaskState::Running => counts.running += 1,
                TaskState::Scheduled => counts.scheduled += 1,
                TaskState::Waiting => counts.waiting += 1,
                TaskState::Lost => counts.lost += 1,
            }
        }
        counts
    }

    /// What `task` waits for, the longest wait first. Empty unless it is
    /// waiting (or lost): what a task that is about to run was waiting for is
    /// over.
    pub fn waits_of<'a>(&'a self, task: &'a Task) -> Vec<&'a Wait> {
        if !matches!(task.state, TaskState::Waiting | TaskState::Lost) {
            return Vec::new();
        }
        self.pending(task)
    }

    /// What was pending when `task` was last polled, whatever it does now; the
    /// longest wait first.
    pub fn pending<'a>(&'a self, task: &'a Task) -> Vec<&'a Wait> {
        let told = task.waits.iter().filter_map(|key| self.waits.get(key));
        let mut waits: Vec<_> = told.chain(&task.waker_waits).collect();
        waits.sort_by_key(|wait| (wait.since, wait.key));
        waits
    }

    /// Everything that live tasks wait for, or did when they were last polled.
    pub fn every_wait(&self) -> impl Iterator<Item = &Wait> {
        let of_wakers = self.tasks.values().flat_map(|task| &task.waker_waits);
        self.waits.values().chain(of_wakers)
    }

    /// How many operations wait on `resource`.
    pub fn waiting_on(&self, resource: &Resource) -> usize {
        resource.waits.len()
    }

    /// The system clock's time at `moment`, by the program's own clock;
    /// `None` before its hello or if the sum is out of range.
    pub fn system_time(&self, moment: Moment) -> Option<SystemTime> {
        self.program
            .as_ref()?
            .anchor
            .checked_add(moment.since_zero())
    }
}
