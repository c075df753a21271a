//! A task's slot: what it is, what it is doing, and how often it did.

use crate::sync::{AtomicU8, AtomicU16, AtomicU32, AtomicU64, Ordering, Zeroable};

use super::{LocationId, Locations, Places, SlotKey, TextId};

/// The task at the root of a tree of spawns, which no task spawned; 0 if that is not
/// known. It is handed on at each spawn, so that it is known when those in between
/// have long ended. Numbers come again after 2^32 roots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) struct RootId(pub(crate) u32);

/// How a task was spawned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[repr(u8)]
pub(crate) enum TaskKind {
    #[default]
    Task = 0,
    Local = 1,
    BlockOn = 2,
    Blocking = 3,
    /// A runtime's worker thread, which Tokio shows as a blocking task of its
    /// own: kept, but not shown as a task.
    Worker = 4,
}

impl TaskKind {
    /// How many there are of tasks: the first ones.
    pub(super) const SPAWNED: usize = 4;
    /// Those.
    pub(crate) const TASKS: [TaskKind; TaskKind::SPAWNED] = [
        TaskKind::Task,
        TaskKind::Local,
        TaskKind::BlockOn,
        TaskKind::Blocking,
    ];

    /// Whether other tasks wait while it is polled: what may block has a thread of
    /// its own.
    #[inline]
    pub(crate) fn is_polled_in_turn(self) -> bool {
        matches!(self, TaskKind::Task | TaskKind::Local)
    }

    pub(super) fn from_number(number: u8) -> Self {
        match number {
            1 => TaskKind::Local,
            2 => TaskKind::BlockOn,
            3 => TaskKind::Blocking,
            4 => TaskKind::Worker,
            _ => TaskKind::Task,
        }
    }
}

/// What a task is doing, as far as one word can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub(crate) enum State {
    /// New or woken, not polled yet.
    Scheduled = 0,
    /// Being polled.
    Running = 1,
    /// Being polled, and woken meanwhile: it is scheduled when the poll ends.
    RunningWoken = 2,
    /// Pending.
    Waiting = 3,
    /// Its future is being dropped.
    Finishing = 4,
    /// Its future is gone.
    Done = 5,
}

/// A state and since when, in one word: `nanos << 3 | state`. The time makes two
/// stays in one state differ, so an exchange based on an old look fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Phase {
    pub(crate) state: State,
    pub(crate) since: u64,
}

impl Phase {
    const STATE_BITS: u32 = 3;

    fn to_word(self) -> u64 {
        self.since << Self::STATE_BITS | self.state as u64
    }

    fn from_word(word: u64) -> Self {
        let state = match word & ((1 << Self::STATE_BITS) - 1) {
            0 => State::Scheduled,
            1 => State::Running,
            2 => State::RunningWoken,
            3 => State::Waiting,
            4 => State::Finishing,
            _ => State::Done,
        };
        Phase {
            state,
            since: word >> Self::STATE_BITS,
        }
    }
}

/// How many wakers of a task are left, with the generation of the task that they
/// belong to in the same word: an event for an earlier use of the slot cannot
/// change the count, however late it comes.
#[derive(Default)]
pub(crate) struct Wakers(AtomicU64);

impl Wakers {
    fn reset(&self, generation: u32) {
        self.0.store(u64::from(generation) << 32, Ordering::Relaxed);
    }

    /// Adds `change` if the count is that of `generation`. True if it was.
    #[inline]
    pub(crate) fn change(&self, generation: u32, change: i32) -> bool {
        let mut word = self.0.load(Ordering::Relaxed);
        loop {
            if (word >> 32) as u32 != generation {
                return false;
            }
            let count = (word as u32).wrapping_add_signed(change);
            let new = u64::from(generation) << 32 | u64::from(count);
            match self
                .0
                .compare_exchange_weak(word, new, Ordering::AcqRel, Ordering::Relaxed)
            {
                Ok(_) => return true,
                Err(now) => word = now,
            }
        }
    }

    /// How many there are; below zero if more were dropped than seen cloned.
    pub(crate) fn count(&self) -> i32 {
        self.0.load(Ordering::Acquire) as u32 as i32
    }
}

