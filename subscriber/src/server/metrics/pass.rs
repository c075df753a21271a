//! One pass over the tables: everything is summed up under numbers, and not
//! named yet.

use std::collections::HashMap;
use std::sync::atomic::Ordering;

use super::ledger::Totals;
use super::words;
use crate::recorder::Recorder;
use crate::server::reading::{self, Doing};
use crate::stack::StackId;
use crate::tables::{
    Certainty, LocationId, LongPolls, OperationSnapshot, SlotKey, TaskKind, TaskSnapshot, TextId,
    WaitKind, WakerWait,
};

/// How many slots are looked at before others get their turn on the thread.
const TURN: u32 = 64 * 1_024;
/// From when on a send or a lock is stuck, as the rules of the viewer have it.
/// Nanoseconds.
const STUCK_AFTER: u64 = 5_000_000_000;

/// What was seen.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) running: u64,
    pub(super) scheduled: u64,
    pub(super) waiting: u64,
    pub(super) lost: u64,
    /// For how long the poll lasts that has lasted longest, of those under way.
    pub(super) longest_running: u64,
    /// For how long a task waits for a worker that has waited longest.
    pub(super) longest_scheduled: u64,
    /// By where they were spawned and how.
    pub(super) sites: HashMap<(LocationId, &'static str), SiteSum>,
    pub(super) waits: HashMap<WaitKey, WaitSum>,
    /// As [`LongPolls::counts`] has them.
    pub(super) long_polls: [u64; LongPolls::BOUNDS.len()],
}

/// The tasks that are spawned at one place.
#[derive(Clone, Copy, Default)]
pub(super) struct SiteSum {
    pub(super) live: u64,
    pub(super) lost: u64,
    /// Of those that ended and of those that live.
    pub(super) totals: Totals,
}

/// What tells one group of waits from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct WaitKey {
    pub(super) told_by: ToldBy,
    pub(super) stack: StackId,
    /// Where the task was spawned, for waits without a stack.
    pub(super) spawned: LocationId,
}

/// How a wait is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum ToldBy {
    /// An operation of Tokio's that calls itself so.
    Operation(WaitKind, TextId),
    /// A waker; whether the last poll has told of it.
    Waker { told: bool },
}

/// The waits of a group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct WaitSum {
    pub(super) count: u64,
    /// The age of the oldest, in nanoseconds.
    pub(super) oldest: u64,
    /// How many last for so long that a send or a lock is stuck.
    pub(super) stuck: u64,
    /// How many of these wait on something from which others get on.
    pub(super) stuck_moving: u64,
}

impl WaitSum {
    pub(super) fn add(&mut self, other: WaitSum) {
        self.count += other.count;
        self.oldest = self.oldest.max(other.oldest);
        self.stuck += other.stuck;
        self.stuck_moving += other.stuck_moving;
    }
}

/// Looks at every slot once. It reads atomics and waits for nobody, and now and
/// then lets others have the thread.
pub(super) async fn over(recorder: &Recorder) -> Seen {
    let mut seen = Seen::default();
    // Before the tasks that live: see the ledger.
    seen.ended(recorder);
    seen.long_polls = recorder.totals.long_polls.counts();
    for index in 0..recorder.tasks.high_water() {
        if index % TURN == TURN - 1 {
            tokio::task::yield_now().await;
        }
        let task = recorder.tasks.read(index, |key, task| {
            (task.snapshot(key), recorder.waker_waits(task))
        });
        if let Some((task, waits)) = task {
            let now = recorder.clock.now();
            if seen.task(&task, now) && !recorder.stacks.is_off() {
                for wait in waits.iter() {
                    seen.waker_wait(*wait, &task, now);
                }
            }
        }
    }
    for index in 0..recorder.operations.high_water() {
        if index % TURN == TURN - 1 {
            tokio::task::yield_now().await;
        }
        let operation = recorder
            .operations
            .read(index, |key, operation| operation.snapshot(key));
        if let Some(operation) = operation {
            seen.operation(recorder, &operation, recorder.clock.now());
        }
    }
    seen
}

