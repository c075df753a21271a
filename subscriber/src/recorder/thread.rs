//! What a thread is in the middle of.
//!
//! Tokio's spans have no parents that lead from an operation to its task, so each
//! thread keeps a stack of the spans that it has entered. It has a fixed size and
//! no destructor, and so works while a thread is being torn down.

use std::cell::{Cell, UnsafeCell};

use super::poll_wakers::PollWakers;
use super::span::{SpanKey, Table};
use crate::stack::{Base, StackId};
use crate::tables::TextId;

/// How deep spans of Tokio can be nested on one thread. More are counted, not
/// kept: what they do is not seen.
const DEPTH: usize = 64;
/// How many cancelled operations of the present poll are remembered.
const CANCELLED: usize = 4;

/// A span that this thread has entered and not left.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    pub(crate) recorder: u32,
    pub(crate) span: SpanKey,
    /// Of a task: when it was entered. Nanoseconds.
    pub(crate) entered_at: u64,
    /// Of a task: whether entering it counted as a poll.
    pub(crate) counted: bool,
    /// Of a task: whether nothing lay between the end of its last poll and this
    /// entering of it, on this thread.
    pub(crate) adjacent: bool,
    /// Of a task: where on the thread's stack it was entered.
    pub(crate) base: Base,
    /// Of an operation: what its last poll said.
    pub(crate) ready: Option<bool>,
    /// Of an operation: whether it has cloned the waker of its task.
    pub(crate) cloned: bool,
    /// Of an operation: the stack of its poll, if that was taken.
    pub(crate) stack: StackId,
}

impl Frame {
    pub(crate) fn new(recorder: u32, span: SpanKey) -> Self {
        Frame {
            recorder,
            span,
            entered_at: 0,
            counted: false,
            adjacent: false,
            base: Base::default(),
            ready: None,
            cloned: false,
            stack: StackId::NONE,
        }
    }

    /// Whether it is an operation of `recorder`.
    pub(crate) fn is_operation_of(&self, recorder: u32) -> bool {
        self.recorder == recorder && self.span.table() == Table::Operation
    }
}

/// The task span that this thread left last.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LastExit {
    pub(crate) frame: Frame,
    pub(crate) left_at: u64,
    /// Its longest poll before the one that was left. Nanoseconds.
    pub(crate) longest_before: u64,
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
    depth: Cell<usize>,
    frames: UnsafeCell<[Option<Frame>; DEPTH]>,
    /// The task whose poll is the innermost, and what that has told of its wakers.
    polled: Cell<Option<(u32, SpanKey)>>,
    wakers: UnsafeCell<PollWakers>,
    last_exit: Cell<Option<LastExit>>,
    cancelled: Cell<[Option<Cancelled>; CANCELLED]>,
    next_cancelled: Cell<usize>,
    /// The number of this thread's name, by recorder.
    label: Cell<(u32, TextId)>,
}

thread_local! {
    static THREAD: Thread = const {
        Thread {
            depth: Cell::new(0),
            frames: UnsafeCell::new([None; DEPTH]),
            polled: Cell::new(None),
            wakers: UnsafeCell::new(PollWakers::NONE),
            last_exit: Cell::new(None),
            cancelled: Cell::new([None; CANCELLED]),
            next_cancelled: Cell::new(0),
            label: Cell::new((0, TextId(0))),
        }
    };
}

impl Thread {
    /// Runs `with` on the state of the calling thread.
    #[inline]
    pub(crate) fn with<R>(with: impl FnOnce(&Thread) -> R) -> R {
        THREAD.with(with)
    }

    /// The frames, the innermost last.
    #[inline]
    fn frames(&self) -> &[Option<Frame>] {
        let depth = self.depth.get().min(DEPTH);
        // SAFETY: `Thread` is not `Sync`, and only `push`, `pop` and
        // `update` write; none of them runs while a reference from here is
        // alive, because no method hands one out.
        unsafe { &(&*self.frames.get())[..depth] }
    }