/// The slot.
#[derive(Default)]
pub(crate) struct Task {
    phase: AtomicU64,
    pub(crate) wakers: Wakers,
    pub(crate) polls: AtomicU64,
    /// How often a waker was used up by a wake.
    pub(crate) wakes_by_value: AtomicU64,
    /// How often one woke it and stayed as it was.
    pub(crate) wakes_by_ref: AtomicU64,
    /// How many of both came from the task's own poll. The thread that polls it is
    /// the only one to write this.
    pub(crate) self_wakes: AtomicU64,
    pub(crate) waker_drops: AtomicU64,
    pub(crate) busy: AtomicU64,
    pub(crate) scheduled: AtomicU64,
    pub(crate) longest_poll: AtomicU64,
    pub(crate) last_poll: AtomicU64,
    pub(crate) tokio_id: AtomicU64,
    pub(crate) spawned_at: AtomicU64,
    /// Wire form of the spawner's key.
    pub(crate) spawner: AtomicU64,
    pub(crate) spawner_tokio_id: AtomicU64,
    /// Wire form of the key in the table of names.
    pub(crate) name: AtomicU64,
    /// The id of the span that an inner subscriber made for the same task.
    pub(crate) inner_span: AtomicU64,
    /// What it waits for, as its wakers told of it when it was last polled.
    pub(crate) waits: Places<2>,
    /// Wire form of the key of more of them, in a table of their own.
    pub(crate) more_waits: AtomicU64,
    size: AtomicU32,
    original_size: AtomicU32,
    root: AtomicU32,
    pub(crate) thread: AtomicU32,
    pub(crate) references: AtomicU32,
    location: AtomicU16,
    kind: AtomicU8,
    marks: AtomicU8,
}

/// Of the marks: a poll of it panicked.
const PANICKED: u8 = 1;
/// Of the marks: events for wakers of another task may have been counted.
const DOUBTFUL_WAKERS: u8 = 2;

const _: () = assert!(Locations::NUMBERS <= u16::MAX as u32);

// SAFETY: atomics are valid as zero.
unsafe impl Zeroable for Task {}

/// What a new task is, once.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct NewTask {
    pub(crate) tokio_id: u64,
    pub(crate) kind: TaskKind,
    pub(crate) location: LocationId,
    pub(crate) spawner: u64,
    pub(crate) spawner_tokio_id: u64,
    pub(crate) root: RootId,
    pub(crate) spawned_at: u64,
    pub(crate) size: u64,
    pub(crate) original_size: u64,
    pub(crate) name: u64,
    pub(crate) inner_span: u64,
}

impl Task {
    /// Makes the slot that of `new`.
    pub(crate) fn reset(&self, key: SlotKey, new: &NewTask) {
        let store = |word: &AtomicU64, value| word.store(value, Ordering::Relaxed);
        store(
            &self.phase,
            Phase {
                state: State::Scheduled,
                since: new.spawned_at,
            }
            .to_word(),
        );
        self.wakers.reset(key.generation);
        for counter in [
            &self.polls,
            &self.wakes_by_value,
            &self.wakes_by_ref,
            &self.self_wakes,
            &self.waker_drops,
            &self.busy,
            &self.scheduled,
            &self.longest_poll,
            &self.last_poll,
        ] {
            store(counter, 0);
        }
        store(&self.tokio_id, new.tokio_id);
        store(&self.spawned_at, new.spawned_at);
        store(&self.spawner, new.spawner);
        store(&self.spawner_tokio_id, new.spawner_tokio_id);
        store(&self.name, new.name);
        store(&self.inner_span, new.inner_span);
        self.waits.clear();
        store(&self.more_waits, 0);
        let size = |bytes| u32::try_from(bytes).unwrap_or(u32::MAX);
        self.size.store(size(new.size), Ordering::Relaxed);
        let original_size = size(new.original_size);
        self.original_size.store(original_size, Ordering::Relaxed);
        self.kind.store(new.kind as u8, Ordering::Relaxed);
        // No number is cut: see `Locations::NUMBERS`.
        self.location
            .store(new.location.0 as u16, Ordering::Relaxed);
        self.root.store(new.root.0, Ordering::Relaxed);
        self.thread.store(0, Ordering::Relaxed);
        self.references.store(1, Ordering::Relaxed);
        self.marks.store(0, Ordering::Relaxed);
    }

    #[inline]
    pub(crate) fn kind(&self) -> TaskKind {
        TaskKind::from_number(self.kind.load(Ordering::Relaxed))
    }

    pub(crate) fn location(&self) -> LocationId {
        LocationId(self.location.load(Ordering::Relaxed).into())
    }

    /// See [`RootId`].
    pub(crate) fn root(&self) -> RootId {
        RootId(self.root.load(Ordering::Relaxed))
    }

    /// A poll of it panicked.
    pub(crate) fn mark_panicked(&self) {
        self.marks.fetch_or(PANICKED, Ordering::Relaxed);
    }

