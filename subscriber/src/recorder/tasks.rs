//! Spawns, polls, wakes and ends.

use std::sync::atomic::Ordering;

use tracing::span::Attributes;

use super::Recorder;
use super::entered::Entry;
use super::fields::{SpawnFields, WakerOp};
use super::span::{SpanKey, Table};
use super::thread::Thread;
use crate::stack::Teller;
use crate::tables::{
    EndedRecord, Histogram, Name, NameSlot, NewTask, Phase, RecentTimes, Site, SlotKey, State,
    Task, TaskEnd, TaskKind, TaskSnapshot,
};

/// Tokio does not say whether a future that is dropped was ready. One that was is
/// dropped right after its last poll, by the thread that polled it: nothing but a
/// few instructions lie between. One that is cancelled is dropped by a worker that
/// had to be told so first. Nanoseconds.
const ADJACENT: u64 = 100_000;
/// The same for a task that has no waker left, as nearly all have none that are
/// ready and hardly any that wait: long enough for the thread to lose its
/// processor in between on an overloaded machine. Nanoseconds.
const ADJACENT_WITHOUT_WAKER: u64 = 1_000_000_000;

impl Recorder {
    /// A task was spawned. `None` if it finds no room.
    pub(crate) fn new_task(&self, attributes: &Attributes<'_>, inner_span: u64) -> Option<SpanKey> {
        let mut fields = SpawnFields::new(&self.texts);
        attributes.record(&mut fields);
        let spawner = Thread::with(|thread| thread.task(self.id)).map(|(slot, _)| slot);
        let spawning = spawner.and_then(|key| self.tasks.get(key));
        let name = if fields.name.is_empty() {
            0
        } else {
            let slot = self.names.insert(|_, slot| slot.set(&fields.name));
            slot.map_or(0, SlotKey::to_wire)
        };
        let new = NewTask {
            tokio_id: fields.tokio_id,
            kind: fields.kind,
            location: fields.location(&self.locations),
            spawner: spawner.map_or(0, SlotKey::to_wire),
            spawner_tokio_id: spawning.map_or(0, |task| task.tokio_id.load(Ordering::Relaxed)),
            root: spawning.map_or_else(|| self.root_of_thread(), Task::root),
            spawned_at: self.clock.now(),
            size: fields.size,
            original_size: fields.original_size,
            name,
            inner_span,
        };
        let Some(slot) = self.tasks.insert(|key, task| task.reset(key, &new)) else {
            self.totals.unrecorded_tasks.fetch_add(1, Ordering::Relaxed);
            self.forget_name(name);
            return None;
        };
        self.recent_times.make_room(slot.index);
        if new.kind != TaskKind::Worker {
            self.totals.spawned.fetch_add(1, Ordering::Relaxed);
            self.count_at_site(&new, |site| {
                site.spawned.fetch_add(1, Ordering::SeqCst);
            });
            self.changed_tasks.mark_after_store(slot.index);
        }
        Some(SpanKey::new(Table::Task, slot))
    }

