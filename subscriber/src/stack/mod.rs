//! Call stacks: where a task waits, and every `.await` on the way there.
//!
//! On the application's thread a stack is walked, looked up in a table of those
//! that are known, and so becomes a number; that is all. What a number means is
//! found out on the telemetry thread, and only if someone asks.

mod budget;
mod classify;
mod fingerprint;
#[cfg(feature = "fuzzing")]
pub(crate) mod fuzzing;
mod leaves;
mod names;
mod origin;
mod self_test;
mod source_roots;
mod symbols;
mod table;
mod thread_stack;
mod unwind;
mod walk;

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

pub(crate) use symbols::{Frame, FrameId, Origin, ResolvedStack, Symbols};
pub(crate) use table::StackId;

use budget::Budget;
use fingerprint::Fingerprints;
use table::StackTable;
use thread_stack::ThreadStack;
use walk::{Frames, frame_pointer};

/// How stacks are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Capture {
    Off,
    FramePointers,
    Unwinder,
}

/// A place on a thread's stack from which a task's future is polled: nothing
/// beyond it is the task's own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Base(usize);

impl Base {
    /// That of no task.
    pub(crate) const NONE: Base = Base(0);
}

/// A place on a thread's stack within the frame of the function that told us
/// something: what was called from there is tracing's business and ours, and no
/// part of a task's stack. It differs with what else the program does: tracing
/// goes another way while any thread has a dispatcher of its own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Teller(usize);

impl Teller {
    /// The function that keeps `told` on its stack: an event is made by
    /// [`tracing::Event::dispatch`], which hands out a reference.
    #[inline]
    pub(crate) fn of<T>(told: &T) -> Self {
        Teller(std::ptr::from_ref(told).addr())
    }
}

/// Takes stacks, and keeps each that is new.
pub(crate) struct Stacks {
    pub(crate) capture: Capture,
    table: StackTable,
    fingerprints: Fingerprints,
    budget: Budget,
    roots: Roots,
    /// Waits whose stack found no room in the table.
    pub(crate) unrecorded: AtomicU64,
    /// Waits whose stack was not taken for want of time.
    pub(crate) over_budget: AtomicU64,
}

impl Stacks {
    /// `wanted` says whether stacks are to be taken at all; how, this program
    /// itself tells.
    pub(crate) fn new(wanted: bool) -> Self {
        let capture = match wanted {
            false => Capture::Off,
            true if self_test::frame_pointers_work() => Capture::FramePointers,
            true => Capture::Unwinder,
        };
        Stacks {
            capture,
            table: StackTable::new(),
            fingerprints: Fingerprints::new(capture == Capture::Unwinder),
            budget: Budget::default(),
            roots: Roots::default(),
            unrecorded: AtomicU64::new(0),
            over_budget: AtomicU64::new(0),
        }
    }

    pub(crate) fn is_off(&self) -> bool {
        self.capture == Capture::Off
    }

    /// The place of the function that calls this, which was called to say that a
    /// task is about to be polled.
    #[inline(always)]
    pub(crate) fn base(&self) -> Base {
        match self.capture {
            Capture::Off => Base::default(),
            Capture::Unwinder => Base(local_address()),
            Capture::FramePointers => {
                let base = Base(frame_pointer());
                if self.roots.are_unknown() {
                    self.roots.note_entry(base);
                }
                base
            }
        }
    }

    /// The stack of the calling thread, from the caller of `teller` down to the
    /// task that was entered at `base`, or whole if there is none. Its number is
    /// that of no stack if none could be taken. `needed`: whether nothing else
    /// tells where the task is.
    #[inline]
    pub(crate) fn take(&self, teller: Teller, base: Option<Base>, needed: bool) -> StackId {
        match self.capture {
            Capture::Off => StackId::NONE,
            Capture::FramePointers => self.walk(teller, base),
            Capture::Unwinder => self.unwind(teller, base, needed),
        }
    }

