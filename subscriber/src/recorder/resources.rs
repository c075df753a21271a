//! Channels, locks and timers.

use std::sync::atomic::Ordering;

use tracing::Event;
use tracing::span::Attributes;

use super::Recorder;
use super::fields::{ResourceFields, UpdateFields};
use super::span::{SpanKey, Table};
use super::thread::Thread;
use crate::stack::{StackId, Teller};
use crate::tables::{AttributeValue, Change, NewResource, Resource, ResourceKind, SlotKey};

impl Recorder {
    /// A resource was made. `None` if it finds no room.
    pub(crate) fn new_resource(
        &self,
        attributes: &Attributes<'_>,
        inner_span: u64,
    ) -> Option<SpanKey> {
        let mut fields = ResourceFields::new(&self.texts);
        attributes.record(&mut fields);
        let (owner, creator) = Thread::with(|thread| {
            // A lock enters its own span to make the semaphore that it is
            // built on; a channel has no span to enter.
            let top = thread.entered.spans(self.id).next();
            let owner = top.filter(|span| fields.internal && span.table() == Table::Resource);
            (owner, thread.task_to_wire(self.id))
        });
        let kind = match fields.kind {
            ResourceKind::Semaphore if fields.internal && owner.is_none() => ResourceKind::Mpsc,
            kind => kind,
        };
        let stack = match kind {
            // Of a channel Tokio does not say where it was made.
            ResourceKind::Mpsc => {
                Thread::with(|thread| self.stack_here(thread, Teller::of(attributes), false))
            }
            _ => StackId::NONE,
        };
        let serial = match owner {
            None => self.serials[kind as usize].fetch_add(1, Ordering::Relaxed) + 1,
            Some(_) => 0,
        };
        let new = NewResource {
            kind,
            type_name: fields.type_name,
            location: fields.location(&self.locations),
            serial,
            created_at: self.clock.now(),
            creator,
            owner: owner.map_or(0, |span| span.slot().to_wire()),
            inner_span,
            stack,
        };
        let Some(slot) = self.resources.insert(|_, resource| resource.reset(&new)) else {
            self.totals
                .unrecorded_resources
                .fetch_add(1, Ordering::Relaxed);
            return None;
        };
        if owner.is_none() {
            self.changed_resources.mark(slot.index);
        }
        Some(SpanKey::new(Table::Resource, slot))
    }

    pub(super) fn close_resource(&self, key: SlotKey) {
        self.resources.remove(key);
        self.changed_resources.mark(key.index);
    }

    /// The permits of a semaphore have changed. Returns what was done to them.
    #[inline]
    pub(crate) fn permits(&self, event: &Event<'_>) -> Change {
        let mut fields = UpdateFields::new(&self.texts);
        event.record(&mut fields);
        let Some(AttributeValue::Unsigned(permits)) = fields.value else {
            return fields.change;
        };
        Thread::with(|thread| {
            let Some(span) = self.entered_resource(thread) else {
                return;
            };
            let whole = self.outermost_resource(span.slot());
            match fields.change {
                Change::Set => self.sized(whole, permits),
                Change::Add => self.given_back(thread, whole),
                Change::Sub => {}
            }
        });
        fields.change
    }

    /// Permits of a semaphore were given back, and nobody had waited for them.
    #[inline]
    pub(crate) fn permits_added(&self) {
        Thread::with(|thread| {
            if let Some(span) = self.entered_resource(thread) {
                let whole = self.outermost_resource(span.slot());
                self.given_back(thread, whole);
            }
        });
    }

    fn given_back(&self, thread: &Thread, resource: u64) {
        // Nobody waits, so nobody's wait is older than this; when the poll began
        // is near enough, and costs no look at a clock.
        let polled = thread.task(self.id).map(|(_, entry)| entry.at);
        self.taken(thread, resource, polled);
    }

    /// An attribute of the resource that this thread has entered has changed.
    pub(crate) fn state_update(&self, event: &Event<'_>) {
        let mut fields = UpdateFields::new(&self.texts);
        event.record(&mut fields);
        let Some(attribute) = fields.attribute() else {
            return;
        };
        let Some(span) = Thread::with(|thread| self.entered_resource(thread)) else {
            return;
        };
        if let Some(resource) = self.resources.get(span.slot()) {
            resource.set_attribute(attribute, fields.change);
            self.changed_resources.mark(span.slot().index);
        }
    }

    /// The key, on the wire, of what `slot` is a part of, or of itself.
    pub(super) fn outermost_resource(&self, slot: SlotKey) -> u64 {
        let owner = self
            .resources
            .get(slot)
            .map_or(0, |resource| resource.owner.load(Ordering::Relaxed));
        if owner == 0 { slot.to_wire() } else { owner }
    }

    /// Something was taken out of a channel, or a lock or permit given back; `at`
    /// some time, or now.
    pub(super) fn taken(&self, thread: &Thread, resource: u64, at: Option<u64>) {
        let taker = thread.task_to_wire(self.id);
        self.change_resource(resource, |resource| {
            resource.last_taker.store(taker, Ordering::Relaxed);
            resource.holder.store(0, Ordering::Relaxed);
            let at = at.unwrap_or_else(|| self.clock.now());
            resource.last_taken.store(at, Ordering::Release);
        });
    }

    /// `holder` has got the lock.
    pub(super) fn locked(&self, lock: u64, holder: u64) {
        self.change_resource(lock, |lock| {
            lock.holder.store(holder, Ordering::Release);
        });
    }

    fn sized(&self, resource: u64, permits: u64) {
        self.change_resource(resource, |resource| {
            if matches!(
                resource.kind(),
                ResourceKind::Mpsc | ResourceKind::Semaphore
            ) {
                resource.capacity.store(permits, Ordering::Release);
            }
        });
    }

    fn change_resource(&self, key: u64, change: impl FnOnce(&Resource)) {
        let Some(key) = SlotKey::from_wire(key) else {
            return;
        };
        if let Some(resource) = self.resources.get(key) {
            change(resource);
            self.changed_resources.mark(key.index);
        }
    }

    fn entered_resource(&self, thread: &Thread) -> Option<SpanKey> {
        let mut spans = thread.entered.spans(self.id);
        spans.find(|span| span.table() == Table::Resource)
    }
}
