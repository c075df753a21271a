//! A look at the tables from within the program, without a server: what the test
//! guard of the crate `taskmon` is made of. It may change with any version.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, ThreadId};

use taskmon_proto::v1 as wire;
use tracing::dispatcher::{self, Dispatch};
use tracing::subscriber::NoSubscriber;
use tracing::{Subscriber, level_filters::LevelFilter};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::{EnvFilter, fmt as format};

use crate::builder::Builder;
use crate::recorder::Recorder;
use crate::server;
use crate::stack::Symbols;
use crate::tables::{RootId, SlotKey, State, TaskKind};

/// Who listens to what happens on this thread.
pub enum Installed {
    /// A subscriber with taskmon in it.
    Taskmon(Tables),
    /// One without.
    Other,
    /// Nobody.
    Nobody,
}

impl Installed {
    /// On the calling thread.
    pub fn here() -> Self {
        dispatcher::get_default(|dispatch| match dispatch.downcast_ref::<Arc<Recorder>>() {
            Some(recorder) => Installed::Taskmon(Tables {
                recorder: Arc::clone(recorder),
                dispatch: dispatch.clone(),
            }),
            None if dispatch.is::<NoSubscriber>() => Installed::Nobody,
            None => Installed::Other,
        })
    }
}

/// Installs taskmon for the whole process, around `subscriber`. There is no server,
/// unless `TASKMON_BIND` is set. False if another global subscriber was there already.
pub fn install<S>(subscriber: S) -> bool
where
    S: Subscriber + Send + Sync + 'static,
{
    Builder::new().init_in_process(subscriber).is_ok()
}

/// As [`install`], with what tests want that have no subscriber: events as `RUST_LOG`
/// asks for, where the test harness captures them; none if it is not set.
pub fn install_alone() -> bool {
    let filter = EnvFilter::builder()
        .with_default_directive(LevelFilter::OFF.into())
        .from_env_lossy();
    let events = format::layer().with_test_writer().with_filter(filter);
    install(tracing_subscriber::registry().with(events))
}

/// What taskmon knows of this process.
#[derive(Clone)]
pub struct Tables {
    recorder: Arc<Recorder>,
    dispatch: Dispatch,
}

/// What arrives in the tables when a task is spawned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probe {
    /// Whether Tokio tells of tasks at all.
    pub tells_of_tasks: bool,
    /// Whether it does so to the same subscriber on every thread.
    pub on_all_threads: bool,
}

impl Tables {
    /// Whether both are views of one recording.
    pub fn are_those_of(&self, other: &Tables) -> bool {
        Arc::ptr_eq(&self.recorder, &other.recorder)
    }

    /// Spawns a task that never runs, and looks whether it arrives. Once for each
    /// recording.
    pub fn probe(&self) -> Probe {
        static PROBES: Mutex<Option<HashMap<u32, Probe>>> = Mutex::new(None);
        let mut probes = PROBES.lock().unwrap_or_else(PoisonError::into_inner);
        let probes = probes.get_or_insert_with(HashMap::new);
        *probes.entry(self.recorder.id).or_insert_with(|| {
            let tables = self.clone();
            // On a thread of its own: a runtime must not be dropped within another.
            let probe = thread::spawn(move || tables.probe_here());
            probe.join().unwrap_or(Probe {
                tells_of_tasks: false,
                on_all_threads: false,
            })
        })
    }

    fn probe_here(&self) -> Probe {
        let on_all_threads = match Installed::here() {
            Installed::Taskmon(tables) => tables.are_those_of(self),
            Installed::Other | Installed::Nobody => false,
        };
        let tells_of_tasks = dispatcher::with_default(&self.dispatch, || {
            let runtime = tokio::runtime::Builder::new_current_thread().build();
            let root = self.recorder.adopt_thread();
            let told = runtime.is_ok_and(|runtime| {
                runtime.spawn(std::future::pending::<()>());
                !self.recorder.tasks_of(root).is_empty()
            });
            self.recorder.release_thread();
            told
        });
        Probe {
            tells_of_tasks,
            on_all_threads,
        }
    }