    /// Puts `frame` on the stack.
    #[inline]
    pub(crate) fn push(&self, frame: Frame) {
        let depth = self.depth.get();
        if depth < DEPTH {
            // SAFETY: as in `frames`; nothing else refers to the array now.
            unsafe { (*self.frames.get())[depth] = Some(frame) };
        }
        self.depth.set(depth + 1);
    }

    /// Takes the innermost frame of `span` off the stack, wherever it is.
    #[inline]
    pub(crate) fn pop(&self, recorder: u32, span: SpanKey) -> Option<Frame> {
        let depth = self.depth.get();
        // Nearly always what was entered last is left first.
        if let Some(top) = depth.checked_sub(1)
            && let Some(Some(frame)) = self.frames().get(top)
            && (frame.span, frame.recorder) == (span, recorder)
        {
            self.depth.set(top);
            return Some(*frame);
        }
        self.pop_out_of_order(recorder, span)
    }

    #[cold]
    fn pop_out_of_order(&self, recorder: u32, span: SpanKey) -> Option<Frame> {
        let depth = self.depth.get();
        let kept = depth.min(DEPTH);
        let place = self.frames().iter().rposition(|frame| {
            frame.is_some_and(|frame| frame.span == span && frame.recorder == recorder)
        });
        let Some(place) = place else {
            // Too deep to have been kept, or entered before this layer was.
            if depth > DEPTH {
                self.depth.set(depth - 1);
            }
            return None;
        };
        // SAFETY: as in `frames`; nothing else refers to the array now.
        let frames = unsafe { &mut *self.frames.get() };
        let frame = frames[place];
        frames.copy_within(place + 1..kept, place);
        frames[kept - 1] = None;
        self.depth.set(depth - 1);
        frame
    }

    /// The innermost frame of `recorder` for which `find` holds.
    #[inline]
    pub(crate) fn innermost(&self, recorder: u32, find: impl Fn(&Frame) -> bool) -> Option<Frame> {
        self.frames()
            .iter()
            .rev()
            .flatten()
            .find(|frame| frame.recorder == recorder && find(frame))
            .copied()
    }

    /// The innermost frame of `recorder`, of whatever kind.
    #[inline]
    pub(crate) fn top(&self, recorder: u32) -> Option<Frame> {
        self.innermost(recorder, |_| true)
    }

    /// The task that is being polled.
    #[inline]
    pub(crate) fn task(&self, recorder: u32) -> Option<Frame> {
        self.innermost(recorder, |frame| frame.span.table() == Table::Task)
    }

    /// Whether the innermost frame of `recorder` is a part of an operation for
    /// which `find` holds, in the same task.
    pub(crate) fn inside_operation(&self, recorder: u32, find: impl Fn(SpanKey) -> bool) -> bool {
        self.frames()
            .iter()
            .rev()
            .flatten()
            .filter(|frame| frame.recorder == recorder)
            .take_while(|frame| frame.span.table() != Table::Task)
            .any(|frame| frame.span.table() == Table::Operation && find(frame.span))
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
        let operation = self.innermost(recorder, |frame| frame.is_operation_of(recorder));
        let Some(operation) = operation else { return };
        let stack = take(operation.span);
        self.change_innermost(recorder, |frame| {
            if !frame.is_operation_of(recorder) {
                return false;
            }
            frame.ready = Some(ready);
            if stack != StackId::NONE {
                frame.stack = stack;
            }
            true
        });
    }

    /// Whether the innermost frame of `recorder` is an operation, which is noted to
    /// have cloned the waker of its task.
    #[inline]
    pub(crate) fn cloned_in_operation(&self, recorder: u32) -> bool {
        let mut is_operation = false;
        self.change_innermost(recorder, |frame| {
            if frame.recorder != recorder {
                return false;
            }
            is_operation = frame.span.table() == Table::Operation;
            frame.cloned |= is_operation;
            true
        });
        is_operation
    }