    /// Whether a poll of it panicked.
    pub(crate) fn has_panicked(&self) -> bool {
        self.marks.load(Ordering::Relaxed) & PANICKED != 0
    }

    /// Events for wakers of another task may be counted as its own.
    pub(crate) fn doubt_wakers(&self) {
        self.marks.fetch_or(DOUBTFUL_WAKERS, Ordering::Relaxed);
    }

    /// Whether events for wakers of another task may have been counted.
    #[inline]
    pub(crate) fn doubts_wakers(&self) -> bool {
        self.marks.load(Ordering::Relaxed) & DOUBTFUL_WAKERS != 0
    }

    #[inline]
    pub(crate) fn phase(&self) -> Phase {
        Phase::from_word(self.phase.load(Ordering::Acquire))
    }

    /// Goes to what `next` makes of the present phase, unless that is `None`.
    /// Gives the phase before.
    #[inline]
    pub(crate) fn advance(&self, next: impl Fn(Phase) -> Option<Phase>) -> Phase {
        self.advance_from(|_| false, next)
    }

    /// The same for the thread that polls the task, which is the only one that goes on
    /// from some states: a wake changes nothing of a task that is scheduled, nor of one
    /// whose future is dropped. That needs no exchange, which costs the more.
    #[inline]
    pub(crate) fn advance_polled(&self, next: impl Fn(Phase) -> Option<Phase>) -> Phase {
        let alone = |state| matches!(state, State::Scheduled | State::Finishing | State::Done);
        self.advance_from(alone, next)
    }

    #[inline(always)]
    fn advance_from(
        &self,
        alone: impl Fn(State) -> bool,
        next: impl Fn(Phase) -> Option<Phase>,
    ) -> Phase {
        let mut word = self.phase.load(Ordering::Relaxed);
        loop {
            let phase = Phase::from_word(word);
            let Some(next) = next(phase) else {
                return phase;
            };
            if alone(phase.state) {
                self.phase.store(next.to_word(), Ordering::Release);
                return phase;
            }
            match self.phase.compare_exchange_weak(
                word,
                next.to_word(),
                Ordering::AcqRel,
                Ordering::Relaxed,
            ) {
                Ok(_) => return phase,
                Err(now) => word = now,
            }
        }
    }

    /// How often a waker of it was cloned: each clone is still there, or was
    /// dropped, or used up by a wake.
    fn waker_clones(&self) -> u64 {
        let load = |word: &AtomicU64| word.load(Ordering::Relaxed);
        let left = self.wakers.count();
        let gone = load(&self.waker_drops) + load(&self.wakes_by_value);
        gone.saturating_add_signed(left.into())
    }

    /// What there is to tell of it.
    pub(crate) fn snapshot(&self, key: SlotKey) -> TaskSnapshot {
        let load = |word: &AtomicU64| word.load(Ordering::Relaxed);
        TaskSnapshot {
            key,
            phase: self.phase(),
            wakers: (!self.doubts_wakers()).then(|| self.wakers.count()),
            polls: load(&self.polls),
            wakes: load(&self.wakes_by_value) + load(&self.wakes_by_ref),
            self_wakes: load(&self.self_wakes),
            waker_clones: self.waker_clones(),
            waker_drops: load(&self.waker_drops),
            busy: load(&self.busy),
            scheduled: load(&self.scheduled),
            longest_poll: load(&self.longest_poll),
            last_poll: load(&self.last_poll),
            thread: TextId(self.thread.load(Ordering::Relaxed)),
            what: NewTask {
                tokio_id: load(&self.tokio_id),
                kind: self.kind(),
                location: self.location(),
                spawner: load(&self.spawner),
                spawner_tokio_id: load(&self.spawner_tokio_id),
                root: self.root(),
                spawned_at: load(&self.spawned_at),
                size: self.size.load(Ordering::Relaxed).into(),
                original_size: self.original_size.load(Ordering::Relaxed).into(),
                name: load(&self.name),
                inner_span: 0,
            },
        }
    }
}

/// A slot as it was at one moment. Times are nanoseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TaskSnapshot {
    pub(crate) key: SlotKey,
    pub(crate) phase: Phase,
    /// How many wakers are left; `None` if that is in doubt.
    pub(crate) wakers: Option<i32>,
    pub(crate) polls: u64,
    pub(crate) wakes: u64,
    pub(crate) self_wakes: u64,
    pub(crate) waker_clones: u64,
    pub(crate) waker_drops: u64,
    pub(crate) busy: u64,
    pub(crate) scheduled: u64,
    pub(crate) longest_poll: u64,
    pub(crate) last_poll: u64,
    pub(crate) thread: TextId,
    pub(crate) what: NewTask,
}
