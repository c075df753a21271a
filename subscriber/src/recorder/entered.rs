//! The spans of Tokio that a thread has entered and not left.

use std::cell::Cell;

use super::span::{SpanKey, Table};
use crate::stack::{Base, StackId};

/// How deep spans of Tokio can be nested on one thread. More are counted, not
/// kept: what they do is not seen.
const DEPTH: usize = 64;

/// How a task was entered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    /// When. Nanoseconds.
    pub(crate) at: u64,
    /// Where on the thread's stack.
    pub(crate) base: Base,
    pub(crate) how: How,
}

/// Of a task that was entered, what is of interest when it is left. In a byte: a value
/// that is written in parts and read in one piece soon after makes a processor wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct How(u8);

impl How {
    const COUNTED: u8 = 1;
    const ADJACENT: u8 = 2;

    #[inline]
    pub(crate) fn new(counted: bool, adjacent: bool) -> Self {
        let counted = u8::from(counted) * How::COUNTED;
        How(counted | (u8::from(adjacent) * How::ADJACENT))
    }

    /// Whether it counted as a poll.
    #[inline]
    pub(crate) fn counted(self) -> bool {
        self.0 & How::COUNTED != 0
    }

    /// Whether nothing lay between the end of the task's last poll and this, on
    /// this thread.
    #[inline]
    pub(crate) fn adjacent(self) -> bool {
        self.0 & How::ADJACENT != 0
    }
}

/// What the poll of an operation has told.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Told {
    /// Whether it was ready, by its last word.
    pub(crate) ready: Option<bool>,
    /// Whether it has cloned the waker of its task.
    pub(crate) cloned: bool,
    /// The stack of its poll, if that was taken.
    pub(crate) stack: StackId,
}

impl Entry {
    pub(crate) const NONE: Entry = Entry {
        at: 0,
        base: Base::NONE,
        how: How(0),
    };
}

impl Told {
    pub(crate) const NOTHING: Told = Told {
        ready: None,
        cloned: false,
        stack: StackId::NONE,
    };
}

/// A span that was entered, and what is kept of it. What is of no matter for its
/// table is left as it was: most of what is entered are resources, of which there
/// is nothing to keep.
struct Place {
    recorder: Cell<u32>,
    span: Cell<SpanKey>,
    /// Of a task.
    entry: Cell<Entry>,
    /// Of an operation.
    told: Cell<Told>,
}

impl Place {
    const fn new() -> Self {
        Place {
            recorder: Cell::new(0),
            span: Cell::new(SpanKey::NONE),
            entry: Cell::new(Entry::NONE),
            told: Cell::new(Told::NOTHING),
        }
    }

    #[inline]
    fn is(&self, recorder: u32, span: SpanKey) -> bool {
        self.span.get() == span && self.recorder.get() == recorder
    }

    fn swap(&self, other: &Place) {
        self.recorder.swap(&other.recorder);
        self.span.swap(&other.span);
        self.entry.swap(&other.entry);
        self.told.swap(&other.told);
    }
}

/// A frame that was left just now, until another is entered.
pub(super) struct Left<'a>(&'a Place);

impl Left<'_> {
    /// Of a task: how it was entered.
    #[inline]
    pub(super) fn entry(&self) -> Entry {
        self.0.entry.get()
    }

    /// Of an operation: what its poll has told.
    #[inline]
    pub(super) fn told(&self) -> Told {
        self.0.told.get()
    }
}

/// The spans, the innermost last.
pub(super) struct Entered {
    depth: Cell<usize>,
    places: [Place; DEPTH],
}

impl Entered {
    pub(super) const fn new() -> Self {
        Entered {
            depth: Cell::new(0),
            places: [const { Place::new() }; DEPTH],
        }
    }

    /// Goes one deeper. The place, if there is one so deep.
    #[inline]
    fn deeper(&self, recorder: u32, span: SpanKey) -> Option<&Place> {
        let depth = self.depth.get();
        self.depth.set(depth + 1);
        let place = self.places.get(depth)?;
        place.recorder.set(recorder);
        place.span.set(span);
        Some(place)
    }

    /// A task was entered.
    #[inline]
    pub(super) fn push_task(&self, recorder: u32, span: SpanKey, entry: Entry) {
        if let Some(place) = self.deeper(recorder, span) {
            place.entry.set(entry);
        }
    }

    /// An operation was entered.
    #[inline]
    pub(super) fn push_operation(&self, recorder: u32, span: SpanKey) {
        if let Some(place) = self.deeper(recorder, span) {
            place.told.set(Told::NOTHING);
        }
    }

    /// A resource was entered.
    #[inline]
    pub(super) fn push_resource(&self, recorder: u32, span: SpanKey) {
        self.deeper(recorder, span);
    }

