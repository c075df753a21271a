//! Operations on resources, and when a task waits for one.

use std::sync::atomic::Ordering;

use tracing::span::Attributes;

use super::Recorder;
use super::entered::{Entry, Told};
use super::fields::{OperationFields, Source};
use super::span::{SpanKey, Table};
use super::thread::{Cancelled, Thread};
use crate::stack::{StackId, Teller};
use crate::tables::{Operation, SlotKey, WaitKind};

impl Recorder {
    /// An operation was begun: by a function that entered its resource, or says
    /// in `parent` which one it is. `None` if it finds no room.
    pub(crate) fn new_operation(
        &self,
        attributes: &Attributes<'_>,
        parent: Option<SpanKey>,
        inner_span: u64,
    ) -> Option<SpanKey> {
        let mut fields = OperationFields::new(&self.texts);
        attributes.record(&mut fields);
        let (resource, inside) = Thread::with(|thread| {
            let mut spans = thread.entered.spans(self.id);
            let own = parent
                .or_else(|| thread.entered.spans(self.id).next())
                .filter(|span| span.table() == Table::Resource);
            let outer = spans.find(|span| Some(*span) != own);
            (
                own,
                outer.is_some_and(|span| span.table() == Table::Operation),
            )
        });
        let kind = match fields.source {
            // Locks and semaphores make theirs inside an operation of their
            // own; nothing else but a bounded channel uses this semaphore.
            Some(Source::SemaphoreAcquire) if inside => WaitKind::SemaphoreAcquire,
            Some(Source::SemaphoreAcquire) => WaitKind::MpscSend,
            Some(Source::Wait(kind)) => kind,
            None => WaitKind::Other,
        };
        let resource = resource.map_or(0, |span| self.outermost_resource(span.slot()));
        let inserted = self.operations.insert(|_, operation| {
            operation.reset(kind, fields.what.0, resource, inner_span);
        });
        let Some(slot) = inserted else {
            self.totals
                .unrecorded_operations
                .fetch_add(1, Ordering::Relaxed);
            return None;
        };
        Some(SpanKey::new(Table::Operation, slot))
    }

    #[inline(never)]
    pub(super) fn exit_operation(&self, thread: &Thread, span: SpanKey, told: Told) {
        let Some(operation) = self.operations.get(span.slot()) else {
            return;
        };
        match told.ready {
            Some(false) => self.pending(thread, span, told, operation),
            Some(true) => self.ready(thread, span, operation),
            None => self.touched(thread, span, operation),
        }
    }

    /// The stack at which the operation of `span` is pending for the first time;
    /// none if it is known, or is that of another operation around this one.
    /// At this moment none of Tokio's locks is held.
    #[inline]
    pub(super) fn stack_of_operation(
        &self,
        thread: &Thread,
        span: SpanKey,
        teller: Teller,
    ) -> StackId {
        if self.stacks.is_off() {
            return StackId::NONE;
        }
        let Some(operation) = self.operations.get(span.slot()) else {
            return StackId::NONE;
        };
        let known = operation.stack.load(Ordering::Relaxed) != 0
            && operation.since.load(Ordering::Relaxed) != 0;
        if known
            || thread
                .entered
                .inside_operation(self.id, |outer| outer != span)
        {
            return StackId::NONE;
        }
        self.stack_here(thread, teller, true)
    }

    /// The operation's poll was pending. The wait has begun, unless it had
    /// already.
    fn pending(&self, thread: &Thread, span: SpanKey, told: Told, operation: &Operation) {
        if told.cloned {
            operation.holds_waker.store(1, Ordering::Relaxed);
        }
        if operation.holds_waker.load(Ordering::Relaxed) != 0 {
            thread.wakers(|wakers| wakers.operation_pending());
        }
        if told.stack != StackId::NONE {
            operation.stack.store(told.stack.0, Ordering::Relaxed);
        }
        let task = thread.task(self.id);
        let task_key = task.map_or(0, |(slot, _)| slot.to_wire());
        let moved = operation.task.load(Ordering::Relaxed) != task_key;
        if operation.since.load(Ordering::Relaxed) != 0 && !moved {
            return;
        }
        if moved {
            operation.task.store(task_key, Ordering::Relaxed);
        }
        let inner = thread
            .entered
            .inside_operation(self.id, |outer| outer != span);
        operation.inner.store(inner.into(), Ordering::Relaxed);
        let since = match operation.since.load(Ordering::Relaxed) {
            0 => task
                .and_then(|(_, entry)| self.continued(thread, operation, task_key, &entry))
                .unwrap_or_else(|| self.clock.now()),
            since => since,
        };
        operation.since.store(since, Ordering::Release);
        self.changed_operations.mark(span.slot().index);
    }

    /// A send that is begun in the same poll in which the same task gave one up
    /// on the same channel goes on with it: `select!` in a loop does so at each
    /// turn. If the channel has moved meanwhile, it is a new one.
    fn continued(
        &self,
        thread: &Thread,
        operation: &Operation,
        task: u64,
        entry: &Entry,
    ) -> Option<u64> {
        let resource = operation.resource.load(Ordering::Relaxed);
        if operation.kind() != WaitKind::MpscSend || resource == 0 {
            return None;
        }
        let cancelled = thread.take_cancelled(|cancelled| {
            cancelled.recorder == self.id
                && cancelled.resource == resource
                && cancelled.task == task
                && cancelled.poll == entry.at
        })?;
        let channel = SlotKey::from_wire(resource).and_then(|key| self.resources.get(key))?;
        (channel.last_taken.load(Ordering::Relaxed) < cancelled.since).then_some(cancelled.since)
    }

    fn ready(&self, thread: &Thread, span: SpanKey, operation: &Operation) {
        if operation.since.load(Ordering::Relaxed) != 0 {
            operation.since.store(0, Ordering::Release);
            self.changed_operations.mark(span.slot().index);
        }
        if matches!(
            operation.kind(),
            WaitKind::MutexLock | WaitKind::RwlockWrite
        ) {
            let lock = operation.resource.load(Ordering::Relaxed);
            self.locked(lock, thread.task_to_wire(self.id));
        }
    }

    /// The operation was entered and not polled: someone gives it what it waits
    /// for. (It also happens in its own poll, before anything is given; and once
    /// in the poll that finds the channel closed, after which it is over.)
    fn touched(&self, thread: &Thread, span: SpanKey, operation: &Operation) {
        if operation.since.load(Ordering::Relaxed) == 0
            || thread
                .entered
                .inside_operation(self.id, |outer| outer == span)
        {
            return;
        }
        self.taken(thread, operation.resource.load(Ordering::Relaxed), None);
    }

    pub(super) fn close_operation(&self, thread: &Thread, key: SlotKey) {
        let Some(operation) = self.operations.get(key) else {
            return;
        };
        let since = operation.since.load(Ordering::Relaxed);
        if since != 0 && operation.kind() == WaitKind::MpscSend {
            let task = operation.task.load(Ordering::Relaxed);
            if let Some((polled, entry)) = thread.task(self.id)
                && polled.to_wire() == task
            {
                thread.remember_cancelled(Cancelled {
                    recorder: self.id,
                    task,
                    resource: operation.resource.load(Ordering::Relaxed),
                    poll: entry.at,
                    since,
                });
            }
        }
        self.operations.remove(key);
        if since != 0 {
            self.changed_operations.mark(key.index);
        }
    }
}