    /// The root from which the calling task or thread comes; see [`Root`].
    pub fn root(&self) -> Root {
        let (root, adopted_on) = match self.recorder.root_here() {
            Some(root) => (root, None),
            None => (self.recorder.adopt_thread(), Some(thread::current().id())),
        };
        let before = self.recorder.tasks_of(root).into_iter();
        Root {
            adopted_on,
            spawns: Spawns {
                root,
                before: Arc::new(before.collect()),
                unrecorded_before: self.unrecorded(),
                tables: self.clone(),
            },
        }
    }

    /// What a viewer would be sent first. Names of stacks are looked up for it, which
    /// may take a while.
    pub fn snapshot(&self) -> (wire::Hello, wire::Page) {
        // Kept, because reading the program's debug info is what takes time.
        static SYMBOLS: Mutex<Option<Symbols>> = Mutex::new(None);
        let mut symbols = SYMBOLS.lock().unwrap_or_else(PoisonError::into_inner);
        server::snapshot(&self.recorder, symbols.get_or_insert_default())
    }

    #[cfg(feature = "fuzzing")]
    pub(crate) fn recorder(&self) -> Arc<Recorder> {
        Arc::clone(&self.recorder)
    }

    fn unrecorded(&self) -> u64 {
        let totals = &self.recorder.totals;
        totals.unrecorded_tasks.load(Ordering::Relaxed)
    }
}

/// A root of spawns: the task that no task spawned, from which the calling one comes.
///
/// If there is no such task where this is made (it was spawned before the subscriber
/// was installed, or none runs there), the thread counts as it, until this is dropped
/// there.
pub struct Root {
    spawns: Spawns,
    adopted_on: Option<ThreadId>,
}

/// What comes from a [`Root`]: the tasks that it spawned, that those spawned, and so
/// on, however long those in between have ended.
#[derive(Clone)]
pub struct Spawns {
    tables: Tables,
    root: RootId,
    /// Those that were there when the root was made.
    before: Arc<HashSet<SlotKey>>,
    unrecorded_before: u64,
}

/// A task, the one that it comes from, and so on.
#[derive(Clone, Default)]
pub struct Lineage(HashSet<SlotKey>);

impl Root {
    /// What comes from it.
    pub fn spawns(&self) -> &Spawns {
        &self.spawns
    }
}

impl Drop for Root {
    fn drop(&mut self) {
        // From another thread it cannot be taken back: that one stays a root until it
        // ends, which is of interest to nobody.
        if self.adopted_on == Some(thread::current().id()) {
            self.spawns.tables.recorder.release_thread();
        }
    }
}

impl Spawns {
    /// The tables that they are in.
    pub fn tables(&self) -> &Tables {
        &self.tables
    }

    /// The task that is polled on this thread, and those that it comes from.
    pub fn lineage(&self) -> Lineage {
        Lineage(self.tables.recorder.lineage_here())
    }

    /// The keys of the tasks that were spawned after the root was made and are not
    /// over, but for those of `lineage`.
    pub fn later(&self, lineage: &Lineage) -> HashSet<u64> {
        let tasks = self.tables.recorder.tasks_of(self.root).into_iter();
        tasks
            .filter(|key| !self.before.contains(key) && !lineage.0.contains(key))
            .map(SlotKey::to_wire)
            .collect()
    }

    /// Whether one of those that were there when the root was made, but for those of
    /// `lineage`, runs or is about to: then it may spawn more.
    pub fn earlier_go_on(&self, lineage: &Lineage) -> bool {
        let earlier = self.before.iter().filter(|key| !lineage.0.contains(key));
        let tasks = earlier.filter_map(|key| self.tables.recorder.tasks.get(*key));
        tasks
            .filter(|task| matches!(task.kind(), TaskKind::Task | TaskKind::Local))
            .any(|task| !matches!(task.phase().state, State::Waiting | State::Done))
    }

    /// The keys of all that are not over.
    pub fn all(&self) -> HashSet<u64> {
        let tasks = self.tables.recorder.tasks_of(self.root).into_iter();
        tasks.map(SlotKey::to_wire).collect()
    }

    /// How many tasks of the process found no room in the tables after the root was
    /// made, and so may be missing.
    pub fn unrecorded(&self) -> u64 {
        let now = self.tables.unrecorded();
        now.saturating_sub(self.unrecorded_before)
    }
}
