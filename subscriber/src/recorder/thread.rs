//! What a thread is in the middle of.
//!
//! Tokio's spans have no parents that lead from an operation to its task, so each
//! thread keeps a stack of the spans that it has entered. It has a fixed size and
//! no destructor, and so works while a thread is being torn down.

use std::cell::{Cell, UnsafeCell};

use super::entered::{Entered, Entry, How};
use super::poll_wakers::PollWakers;
use super::roots::Adopted;
use super::span::SpanKey;
use crate::stack::{Base, StackId};
use crate::tables::{SlotKey, TextId};

/// How many cancelled operations of the present poll are remembered.
const CANCELLED: usize = 4;

/// The task span that this thread left last.
pub(crate) struct LastExit {
    pub(crate) recorder: Cell<u32>,
    pub(crate) span: Cell<SpanKey>,
    pub(crate) entered_at: Cell<u64>,
    pub(crate) how: Cell<How>,
    pub(crate) left_at: Cell<u64>,
    /// Its longest poll before the one that was left. Nanoseconds.
    pub(crate) longest_before: Cell<u64>,
}

impl LastExit {
    const fn none() -> Self {
        LastExit {
            recorder: Cell::new(0),
            span: Cell::new(SpanKey::NONE),
            entered_at: Cell::new(0),
            how: Cell::new(Entry::NONE.how),
            left_at: Cell::new(0),
            longest_before: Cell::new(0),
        }
    }

    /// Whether it was this one.
    #[inline]
    pub(crate) fn is_of(&self, recorder: u32, span: SpanKey) -> bool {
        self.span.get() == span && self.recorder.get() == recorder
    }
}

/// The task of which a poll's wakers are noted; no other was polled within that.
struct Polled {
    recorder: Cell<u32>,
    task: Cell<SpanKey>,
    base: Cell<Base>,
}

impl Polled {
    const fn none() -> Self {
        Polled {
            recorder: Cell::new(0),
            task: Cell::new(SpanKey::NONE),
            base: Cell::new(Base::NONE),
        }
    }
}

/// An operation that ended without being ready.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cancelled {
    pub(crate) recorder: u32,
    pub(crate) task: u64,
    pub(crate) resource: u64,
    /// The poll in which it was cancelled, by its start.
    pub(crate) poll: u64,
    pub(crate) since: u64,
}

/// The state of this thread.
pub(crate) struct Thread {
    pub(super) entered: Entered,
    /// The task whose poll is the innermost, and what that has told of its wakers.
    polled: Polled,
    wakers: UnsafeCell<PollWakers>,
    pub(super) last_exit: LastExit,
    cancelled: Cell<[Option<Cancelled>; CANCELLED]>,
    next_cancelled: Cell<usize>,
    /// The number of this thread's name, by recorder.
    label: Cell<(u32, TextId)>,
    pub(super) adopted: Cell<Adopted>,
}

thread_local! {
    static THREAD: Thread = const {
        Thread {
            entered: Entered::new(),
            polled: Polled::none(),
            wakers: UnsafeCell::new(PollWakers::NONE),
            last_exit: LastExit::none(),
            cancelled: Cell::new([None; CANCELLED]),
            next_cancelled: Cell::new(0),
            label: Cell::new((0, TextId(0))),
            adopted: Cell::new(Adopted::NONE),
        }
    };
}

impl Thread {
    /// Runs `with` on the state of the calling thread.
    #[inline(always)]
    pub(crate) fn with<R>(with: impl FnOnce(&Thread) -> R) -> R {
        // A large `with` is not put into the caller by the compiler, and then the
        // place is looked up through two calls that cost as much as what is done
        // there.
        let here = THREAD.with(std::ptr::from_ref);
        // SAFETY: needs no drop and so lives as long as the thread, which `with`
        // does not leave: it is given a reference of its own lifetime.
        with(unsafe { &*here })
    }

    /// The slot of the task that is being polled, and how it was entered.
    #[inline]
    pub(crate) fn task(&self, recorder: u32) -> Option<(SlotKey, Entry)> {
        let (span, entry) = self.entered.task(recorder)?;
        Some((span.slot(), entry))
    }

