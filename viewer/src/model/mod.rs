//! The picture of one program, kept up to date.
//!
//! Updates from the wire come in through `fold`, checked and bounded; rules and
//! faces read the plain structs here. Nothing in this room knows of connections,
//! terminals or formats.

mod alike;
mod census;
mod channel;
mod describe;
mod doing;
mod fold;
mod history;
mod recent_times;
mod resource;
#[cfg(test)]
pub(crate) mod sample;
mod site;
mod site_tasks;
mod spawns;
mod stack;
mod table;
mod task;
mod task_group;
mod time;
mod timeline;
mod wait;
mod wait_site;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

pub use alike::WaitsAlike;
pub(crate) use census::Census;
pub use census::StateCounts;
pub use channel::{Channel, Fill};
pub use fold::FoldError;
pub use history::{History, HistoryBounds, ProcessPoint, SitePoint};
pub use recent_times::{AtMost, RecentTimes};
pub use resource::{Attribute, AttributeValue, Resource, ResourceKey, ResourceKind, Waiting};
pub use site::{Location, SiteKey, SiteRole, SpawnSite};
pub use site_tasks::SiteTasks;
pub use spawns::Spawn;
pub use stack::{FrameOrigin, Stack, StackCapture, StackFrame};
pub use table::{Key, Table};
pub(crate) use table::{KeyHash, KeyMap, KeySet, Leaf, Memo};
pub use task::{EndedTask, Task, TaskEnd, TaskKey, TaskKind, TaskState};
pub use task_group::{GroupWait, TaskGroup};
pub use time::Moment;
pub use timeline::{Stretch, TaskTimeline, Timeline};
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
    pub tasks: Table<TaskKey, Task>,
    /// The operations that live tasks wait for and that Tokio tells of; see
    /// [`Model::every_wait`].
    pub waits: Table<WaitKey, Wait>,
    /// Channels, locks and timers.
    pub resources: Table<ResourceKey, Resource>,
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
    /// What the process and its spawn sites did over the last minutes, as far as it was
    /// watched.
    pub history: History,
    /// What tasks did over the last minutes, if that is wanted; see
    /// [`Model::task_timeline`].
    pub timeline: Timeline,
    /// How often the tasks were woken that were removed.
    wakes_of_ended: u64,
    /// Taken when it was shared; nothing changes from then on.
    census: Option<Census>,
    /// The same: see [`Model::site_tasks`].
    site_tasks: Option<Arc<BTreeMap<SiteKey, SiteTasks>>>,
    /// What the fold needs to understand the next page.
    fold: fold::FoldState,
}

impl Model {
    /// How many ended tasks are kept.
    pub const ENDED_KEPT: usize = 1_000;

    /// Takes the picture down in its history, and gives a copy for those who look at it,
    /// which costs little however much there is:
    /// the two share whatever does not change. It cannot be given pages.
    #[doc(hidden)]
    pub fn share(&mut self) -> Model {
        let census = self.fold.census.take(&self.tasks, &self.waits);
        let sums = self.fold.site_summer.sum(&self.tasks);
        let mut history = std::mem::take(&mut self.history);
        history.record(self, &sums);
        self.history = history;
        Model {
            program: self.program.clone(),
            now: self.now,
            complete: self.complete,
            tasks: self.tasks.clone(),
            waits: self.waits.clone(),
            resources: self.resources.clone(),
            sites: self.sites.clone(),
            ended: self.ended.clone(),
            process: self.process,
            totals: self.totals,
            oddities: self.oddities,
            history: self.history.clone(),
            timeline: self.timeline.clone(),
            wakes_of_ended: self.wakes_of_ended,
            census: Some(census),
            site_tasks: Some(Arc::new(sums.sites)),
            fold: fold::FoldState::default(),
        }
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
        let mut waits: Vec<_> = self.each_pending(task).collect();
        waits.sort_by_key(|wait| (wait.since, wait.key));
        waits
    }

    /// What `task` waits for, in no order; see [`Model::waits_of`].
    pub(crate) fn each_wait_of<'a>(&'a self, task: &'a Task) -> impl Iterator<Item = &'a Wait> {
        let waits = matches!(task.state, TaskState::Waiting | TaskState::Lost);
        waits.then(|| self.each_pending(task)).into_iter().flatten()
    }

    fn each_pending<'a>(&'a self, task: &'a Task) -> impl Iterator<Item = &'a Wait> {
        let told = task.waits.iter().filter_map(|key| self.waits.get(key));
        told.chain(&task.waker_waits)
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
