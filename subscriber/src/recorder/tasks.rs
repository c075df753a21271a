//! Spawns, polls, wakes and ends.

use std::sync::atomic::Ordering;

use tracing::span::Attributes;

use super::Recorder;
use super::entered::{Entry, How};
use super::fields::{SpawnFields, WakerOp};
use super::span::{SpanKey, Table};
use super::thread::Thread;
use crate::stack::Teller;
use crate::tables::{
    Histogram, Name, NameSlot, NewTask, Phase, RecentTimes, Site, SiteCounts, SlotKey, State, Task,
    TaskEnd, TaskKind, TaskSnapshot,
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
        if new.kind != TaskKind::Worker {
            self.count_at_site(&new, Site::spawned);
            self.changed_tasks.mark(slot.index);
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
        let base = self.stacks.base();
        let adjacent = self.follows_its_poll(thread, task, span, now);

        let polls = task.polls.load(Ordering::Relaxed);
        let scheduled = task.scheduled.load(Ordering::Relaxed);
        let before = task.advance_polled(|phase| {
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
        let counted = matches!(before.state, State::Scheduled | State::Done)
            || before.state == State::Waiting && kind == TaskKind::BlockOn;
        if before.state == State::Scheduled && RecentTimes::are_counted(polls) {
            let delay = now.saturating_sub(before.since);
            self.count_time(span.slot(), |times| &times.delays, delay);
        }
        if before.state == State::Done {
            self.revive(task.snapshot(span.slot()));
        }
        self.changed_tasks.mark(span.slot().index);
        if counted {
            thread.begin_wakers(self.id, span, base);
        }
        let entry = Entry {
            at: now,
            base,
            how: How::new(counted, adjacent),
        };
        thread.entered.push_task(self.id, span, entry);
    }

    #[inline(never)]
    pub(super) fn exit_task(&self, thread: &Thread, span: SpanKey, entered_at: u64, how: How) {
        let key = span.slot();
        let Some(task) = self.tasks.get(key) else {
            return;
        };
        // A look at a clock costs as much as all else here. What was entered to be
        // dropped ended then, however long the drop took.
        let now = match how.counted() {
            true => self.clock.now(),
            false => entered_at,
        };
        let longest_before = task.longest_poll.load(Ordering::Relaxed);
        if how.counted() {
            let lasted = now.saturating_sub(entered_at);
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
            self.finish(key, task, now, how.adjacent());
        }
        self.changed_tasks.mark(key.index);
        let last = &thread.last_exit;
        last.recorder.set(self.id);
        last.span.set(span);
        last.entered_at.set(entered_at);
        last.how.set(how);
        last.left_at.set(now);
        last.longest_before.set(longest_before);
    }

    #[inline]
    fn count_time(&self, key: SlotKey, of: fn(&RecentTimes) -> &Histogram, nanos: u64) {
        if let Some(times) = self.recent_times.grow_beside(key.index) {
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
        self.changed_tasks.mark(key.index);
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
                    task.waker_drops.fetch_add(1, Ordering::Relaxed);
                }
            }
            WakerOp::Wake => {
                task.wakes_by_value.fetch_add(1, Ordering::Relaxed);
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
            // Nobody else polls it, so nobody else writes this.
            let self_wakes = task.self_wakes.load(Ordering::Relaxed);
            task.self_wakes.store(self_wakes + 1, Ordering::Relaxed);
        }
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
        if !last.is_of(self.id, span) || !last.how.get().counted() {
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
        let how = last.how.get();
        if !last.is_of(self.id, SpanKey::new(Table::Task, key)) || !how.counted() {
            return false;
        }
        let lasted = last.left_at.get().saturating_sub(last.entered_at.get());
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
        how.adjacent()
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
        self.count_at_site(&seen.what, |site| site.ended(&counts_of(&seen, end)));
        self.ended.push(&seen, self.name_slot(&seen.what), end, now);
    }

    /// What the application calls a task.
    pub(crate) fn name_of(&self, what: &NewTask) -> Name {
        self.name_slot(what).map(NameSlot::get).unwrap_or_default()
    }

    fn name_slot(&self, what: &NewTask) -> Option<&NameSlot> {
        SlotKey::from_wire(what.name).and_then(|key| self.names.get(key))
    }

    /// A task that was taken for ended is polled again: it had been entered
    /// without a wake for another reason than to be dropped.
    #[cold]
    fn revive(&self, task: TaskSnapshot) {
        // The poll that begins now was counted already, and so was the wake that
        // led to it.
        let before = |count: u64| count.saturating_sub(1);
        let counted = TaskSnapshot {
            polls: before(task.polls),
            wakes: before(task.wakes),
            ..task
        };
        let counts = counts_of(&counted, TaskEnd::Cancelled);
        self.count_at_site(&task.what, |site| site.take_back(&counts));
    }

    fn count_at_site(&self, what: &NewTask, count: impl FnOnce(&Site)) {
        let Some(location) = self.locations.get(what.location) else {
            count(&self.totals.unplaced);
            return;
        };
        if let Some(site) = location.sites.at(what.kind) {
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

/// What a task that has ended adds to the counts of its site.
#[inline]
fn counts_of(task: &TaskSnapshot, end: TaskEnd) -> SiteCounts {
    SiteCounts {
        spawned: 0,
        completed: u64::from(end == TaskEnd::Completed),
        panicked: u64::from(end == TaskEnd::Panicked),
        cancelled: u64::from(end == TaskEnd::Cancelled),
        polls: task.polls,
        busy: task.busy,
        scheduled: task.scheduled,
        wakes: task.wakes,
        self_wakes: task.self_wakes,
    }
}

/// The task is no longer entered.
fn leave(task: &Task, now: u64) -> Phase {
    task.advance_polled(|phase| {
        let state = match phase.state {
            State::Running => State::Waiting,
            State::RunningWoken => State::Scheduled,
            State::Finishing => State::Done,
            State::Scheduled | State::Waiting | State::Done => return None,
        };
        Some(Phase { state, since: now })
    })
}
