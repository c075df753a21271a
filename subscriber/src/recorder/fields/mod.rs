//! Reads the fields of Tokio's spans and events.

mod spawn;

use std::fmt::Debug;

use tracing::field::{Field, Visit};

pub(crate) use self::spawn::SpawnFields;
use crate::tables::{
    Attribute, AttributeValue, Change, LocationId, Locations, ResourceKind, TextId, Texts, WaitKind,
};

/// A source location, as it arrives field by field.
#[derive(Clone, Copy, Default)]
struct Place {
    file: TextId,
    line: u32,
    column: u32,
}

impl Place {
    /// True if `field` was a part of a location.
    fn number(&mut self, field: &Field, value: u64) -> bool {
        let value = u32::try_from(value).unwrap_or(u32::MAX);
        match field.name() {
            "loc.line" => self.line = value,
            "loc.col" => self.column = value,
            _ => return false,
        }
        true
    }

    fn id(self, locations: &Locations) -> LocationId {
        if self.file == TextId::default() {
            return LocationId::default();
        }
        locations.intern(self.file, self.line, self.column)
    }
}

/// Of a waker event: what happened.
#[derive(Default)]
pub(crate) struct WakerFields {
    pub(crate) op: Option<WakerOp>,
}

/// Of a waker event: of which span the waker is.
#[derive(Default)]
pub(crate) struct WakerOf {
    pub(crate) span: u64,
}

impl Visit for WakerOf {
    #[inline]
    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() == "task.id" {
            self.span = value;
        }
    }

    #[inline]
    fn record_str(&mut self, _: &Field, _: &str) {}

    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}

/// What happened to a waker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WakerOp {
    Clone,
    Drop,
    Wake,
    WakeByRef,
}

impl Visit for WakerFields {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "op" {
            self.op = match value {
                "waker.clone" => Some(WakerOp::Clone),
                "waker.drop" => Some(WakerOp::Drop),
                "waker.wake" => Some(WakerOp::Wake),
                "waker.wake_by_ref" => Some(WakerOp::WakeByRef),
                _ => None,
            };
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}

/// Of `runtime.resource`.
pub(crate) struct ResourceFields<'a> {
    texts: &'a Texts,
    place: Place,
    pub(crate) kind: ResourceKind,
    pub(crate) type_name: TextId,
    pub(crate) internal: bool,
}

impl<'a> ResourceFields<'a> {
    pub(crate) fn new(texts: &'a Texts) -> Self {
        ResourceFields {
            texts,
            place: Place::default(),
            kind: ResourceKind::Other,
            type_name: TextId::default(),
            internal: false,
        }
    }

    pub(crate) fn location(&self, locations: &Locations) -> LocationId {
        self.place.id(locations)
    }
}

impl Visit for ResourceFields<'_> {
    fn record_u64(&mut self, field: &Field, value: u64) {
        self.place.number(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        if field.name() == "is_internal" {
            self.internal = value;
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "loc.file" => self.place.file = self.texts.intern(value),
            "concrete_type" => {
                self.type_name = self.texts.intern(value);
                self.kind = match value {
                    "Mutex" => ResourceKind::Mutex,
                    "RwLock" => ResourceKind::Rwlock,
                    "Semaphore" => ResourceKind::Semaphore,
                    "Barrier" => ResourceKind::Barrier,
                    "Sender|Receiver" => ResourceKind::Oneshot,
                    "Sleep" => ResourceKind::Sleep,
                    "Interval" => ResourceKind::Interval,
                    _ => ResourceKind::Other,
                };
            }
            _ => {}
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}

/// Of `runtime.resource.async_op`: which function made it.
pub(crate) struct OperationFields<'a> {
    texts: &'a Texts,
    pub(crate) source: Option<Source>,
    pub(crate) what: TextId,
}

/// The function that made an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// `Acquire::new`: a send, or a part of another operation.
    SemaphoreAcquire,
    /// A wait of this kind.
    Wait(WaitKind),
}

impl<'a> OperationFields<'a> {
    pub(crate) fn new(texts: &'a Texts) -> Self {
        OperationFields {
            texts,
            source: None,
            what: TextId::default(),
        }
    }
}

/// What the functions that make operations wait for, by the start of their name:
/// `Mutex::lock_owned` is a `mutex lock`.
const SOURCES: [(&str, Source); 11] = [
    ("Acquire::new", Source::SemaphoreAcquire),
    ("Mutex::lock", Source::Wait(WaitKind::MutexLock)),
    ("RwLock::read", Source::Wait(WaitKind::RwlockRead)),
    ("RwLock::write", Source::Wait(WaitKind::RwlockWrite)),
    (
        "Semaphore::acquire",
        Source::Wait(WaitKind::SemaphoreAcquire),
    ),
    ("Barrier::wait", Source::Wait(WaitKind::BarrierWait)),
    ("Receiver::await", Source::Wait(WaitKind::OneshotRecv)),
    ("Sender::closed", Source::Wait(WaitKind::OneshotClosed)),
    ("Sleep::", Source::Wait(WaitKind::Sleep)),
    ("Interval::tick", Source::Wait(WaitKind::IntervalTick)),
    ("OnceCell::", Source::Wait(WaitKind::SemaphoreAcquire)),
];

impl Visit for OperationFields<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() != "source" {
            return;
        }
        let known = SOURCES
            .iter()
            .find(|(function, _)| value.starts_with(function));
        self.source = match known {
            Some((_, source)) => Some(*source),
            None => {
                self.what = self.texts.intern(value);
                Some(Source::Wait(WaitKind::Other))
            }
        };
    }

    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}

/// Of a `poll_op` event.
#[derive(Default)]
pub(crate) struct PollFields {
    pub(crate) ready: Option<bool>,
}

impl Visit for PollFields {
    #[inline]
    fn record_bool(&mut self, field: &Field, value: bool) {
        if field.name() == "is_ready" {
            self.ready = Some(value);
        }
    }

    #[inline]
    fn record_str(&mut self, _: &Field, _: &str) {}

    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}

/// Of a state update: one attribute, and what is done to it.
pub(crate) struct UpdateFields<'a> {
    texts: &'a Texts,
    pub(crate) name: &'static str,
    pub(crate) value: Option<AttributeValue>,
    pub(crate) unit: TextId,
    pub(crate) change: Change,
}

impl<'a> UpdateFields<'a> {
    pub(crate) fn new(texts: &'a Texts) -> Self {
        UpdateFields {
            texts,
            name: "",
            value: None,
            unit: TextId::default(),
            change: Change::Set,
        }
    }

    /// The attribute, if there was one.
    pub(crate) fn attribute(&self) -> Option<Attribute> {
        Some(Attribute {
            name: self.texts.intern(self.name),
            unit: self.unit,
            value: self.value?,
        })
    }

    fn set(&mut self, field: &Field, value: AttributeValue) {
        self.name = field.name();
        self.value = Some(value);
    }
}

impl Visit for UpdateFields<'_> {
    fn record_u64(&mut self, field: &Field, value: u64) {
        self.set(field, AttributeValue::Unsigned(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.set(field, AttributeValue::Signed(value));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.set(field, AttributeValue::Flag(value));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name().ends_with(".op") {
            self.change = match value {
                "add" => Change::Add,
                "sub" => Change::Sub,
                _ => Change::Set,
            };
        } else if field.name().ends_with(".unit") {
            self.unit = self.texts.intern(value);
        } else {
            let text = self.texts.intern(value);
            self.set(field, AttributeValue::Text(text));
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}