impl Seen {
    fn ended(&mut self, recorder: &Recorder) {
        for (id, location) in recorder.locations.all() {
            for (kind, site) in location.sites.all() {
                let counts = site.counts();
                self.site(id, kind).totals = Totals {
                    spawned: counts.spawned,
                    completed: counts.completed,
                    panicked: counts.panicked,
                    cancelled: counts.cancelled,
                    polls: counts.polls,
                    busy_nanos: counts.busy,
                    scheduled_nanos: counts.scheduled,
                    wakes: counts.wakes,
                    self_wakes: counts.self_wakes,
                };
            }
        }
    }

    fn site(&mut self, location: LocationId, kind: TaskKind) -> &mut SiteSum {
        self.sites
            .entry((location, words::task_kind(kind)))
            .or_default()
    }

    /// Counts a task. False if it is none that is shown.
    fn task(&mut self, task: &TaskSnapshot, now: u64) -> bool {
        if task.what.kind == TaskKind::Worker {
            return false;
        }
        let lasts = now.saturating_sub(task.phase.since);
        let doing = reading::doing(task, now);
        match doing {
            Doing::Running => {
                self.running += 1;
                // What may block has no poll that lasts too long.
                if matches!(task.what.kind, TaskKind::Task | TaskKind::Local) {
                    self.longest_running = self.longest_running.max(lasts);
                }
            }
            Doing::Scheduled => {
                self.scheduled += 1;
                self.longest_scheduled = self.longest_scheduled.max(lasts);
            }
            Doing::Waiting | Doing::MaybeLost => self.waiting += 1,
            Doing::Lost => self.lost += 1,
            Doing::Done => return false,
        }
        let site = self.site(task.what.location, task.what.kind);
        site.live += 1;
        site.lost += u64::from(doing == Doing::Lost);
        site.totals = site.totals.plus(Totals {
            polls: task.polls,
            busy_nanos: task.busy,
            scheduled_nanos: task.scheduled,
            wakes: task.wakes,
            self_wakes: task.self_wakes,
            ..Totals::default()
        });
        true
    }

    fn waker_wait(&mut self, wait: WakerWait, task: &TaskSnapshot, now: u64) {
        let key = WaitKey {
            told_by: ToldBy::Waker {
                told: reading::is_told(wait),
            },
            stack: wait.stack,
            spawned: task.what.location,
        };
        let oldest = now.saturating_sub(reading::pending_since(wait, task));
        let count = wait.count().into();
        let stuck = oldest >= STUCK_AFTER && wait.certainty() != Certainty::MaybeOver;
        self.waits.entry(key).or_default().add(WaitSum {
            count,
            oldest,
            stuck: if stuck { count } else { 0 },
            stuck_moving: 0,
        });
    }

    fn operation(&mut self, recorder: &Recorder, seen: &OperationSnapshot, now: u64) {
        if seen.since == 0 || seen.inner {
            return;
        }
        let task = SlotKey::from_wire(seen.task).and_then(|key| recorder.tasks.get(key));
        let Some(task) = task else {
            return;
        };
        let key = WaitKey {
            told_by: ToldBy::Operation(seen.kind, TextId(seen.what)),
            stack: seen.stack,
            spawned: task.location(),
        };
        let oldest = now.saturating_sub(seen.since);
        let stuck = oldest >= STUCK_AFTER;
        let moving = || {
            let on = SlotKey::from_wire(seen.resource)?;
            let taken = &recorder.resources.get(on)?.last_taken;
            Some(taken.load(Ordering::Acquire) > seen.since)
        };
        self.waits.entry(key).or_default().add(WaitSum {
            count: 1,
            oldest,
            stuck: stuck.into(),
            stuck_moving: (stuck && moving() == Some(true)).into(),
        });
    }
}