    /// Takes the innermost frame of `span` off the stack, wherever it is.
    #[inline]
    pub(super) fn pop(&self, recorder: u32, span: SpanKey) -> Option<Left<'_>> {
        // Nearly always what was entered last is left first.
        let top = self.depth.get().wrapping_sub(1);
        match self.places.get(top) {
            Some(place) if place.is(recorder, span) => {
                self.depth.set(top);
                Some(Left(place))
            }
            _ => self.pop_out_of_order(recorder, span),
        }
    }

    #[cold]
    fn pop_out_of_order(&self, recorder: u32, span: SpanKey) -> Option<Left<'_>> {
        let depth = self.depth.get();
        let kept = self.kept();
        let Some(found) = kept.iter().rposition(|place| place.is(recorder, span)) else {
            // Too deep to have been kept, or entered before this layer was.
            if depth > DEPTH {
                self.depth.set(depth - 1);
            }
            return None;
        };
        for pair in kept[found..].windows(2) {
            pair[0].swap(&pair[1]);
        }
        let last = kept.last()?;
        // There may be deeper ones that were not kept, and then this stays.
        last.recorder.set(0);
        self.depth.set(depth - 1);
        Some(Left(last))
    }

    #[inline]
    fn kept(&self) -> &[Place] {
        &self.places[..self.depth.get().min(DEPTH)]
    }

    /// The frames of `recorder`, from the innermost on.
    #[inline]
    fn of(&self, recorder: u32) -> impl Iterator<Item = &Place> {
        let kept = self.kept().iter().rev();
        kept.filter(move |place| place.recorder.get() == recorder)
    }

    /// The innermost task of `recorder`, and how it was entered.
    #[inline]
    pub(super) fn task(&self, recorder: u32) -> Option<(SpanKey, Entry)> {
        self.of(recorder)
            .find(|place| place.span.get().table() == Table::Task)
            .map(|place| (place.span.get(), place.entry.get()))
    }

    /// The spans of `recorder`, from the innermost on.
    #[inline]
    pub(super) fn spans(&self, recorder: u32) -> impl Iterator<Item = SpanKey> {
        self.of(recorder).map(|place| place.span.get())
    }

    /// Whether the innermost frame of `recorder` is a part of an operation for
    /// which `find` holds, in the same task.
    pub(super) fn inside_operation(&self, recorder: u32, find: impl Fn(SpanKey) -> bool) -> bool {
        self.spans(recorder)
            .take_while(|span| span.table() != Table::Task)
            .any(|span| span.table() == Table::Operation && find(span))
    }

    /// The innermost operation of `recorder`, and what its poll tells.
    #[inline]
    pub(super) fn operation(&self, recorder: u32) -> Option<(SpanKey, &Cell<Told>)> {
        self.of(recorder)
            .find(|place| place.span.get().table() == Table::Operation)
            .map(|place| (place.span.get(), &place.told))
    }

    /// What the poll of the innermost frame of `recorder` tells, if that is an
    /// operation.
    #[inline]
    pub(super) fn operation_at_top(&self, recorder: u32) -> Option<&Cell<Told>> {
        self.of(recorder)
            .next()
            .filter(|place| place.span.get().table() == Table::Operation)
            .map(|place| &place.told)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::SlotKey;

    fn span(index: u32, table: Table) -> SpanKey {
        let generation = 1;
        SpanKey::new(table, SlotKey { index, generation })
    }

    fn top(entered: &Entered) -> Option<SpanKey> {
        entered.spans(1).next()
    }

    #[test]
    fn spans_may_be_left_in_any_order() {
        let entered = Entered::new();
        let spans = [0, 1, 2, 3].map(|index| span(index, Table::Operation));
        for span in spans {
            entered.push_operation(1, span);
        }
        assert!(entered.pop(1, spans[1]).is_some());
        assert!(entered.pop(1, spans[1]).is_none(), "it was entered once");
        assert!(entered.pop(2, spans[3]).is_none(), "it is another's");
        assert_eq!(top(&entered), Some(spans[3]));
        for index in [3, 2, 0] {
            assert!(entered.pop(1, spans[index]).is_some());
        }
        assert_eq!(top(&entered), None);
    }

    #[test]
    fn a_frame_that_is_left_early_takes_only_its_own_with_it() {
        let entered = Entered::new();
        let (task, operation) = (span(1, Table::Task), span(2, Table::Operation));
        let resource = span(3, Table::Resource);
        entered.push_resource(1, resource);
        entered.push_task(
            1,
            task,
            Entry {
                at: 7,
                ..Entry::NONE
            },
        );
        entered.push_operation(1, operation);
        entered.operation(1).unwrap().1.set(Told {
            cloned: true,
            ..Told::NOTHING
        });
        assert!(entered.pop(1, resource).is_some());
        assert!(entered.pop(1, operation).unwrap().told().cloned);
        assert_eq!(entered.pop(1, task).unwrap().entry().at, 7);
    }

    #[test]
    fn spans_too_deep_are_counted_and_the_others_found_again() {
        let entered = Entered::new();
        let spans = (0..2 * DEPTH as u32).map(|index| span(index, Table::Task));
        let spans: Vec<_> = spans.collect();
        for span in &spans {
            entered.push_task(1, *span, Entry::NONE);
        }
        let kept = spans
            .iter()
            .rev()
            .filter(|span| entered.pop(1, **span).is_some());
        assert_eq!(kept.count(), DEPTH);
        assert_eq!(top(&entered), None);
        entered.push_task(1, spans[0], Entry::NONE);
        assert!(entered.pop(1, spans[0]).is_some());
    }

    #[test]
    fn an_operation_inside_another_is_seen_only_within_the_same_task() {
        let entered = Entered::new();
        let (outer, inner) = (span(1, Table::Operation), span(2, Table::Operation));
        entered.push_operation(1, outer);
        assert!(entered.inside_operation(1, |found| found == outer));
        entered.push_task(1, span(3, Table::Task), Entry::NONE);
        entered.push_operation(1, inner);
        assert!(!entered.inside_operation(1, |found| found == outer));
    }
}