    /// Lets `change` look at frames from the innermost on, until it says true.
    #[inline]
    fn change_innermost(&self, recorder: u32, mut change: impl FnMut(&mut Frame) -> bool) {
        // SAFETY: as in `frames`; nothing else refers to the array now, and
        // `change` does not reach it by another way.
        let frames = unsafe { &mut *self.frames.get() };
        let depth = self.depth.get().min(DEPTH);
        for frame in frames[..depth].iter_mut().rev().flatten() {
            if frame.recorder == recorder && change(frame) {
                return;
            }
        }
    }

    /// From now on, [`Thread::wakers`] are those of the poll of `task`.
    #[inline]
    pub(crate) fn begin_wakers(&self, recorder: u32, task: SpanKey) {
        self.polled.set(Some((recorder, task)));
        self.wakers(PollWakers::clear);
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
        if self.polled.take() == Some((recorder, task)) {
            self.wakers(|wakers| take(wakers));
        }
    }

    pub(crate) fn last_exit(&self) -> Option<LastExit> {
        self.last_exit.get()
    }

    pub(crate) fn set_last_exit(&self, last: LastExit) {
        self.last_exit.set(Some(last));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::SlotKey;

    fn span(index: u32, table: Table) -> SpanKey {
        SpanKey::new(
            table,
            SlotKey {
                index,
                generation: 1,
            },
        )
    }

    fn thread() -> Thread {
        Thread {
            depth: Cell::new(0),
            frames: UnsafeCell::new([None; DEPTH]),
            polled: Cell::new(None),
            wakers: UnsafeCell::new(PollWakers::NONE),
            last_exit: Cell::new(None),
            cancelled: Cell::new([None; CANCELLED]),
            next_cancelled: Cell::new(0),
            label: Cell::new((0, TextId(0))),
        }
    }

    #[test]
    fn spans_may_be_left_in_any_order() {
        let thread = thread();
        let spans = [0, 1, 2, 3].map(|index| span(index, Table::Operation));
        for span in spans {
            thread.push(Frame::new(1, span));
        }
        assert_eq!(thread.pop(1, spans[1]).unwrap().span, spans[1]);
        assert!(thread.pop(1, spans[1]).is_none(), "it was entered once");
        assert!(
            thread.pop(2, spans[3]).is_none(),
            "it is another recorder's"
        );
        assert_eq!(thread.top(1).unwrap().span, spans[3]);
        assert_eq!(thread.pop(1, spans[3]).unwrap().span, spans[3]);
        assert_eq!(thread.pop(1, spans[2]).unwrap().span, spans[2]);
        assert_eq!(thread.pop(1, spans[0]).unwrap().span, spans[0]);
        assert!(thread.top(1).is_none());
    }

    #[test]
    fn spans_too_deep_are_counted_and_the_others_found_again() {
        let thread = thread();
        let spans = (0..2 * DEPTH as u32).map(|index| span(index, Table::Task));
        let spans: Vec<_> = spans.collect();
        for span in &spans {
            thread.push(Frame::new(1, *span));
        }
        let kept = spans
            .iter()
            .rev()
            .filter(|span| thread.pop(1, **span).is_some());
        assert_eq!(kept.count(), DEPTH);
        assert!(thread.top(1).is_none());
        thread.push(Frame::new(1, spans[0]));
        assert!(thread.pop(1, spans[0]).is_some());
    }

    #[test]
    fn an_operation_inside_another_is_seen_only_within_the_same_task() {
        let thread = thread();
        let (outer, inner) = (span(1, Table::Operation), span(2, Table::Operation));
        thread.push(Frame::new(1, outer));
        assert!(thread.inside_operation(1, |found| found == outer));
        thread.push(Frame::new(1, span(3, Table::Task)));
        thread.push(Frame::new(1, inner));
        assert!(!thread.inside_operation(1, |found| found == outer));
        assert_eq!(thread.task(1).unwrap().span, span(3, Table::Task));
    }
}