    #[inline(never)]
    pub(super) fn enter_task(&self, thread: &Thread, span: SpanKey) {
        let Some(task) = self.tasks.get(span.slot()) else {
            return;
        };
        let kind = task.kind();
        if kind == TaskKind::Worker {
            self.totals.workers.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let now = self.clock.now();
        let mut entry = Entry {
            at: now,
            base: self.stacks.base(),
            counted: false,
            adjacent: self.follows_its_poll(thread, task, span, now),
        };

        let polls = task.polls.load(Ordering::Relaxed);
        let scheduled = task.scheduled.load(Ordering::Relaxed);
        let before = task.advance(|phase| {
            let state = match phase.state {
                State::Scheduled | State::Done => State::Running,
                // Nobody tells when a thread that blocks on a future is woken.
                State::Waiting if kind == TaskKind::BlockOn => State::Running,
                // Entered without having been woken: to drop its future.
                State::Waiting => State::Finishing,
                State::Running | State::RunningWoken | State::Finishing => return None,
            };
            if state == State::Running {
                // Before the phase, so that who sees the phase sees these; and
                // from what was read before, because this may be repeated.
                task.polls.store(polls + 1, Ordering::Relaxed);
                task.last_poll.store(now, Ordering::Relaxed);
                let label = thread.label(self.id, |name| self.texts.intern(name));
                task.thread.store(label.0, Ordering::Relaxed);
                if phase.state == State::Scheduled {
                    let delay = now.saturating_sub(phase.since);
                    task.scheduled.store(scheduled + delay, Ordering::Relaxed);
                }
            }
            Some(Phase { state, since: now })
        });
        entry.counted = matches!(before.state, State::Scheduled | State::Done)
            || before.state == State::Waiting && kind == TaskKind::BlockOn;
        if before.state == State::Scheduled && RecentTimes::are_counted(polls) {
            let delay = now.saturating_sub(before.since);
            self.count_time(span.slot(), |times| &times.delays, delay);
        }
        if before.state == State::Done {
            self.revive(task.snapshot(span.slot()));
        }
        self.changed_tasks.mark(span.slot().index);
        if entry.counted {
            thread.begin_wakers(self.id, span, entry.base);
        }
        thread.entered.push_task(self.id, span, entry);
    }

    #[inline(never)]
    pub(super) fn exit_task(&self, thread: &Thread, span: SpanKey, entry: &Entry) {
        let key = span.slot();
        let Some(task) = self.tasks.get(key) else {
            return;
        };
        let now = self.clock.now();
        let longest_before = task.longest_poll.load(Ordering::Relaxed);
        if entry.counted {
            let lasted = now.saturating_sub(entry.at);
            let busy = task.busy.load(Ordering::Relaxed);
            task.busy.store(busy + lasted, Ordering::Relaxed);
            if lasted > longest_before {
                task.longest_poll.store(lasted, Ordering::Relaxed);
            }
            if task.kind().is_polled_in_turn() {
                self.totals.long_polls.add(lasted);
            }
            if RecentTimes::are_counted(task.polls.load(Ordering::Relaxed).saturating_sub(1)) {
                self.count_time(key, |times| &times.polls, lasted);
            }
            // Before the phase, so that who sees the phase sees these.
            self.settle_waits(thread, span, task, now);
        }
        if std::thread::panicking() {
            task.mark_panicked();
        }
        let before = leave(task, now);
        if before.state == State::Finishing {
            self.finish(key, task, now, entry.adjacent);
        }
        self.changed_tasks.mark(key.index);
        let last = &thread.last_exit;
        last.recorder.set(self.id);
        last.span.set(span);
        last.entry.set(*entry);
        last.left_at.set(now);
        last.longest_before.set(longest_before);
    }

    #[inline]
    fn count_time(&self, key: SlotKey, of: fn(&RecentTimes) -> &Histogram, nanos: u64) {
        if let Some(times) = self.recent_times.beside(key.index) {
            times.begin(key.generation);
            of(times).add(nanos);
        }
    }

    /// A task was left that this thread's stack had no room for (or a worker's
    /// own span, which is not put there).
    #[cold]
    pub(super) fn exit_without_enter(&self, span: SpanKey) {
        if span.table() != Table::Task {
            return;
        }
        let Some(task) = self.tasks.get(span.slot()) else {
            return;
        };
        if task.kind() == TaskKind::Worker {
            self.totals.workers.fetch_sub(1, Ordering::Relaxed);
            return;
        }
        let now = self.clock.now();
        if leave(task, now).state == State::Finishing {
            self.finish(span.slot(), task, now, false);
        }
        self.changed_tasks.mark(span.slot().index);
    }

    /// The task's span is gone, and with it its slot.
    pub(super) fn close_task(&self, thread: &Thread, key: SlotKey) {
        let Some(task) = self.tasks.get(key) else {
            return;
        };
        if task.kind() != TaskKind::Worker && task.phase().state != State::Done {
            let adjacent = self.uncount_drop(thread, task, key);
            let now = self.clock.now();
            task.advance(|_| {
                Some(Phase {
                    state: State::Done,
                    since: now,
                })
            });
            self.finish(key, task, now, adjacent);
        }
        let more_waits = task.more_waits.load(Ordering::Relaxed);
        self.forget_name(task.name.load(Ordering::Relaxed));
        self.tasks.remove(key);
        // Afterwards, so that nobody reads another task's in their place.
        self.forget_waits(more_waits);
        self.changed_tasks.mark_after_store(key.index);
    }

    /// Whether wakers of the task in `slot` are left, or may be.
    pub(crate) fn has_wakers(&self, slot: SlotKey) -> bool {
        self.tasks
            .get(slot)
            .is_some_and(|task| task.wakers.count() != 0)
    }

    /// Wakers of another task may pass as those of the task in `slot`.
    pub(crate) fn doubt_wakers(&self, slot: SlotKey) {
        if let Some(task) = self.tasks.get(slot) {
            task.doubt_wakers();
        }
    }

    /// Something happened to a waker of the task in `slot`.
    #[inline]
    pub(crate) fn waker(&self, op: WakerOp, slot: SlotKey, teller: Teller) {
        let Some(task) = self.tasks.get(slot) else {
            return;
        };
        let change = |by| task.wakers.change(slot.generation, by);
        match op {
            WakerOp::Clone => {
                if change(1) {
                    Thread::with(|thread| self.waker_cloned(thread, task, slot, teller));
                }
            }
            WakerOp::Drop => {
                if change(-1) {
                    Thread::with(|thread| self.waker_released(thread, slot));
                    task.waker_drops.fetch_add(1, Ordering::SeqCst);
                }
            }
            WakerOp::Wake => {
                // First, so that nobody sees a task that waits and has no waker.
                self.woken(task, slot);
                if change(-1) {
                    Thread::with(|thread| self.waker_released(thread, slot));
                }
            }
            WakerOp::WakeByRef => {
                task.wakes_by_ref.fetch_add(1, Ordering::Relaxed);
                self.woken(task, slot);
            }
        }
        self.changed_tasks.mark(slot.index);
    }

    #[inline]
    fn woken(&self, task: &Task, slot: SlotKey) {
        let polled_here = Thread::with(|thread| thread.task(self.id));
        if polled_here.is_some_and(|(polled, _)| polled == slot) {
            task.self_wakes.fetch_add(1, Ordering::Relaxed);
        }
        task.wakes.fetch_add(1, Ordering::SeqCst);
        task.advance(|phase| match phase.state {
            State::Waiting => Some(Phase {
                state: State::Scheduled,
                since: self.clock.now(),
            }),
            State::Running => Some(Phase {
                state: State::RunningWoken,
                since: phase.since,
            }),
            _ => None,
        });
    }

    /// Whether nothing lies between the last poll of `task`, on this thread, and
    /// `now`.
    fn follows_its_poll(&self, thread: &Thread, task: &Task, span: SpanKey, now: u64) -> bool {
        let last = &thread.last_exit;
        if !last.is_of(self.id, span) || !last.entry.get().counted {
            return false;
        }
        let gap = now.saturating_sub(last.left_at.get());
        gap < ADJACENT || gap < ADJACENT_WITHOUT_WAKER && task.wakers.count() == 0
    }

    /// A task's span is closed right after its future was dropped, so what was
    /// entered last was the drop. If it was taken for a poll, because the task
    /// had been woken or no wakes are told of its kind, this takes it back.
    /// Returns whether the drop followed a poll at once.
    fn uncount_drop(&self, thread: &Thread, task: &Task, key: SlotKey) -> bool {
        let last = &thread.last_exit;
        let entry = last.entry.get();
        if !last.is_of(self.id, SpanKey::new(Table::Task, key)) || !entry.counted {
            return false;
        }
        let lasted = last.left_at.get().saturating_sub(entry.at);
        let less = |word: &crate::sync::AtomicU64, by: u64| {
            word.store(
                word.load(Ordering::Relaxed).saturating_sub(by),
                Ordering::Relaxed,
            );
        };
        if task.kind().is_polled_in_turn() {
            self.totals.long_polls.take_back(lasted);
        }
        less(&task.polls, 1);
        less(&task.busy, lasted);
        task.longest_poll
            .store(last.longest_before.get(), Ordering::Relaxed);
        entry.adjacent
    }

    /// Adds a task that is over to the totals and the ring.
    fn finish(&self, key: SlotKey, task: &Task, now: u64, adjacent: bool) {
        let end = if task.has_panicked() {
            TaskEnd::Panicked
        } else if adjacent {
            TaskEnd::Completed
        } else {
            TaskEnd::Cancelled
        };
        let seen = task.snapshot(key);
        self.totals.ended.fetch_add(1, Ordering::Relaxed);
        self.count_at_site(&seen.what, |site| {
            site.polls.fetch_add(seen.polls, Ordering::Relaxed);
            site.busy.fetch_add(seen.busy, Ordering::Relaxed);
            site.scheduled.fetch_add(seen.scheduled, Ordering::Relaxed);
            site.wakes.fetch_add(seen.wakes, Ordering::Relaxed);
            site.self_wakes
                .fetch_add(seen.self_wakes, Ordering::Relaxed);
            let count = match end {
                TaskEnd::Completed => &site.completed,
                TaskEnd::Panicked => &site.panicked,
                TaskEnd::Cancelled => &site.cancelled,
            };
            count.fetch_add(1, Ordering::SeqCst);
        });
        self.ended.push(&EndedRecord {
            task: seen,
            name: self.name_of(&seen.what),
            end,
            ended_at: now,
        });
    }

    /// What the application calls a task.
    pub(crate) fn name_of(&self, what: &NewTask) -> Name {
        SlotKey::from_wire(what.name)
            .and_then(|key| self.names.get(key))
            .map(NameSlot::get)
            .unwrap_or_default()
    }

    /// A task that was taken for ended is polled again: it had been entered
    /// without a wake for another reason than to be dropped.
    #[cold]
    fn revive(&self, task: TaskSnapshot) {
        self.totals.ended.fetch_sub(1, Ordering::Relaxed);
        self.count_at_site(&task.what, |site| {
            // The poll that begins now was counted already, and so was the wake that
            // led to it.
            let before = |count: u64| count.saturating_sub(1);
            site.polls.fetch_sub(before(task.polls), Ordering::Relaxed);
            site.wakes.fetch_sub(before(task.wakes), Ordering::Relaxed);
            site.self_wakes
                .fetch_sub(task.self_wakes, Ordering::Relaxed);
            site.busy.fetch_sub(task.busy, Ordering::Relaxed);
            site.scheduled.fetch_sub(task.scheduled, Ordering::Relaxed);
            site.cancelled.fetch_sub(1, Ordering::SeqCst);
        });
    }

    fn count_at_site(&self, what: &NewTask, count: impl FnOnce(&Site)) {
        let Some(location) = self.locations.get(what.location) else {
            return;
        };
        if let Some(site) = location.sites.get(what.kind as usize) {
            count(site);
            self.changed_sites.mark(what.location.0);
        }
    }

    fn forget_name(&self, name: u64) {
        if let Some(name) = SlotKey::from_wire(name) {
            self.names.remove(name);
        }
    }
}

/// The task is no longer entered.
fn leave(task: &Task, now: u64) -> Phase {
    task.advance(|phase| {
        let state = match phase.state {
            State::Running => State::Waiting,
            State::RunningWoken => State::Scheduled,
            State::Finishing => State::Done,
            State::Scheduled | State::Waiting | State::Done => return None,
        };
        Some(Phase { state, since: now })
    })
}
