//! What each of Tokio's callbacks means.
//!
//! Spans and events come in, from whichever way the layer is installed; the
//! tables are changed. Everything here runs on the application's threads,
//! sometimes while Tokio holds its own locks: it takes none, waits for nobody,
//! and cannot panic.

mod entered;
mod few;
mod fields;
mod operations;
mod poll_wakers;
mod resources;
mod roots;
mod span;
mod tasks;
#[cfg(test)]
mod tests;
mod thread;
mod waits;

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use tracing::Event;

use crate::builder::Level;
use crate::clock::Clock;
use crate::stack::{Base, StackId, Stacks, Teller};
use crate::tables::{
    Dirty, EndedRing, Locations, LongPolls, MoreWaits, NameSlot, Operation, RecentTimes, Resource,
    ResourceKind, Slab, Task, Texts,
};

pub(crate) use fields::{WakerFields, WakerOf, WakerOp};
pub(crate) use span::{SpanKey, Table};
use thread::Thread;

/// How many of each there can be at one time.
const TASKS: u32 = 1 << 22;
const OPERATIONS: u32 = 1 << 23;
const RESOURCES: u32 = 1 << 22;

/// The state of the program, and what changes it.
pub(crate) struct Recorder {
    /// Tells the recorders of one process apart; never 0.
    pub(crate) id: u32,
    pub(crate) level: Level,
    pub(crate) clock: Clock,
    pub(crate) tasks: Slab<Task>,
    /// Beside the tasks.
    pub(crate) recent_times: Slab<RecentTimes>,
    pub(crate) names: Slab<NameSlot>,
    pub(crate) more_waits: Slab<MoreWaits>,
    pub(crate) operations: Slab<Operation>,
    pub(crate) resources: Slab<Resource>,
    pub(crate) texts: Texts,
    pub(crate) locations: Locations,
    pub(crate) ended: EndedRing,
    pub(crate) changed_tasks: Dirty,
    pub(crate) changed_operations: Dirty,
    pub(crate) changed_resources: Dirty,
    /// By location: sites whose counts have changed.
    pub(crate) changed_sites: Dirty,
    serials: [AtomicU64; ResourceKind::COUNT],
    /// How many roots of spawns there were; see [`crate::tables::RootId`].
    roots: AtomicU32,
    pub(crate) totals: Totals,
    pub(crate) stacks: Stacks,
}

/// Counts since the layer was built.
#[derive(Default)]
pub(crate) struct Totals {
    pub(crate) spawned: AtomicU64,
    pub(crate) ended: AtomicU64,
    pub(crate) unrecorded_tasks: AtomicU64,
    pub(crate) unrecorded_operations: AtomicU64,
    pub(crate) unrecorded_resources: AtomicU64,
    /// Threads that are a runtime's workers now.
    pub(crate) workers: AtomicU32,
    pub(crate) long_polls: LongPolls,
}

impl Recorder {
    pub(crate) fn new(level: Level, stacks: bool) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        Recorder {
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            level,
            clock: Clock::start(),
            tasks: Slab::new(1 << 10, TASKS),
            recent_times: Slab::new(1 << 10, TASKS),
            names: Slab::new(1 << 8, TASKS),
            more_waits: Slab::new(1 << 8, TASKS),
            operations: Slab::new(1 << 10, OPERATIONS),
            resources: Slab::new(1 << 10, RESOURCES),
            texts: Texts::new(),
            locations: Locations::new(),
            ended: EndedRing::new(),
            changed_tasks: Dirty::new(TASKS),
            changed_operations: Dirty::new(OPERATIONS),
            changed_resources: Dirty::new(RESOURCES),
            changed_sites: Dirty::new(Locations::NUMBERS + 1),
            serials: Default::default(),
            roots: AtomicU32::new(0),
            totals: Totals::default(),
            stacks: Stacks::new(stacks),
        }
    }

    /// A span of ours was entered on this thread.
    #[inline]
    pub(crate) fn enter(&self, span: SpanKey) {
        Thread::with(|thread| match span.table() {
            Table::Task => self.enter_task(thread, span),
            Table::Operation => thread.entered.push_operation(self.id, span),
            Table::Resource => thread.entered.push_resource(self.id, span),
        });
    }

    /// A span of ours was left on this thread.
    #[inline]
    pub(crate) fn exit(&self, span: SpanKey) {
        Thread::with(|thread| {
            let Some(left) = thread.entered.pop(self.id, span) else {
                self.exit_without_enter(span);
                return;
            };
            match span.table() {
                Table::Task => self.exit_task(thread, span, &left.entry()),
                Table::Operation => self.exit_operation(thread, span, left.told()),
                Table::Resource => {}
            }
        });
    }

    /// The last handle of a span of ours is gone.
    pub(crate) fn close(&self, span: SpanKey) {
        Thread::with(|thread| match span.table() {
            Table::Task => self.close_task(thread, span.slot()),
            Table::Operation => self.close_operation(thread, span.slot()),
            Table::Resource => self.close_resource(span.slot()),
        });
    }

    /// An operation was polled, on this thread.
    #[inline]
    pub(crate) fn poll_op(&self, event: &Event<'_>) {
        let mut fields = fields::PollFields::default();
        event.record(&mut fields);
        if let Some(ready) = fields.ready {
            Thread::with(|thread| {
                thread.poll_said(self.id, ready, |operation| match ready {
                    true => StackId::NONE,
                    false => self.stack_of_operation(thread, operation, Teller::of(event)),
                });
            });
        }
    }

    /// The stack of this thread, from what `teller` was called for down to the task
    /// that is polled.
    #[inline]
    fn stack_here(&self, thread: &Thread, teller: Teller, needed: bool) -> StackId {
        let base: Option<Base> = thread.task(self.id).map(|(_, entry)| entry.base);
        self.stacks.take(teller, base, needed)
    }
}
