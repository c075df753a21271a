//! Operations on resources, and when a task waits for one.

use std::sync::atomic::Ordering;

use tracing::span::Attributes;

use super::Recorder;
use super::fields::{OperationFields, Source};
use super::span::{SpanKey, Table};
use super::thread::{Cancelled, Frame, Thread};
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
            let own = parent
                .or_else(|| thread.top(self.id).map(|frame| frame.span))
                .filter(|span| span.table() == Table::Resource);
            let outer = thread.innermost(self.id, |frame| Some(frame.span) != own);
            (
                own,
                outer.is_some_and(|frame| frame.is_operation_of(self.id)),
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

    #[inline]
    pub(super) fn exit_operation(&self, thread: &Thread, frame: Frame) {
        let Some(operation) = self.operations.get(frame.span.slot()) else {
            return;
        };
        match frame.ready {
            Some(false) => self.pending(thread, &frame, operation),
            Some(true) => self.ready(thread, frame.span, operation),
            None => self.touched(thread, frame.span, operation),
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
        if known || thread.inside_operation(self.id, |outer| outer != span) {
            return StackId::NONE;
        }
        self.stack_here(thread, teller, true)
    }

    /// The operation's poll was pending. The wait has begun, unless it had
    /// already.
    fn pending(&self, thread: &Thread, frame: &Frame, operation: &Operation) {
        let span = frame.span;
        if frame.cloned {
            operation.holds_waker.store(1, Ordering::Relaxed);
        }
        if operation.holds_waker.load(Ordering::Relaxed) != 0 {
            thread.wakers(|wakers| wakers.operation_pending());
        }
        if frame.stack != StackId::NONE {
            operation.stack.store(frame.stack.0, Ordering::Relaxed);
        }
        let task = thread.task(self.id);
        let task_key = task.map_or(0, |frame| frame.span.slot().to_wire());
        let moved = operation.task.load(Ordering::Relaxed) != task_key;
        if operation.since.load(Ordering::Relaxed) != 0 && !moved {
            return;
        }
        if moved {
            operation.task.store(task_key, Ordering::Relaxed);
        }
        let inner = thread.inside_operation(self.id, |outer| outer != span);
        operation.inner.store(inner.into(), Ordering::Relaxed);
        let since = match operation.since.load(Ordering::Relaxed) {
            0 => task
                .and_then(|frame| self.continued(thread, operation, &frame))
                .unwrap_or_else(|| self.clock.now()),
            since => since,
        };
        operation.since.swap(since, Ordering::SeqCst);
        self.changed_operations.mark(span.slot().index);
    }

    /// A send that is begun in the same poll in which the same task gave one up
    /// on the same channel goes on with it: `select!` in a loop does so at each
    /// turn. If the channel has moved meanwhile, it is a new one.
    fn continued(&self, thread: &Thread, operation: &Operation, task: &Frame) -> Option<u64> {
        let resource = operation.resource.load(Ordering::Relaxed);
        if operation.kind() != WaitKind::MpscSend || resource == 0 {
            return None;
        }
        let cancelled = thread.take_cancelled(|cancelled| {
            cancelled.recorder == self.id
                && cancelled.resource == resource
                && cancelled.task == task.span.slot().to_wire()
                && cancelled.poll == task.entered_at
        })?;
        let channel = SlotKey::from_wire(resource).and_then(|key| self.resources.get(key))?;
        (channel.last_taken.load(Ordering::Relaxed) < cancelled.since).then_some(cancelled.since)
    }

    fn ready(&self, thread: &Thread, span: SpanKey, operation: &Operation) {
        if operation.since.load(Ordering::Relaxed) != 0 {
            operation.since.swap(0, Ordering::SeqCst);
            self.changed_operations.mark(span.slot().index);
        }
        if matches!(
            operation.kind(),
            WaitKind::MutexLock | WaitKind::RwlockWrite
        ) {
            let holder = thread.task(self.id).map(|frame| frame.span.slot());
            let lock = operation.resource.load(Ordering::Relaxed);
            self.locked(lock, holder.map_or(0, SlotKey::to_wire));
        }
    }

    /// The operation was entered and not polled: someone gives it what it waits
    /// for. (It also happens in its own poll, before anything is given; and once
    /// in the poll that finds the channel closed, after which it is over.)
    fn touched(&self, thread: &Thread, span: SpanKey, operation: &Operation) {
        if operation.since.load(Ordering::Relaxed) == 0
            || thread.inside_operation(self.id, |outer| outer == span)
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
            if let Some(frame) = thread.task(self.id)
                && frame.span.slot().to_wire() == task
            {
                thread.remember_cancelled(Cancelled {
                    recorder: self.id,
                    task,
                    resource: operation.resource.load(Ordering::Relaxed),
                    poll: frame.entered_at,
                    since,
                });
            }
        }
        self.operations.remove(key);
        if since != 0 {
            self.changed_operations.mark_after_store(key.index);
        }
    }
}