    /// The same, on the wire; 0 for none.
    #[inline]
    pub(crate) fn task_to_wire(&self, recorder: u32) -> u64 {
        self.task(recorder).map_or(0, |(slot, _)| slot.to_wire())
    }

    /// Notes what the poll of the innermost operation of `recorder` said, and the
    /// stack at which it did if `take` takes one.
    #[inline]
    pub(crate) fn poll_said(
        &self,
        recorder: u32,
        ready: bool,
        take: impl FnOnce(SpanKey) -> StackId,
    ) {
        let Some((span, place)) = self.entered.operation(recorder) else {
            return;
        };
        let stack = take(span);
        let mut told = place.get();
        told.ready = Some(ready);
        if stack != StackId::NONE {
            told.stack = stack;
        }
        place.set(told);
    }

    /// Whether the innermost frame of `recorder` is an operation, which is noted to
    /// have cloned the waker of its task.
    #[inline]
    pub(crate) fn cloned_in_operation(&self, recorder: u32) -> bool {
        let Some(place) = self.entered.operation_at_top(recorder) else {
            return false;
        };
        let mut told = place.get();
        told.cloned = true;
        place.set(told);
        true
    }

    /// From now on, [`Thread::wakers`] are those of the poll of `task`, which was
    /// entered at `base`.
    #[inline]
    pub(crate) fn begin_wakers(&self, recorder: u32, task: SpanKey, base: Base) {
        self.polled.recorder.set(recorder);
        self.polled.task.set(task);
        self.polled.base.set(base);
        self.wakers(PollWakers::clear);
    }

    /// Where the poll of `task` was entered, if [`Thread::wakers`] are its.
    #[inline]
    pub(crate) fn wakers_are_of(&self, recorder: u32, task: SpanKey) -> Option<Base> {
        let polled = &self.polled;
        let same = polled.task.get() == task && polled.recorder.get() == recorder;
        same.then(|| polled.base.get())
    }

    /// Notes something of the wakers of the task that is polled.
    #[inline]
    pub(crate) fn wakers(&self, note: impl FnOnce(&mut PollWakers)) {
        // SAFETY: `Thread` is not `Sync`, this is the only place that refers to
        // it, and what `note` does is in this crate and does not come back here.
        note(unsafe { &mut *self.wakers.get() });
    }

    /// Gives `take` what the poll of `task` has told of its wakers, unless another
    /// task was polled within that.
    #[inline]
    pub(crate) fn take_wakers(&self, recorder: u32, task: SpanKey, take: impl FnOnce(&PollWakers)) {
        if self.wakers_are_of(recorder, task).is_some() {
            self.wakers(|wakers| take(wakers));
        }
        self.polled.task.set(SpanKey::NONE);
    }

    /// Remembers an operation that was cancelled, in place of the oldest.
    pub(crate) fn remember_cancelled(&self, cancelled: Cancelled) {
        let next = self.next_cancelled.get();
        let mut all = self.cancelled.get();
        all[next] = Some(cancelled);
        self.cancelled.set(all);
        self.next_cancelled.set((next + 1) % CANCELLED);
    }

    /// Takes the one for which `find` holds, if it is remembered.
    pub(crate) fn take_cancelled(&self, find: impl Fn(&Cancelled) -> bool) -> Option<Cancelled> {
        let mut all = self.cancelled.get();
        let found = all
            .iter_mut()
            .find(|place| place.is_some_and(|cancelled| find(&cancelled)))?
            .take();
        self.cancelled.set(all);
        found
    }

    /// The number of this thread's name, which `intern` finds the first time.
    #[inline]
    pub(crate) fn label(&self, recorder: u32, intern: impl FnOnce(&str) -> TextId) -> TextId {
        let (of, label) = self.label.get();
        if of == recorder {
            return label;
        }
        let thread = std::thread::current();
        let label = intern(thread.name().unwrap_or("unnamed"));
        self.label.set((recorder, label));
        label
    }
}