    #[inline]
    fn walk(&self, teller: Teller, base: Option<Base>) -> StackId {
        let here = frame_pointer();
        let Some(stack) = ThreadStack::around(here) else {
            return StackId::NONE;
        };
        let limit = match base {
            None => Some(stack.high),
            Some(base) => self
                .roots
                .limit(base)
                .or_else(|| self.roots.learn(here, stack, base)),
        };
        // It is not known only for the first wait of all, if at all.
        let Some(limit) = limit else {
            return StackId::NONE;
        };
        let mut frames = Frames::new();
        frames.walk(here, stack, teller.0, limit);
        self.keep(frames.hash(), frames.addresses())
    }

    #[cold]
    fn unwind(&self, teller: Teller, base: Option<Base>, needed: bool) -> StackId {
        let Some(stack) = ThreadStack::around(local_address()) else {
            return StackId::NONE;
        };
        let print = self
            .fingerprints
            .of(teller.0, base.map(|base| base.0), stack);
        if let Some(known) = print.and_then(|print| self.fingerprints.get(print)) {
            return known;
        }
        let Some(spending) = self.budget.begin(needed) else {
            self.over_budget.fetch_add(1, Ordering::Relaxed);
            return StackId::NONE;
        };
        let mut frames = Frames::new();
        // What lies there is no task's own, but tells one apart from another.
        let limit = base.map_or(stack.high, |base| {
            base.0.saturating_add(fingerprint::BEYOND)
        });
        unwind::frames(&mut frames, teller.0, limit);
        let taken = self.keep(frames.hash(), frames.addresses());
        self.budget.end(spending);
        if let Some(print) = print
            && taken != StackId::NONE
        {
            self.fingerprints.insert(print, taken);
        }
        taken
    }

    #[inline]
    fn keep(&self, hash: u64, addresses: &[usize]) -> StackId {
        let taken = self.table.intern(hash, addresses);
        if taken == StackId::NONE {
            self.unrecorded.fetch_add(1, Ordering::Relaxed);
        }
        taken
    }

    /// The return addresses of a stack, the innermost first.
    pub(crate) fn get(&self, id: StackId) -> Option<&[usize]> {
        self.table.get(id)
    }
}

/// An address within the frame of the caller.
#[inline(always)]
fn local_address() -> usize {
    let local = 0_u8;
    std::hint::black_box(&raw const local).addr() & !(align_of::<usize>() - 1)
}

/// How far the place that says "entered" is from the function that polls the
/// future, in bytes of stack. What lies between is the same code each time:
/// tracing's, and ours. So it is found out once, by comparing the frames at an
/// entry with those at a wait: the first that they have in common polls the task.
#[derive(Default)]
struct Roots {
    /// The distance plus one; 0 while it is not known.
    distance: AtomicUsize,
    /// How many entries have been noted.
    noted: AtomicUsize,
}

/// So many entries are noted in the hope that the task waits then. If none did,
/// only those after a wait whose entry was not are.
const NOTED: usize = 10_000;

impl Roots {
    #[inline]
    fn are_unknown(&self) -> bool {
        self.distance.load(Ordering::Relaxed) == 0
    }

    /// The last frame that is a task's own is at this address or before it.
    #[inline]
    fn limit(&self, base: Base) -> Option<usize> {
        let distance = self.distance.load(Ordering::Relaxed).checked_sub(1)?;
        Some(base.0.saturating_add(distance))
    }

    #[cold]
    fn note_entry(&self, base: Base) {
        if self.noted.load(Ordering::Relaxed) >= NOTED {
            return;
        }
        self.noted.fetch_add(1, Ordering::Relaxed);
        if let Some(stack) = ThreadStack::around(base.0) {
            walk::note_entry(base.0, stack);
        }
    }

    /// As [`Roots::limit`], which is found out at this wait if its entry was noted.
    #[cold]
    fn learn(&self, here: usize, stack: ThreadStack, base: Base) -> Option<usize> {
        match walk::last_frame_of_entry(here, stack, base.0) {
            Some(outermost) => {
                let distance = outermost - base.0 + 1;
                // Of two threads that find it out, both find the same.
                self.distance.store(distance, Ordering::Relaxed);
            }
            None => self.noted.store(NOTED / 2, Ordering::Relaxed),
        }
        self.limit(base)
    }
}
