//! A channel, lock or timer.

use crate::sync::{AtomicU32, AtomicU64, Ordering, Zeroable};

use super::{LocationId, SlotKey, TextId};
use crate::stack::StackId;

/// What a resource is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[repr(u32)]
pub(crate) enum ResourceKind {
    #[default]
    Other = 0,
    Mpsc = 1,
    Oneshot = 2,
    Mutex = 3,
    Rwlock = 4,
    Semaphore = 5,
    Barrier = 6,
    Sleep = 7,
    Interval = 8,
}

impl ResourceKind {
    /// How many kinds there are.
    pub(crate) const COUNT: usize = 9;

    fn from_u32(number: u32) -> Self {
        match number {
            1 => ResourceKind::Mpsc,
            2 => ResourceKind::Oneshot,
            3 => ResourceKind::Mutex,
            4 => ResourceKind::Rwlock,
            5 => ResourceKind::Semaphore,
            6 => ResourceKind::Barrier,
            7 => ResourceKind::Sleep,
            8 => ResourceKind::Interval,
            _ => ResourceKind::Other,
        }
    }
}

/// How many attributes of a resource are kept; Tokio's own types have four at
/// most.
const ATTRIBUTES: usize = 6;

/// The slot.
#[derive(Default)]
#[repr(C)]
pub(crate) struct Resource {
    // What hardly changes, on the cache line that every look-up reads.
    kind: AtomicU32,
    type_name: AtomicU32,
    location: AtomicU32,
    /// Number of the stack in which it was made.
    stack: AtomicU32,
    /// The id of the span that an inner subscriber made for it.
    pub(crate) inner_span: AtomicU64,
    /// Wire form of the key of the lock that this semaphore is a part of.
    pub(crate) owner: AtomicU64,
    pub(crate) serial: AtomicU64,
    pub(crate) created_at: AtomicU64,
    /// Wire form of the key of the task that made it.
    pub(crate) creator: AtomicU64,
    // What the one who takes writes.
    pub(crate) capacity: AtomicU64,
    pub(crate) last_taken: AtomicU64,
    pub(crate) last_taker: AtomicU64,
    pub(crate) holder: AtomicU64,
    // What everyone who sends or waits writes, on another cache line than that.
    attributes: [AttributeSlot; ATTRIBUTES],
    pub(crate) references: AtomicU32,
}

// SAFETY: atomics are valid as zero.
unsafe impl Zeroable for Resource {}

#[derive(Default)]
struct AttributeSlot {
    /// Numbers of the unit and the name; 0 while vacant.
    name: AtomicU64,
    value: AtomicU64,
    kind: AtomicU32,
}

/// The value of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AttributeValue {
    Unsigned(u64),
    Signed(i64),
    Flag(bool),
    Text(TextId),
}

/// What Tokio tells of a resource beside what taskmon knows of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Attribute {
    pub(crate) name: TextId,
    pub(crate) unit: TextId,
    pub(crate) value: AttributeValue,
}

/// What a new resource is, once.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct NewResource {
    pub(crate) kind: ResourceKind,
    pub(crate) type_name: TextId,
    pub(crate) location: LocationId,
    pub(crate) serial: u64,
    pub(crate) created_at: u64,
    pub(crate) creator: u64,
    pub(crate) owner: u64,
    pub(crate) inner_span: u64,
    pub(crate) stack: StackId,
}

impl Resource {
    pub(crate) fn reset(&self, new: &NewResource) {
        self.kind.store(new.kind as u32, Ordering::Relaxed);
        self.type_name.store(new.type_name.0, Ordering::Relaxed);
        self.location.store(new.location.0, Ordering::Relaxed);
        self.stack.store(new.stack.0, Ordering::Relaxed);
        self.references.store(1, Ordering::Relaxed);
        let store = |word: &AtomicU64, value| word.store(value, Ordering::Relaxed);
        store(&self.serial, new.serial);
        store(&self.created_at, new.created_at);
        store(&self.creator, new.creator);
        store(&self.owner, new.owner);
        store(&self.inner_span, new.inner_span);
        for word in [
            &self.capacity,
            &self.last_taken,
            &self.last_taker,
            &self.holder,
        ] {
            store(word, 0);
        }
        for attribute in &self.attributes {
            store(&attribute.name, 0);
        }
    }

    pub(crate) fn kind(&self) -> ResourceKind {
        ResourceKind::from_u32(self.kind.load(Ordering::Relaxed))
    }

    /// Keeps an attribute. `add` is added to the value of that name, if it is a
    /// number, instead of replacing it. What finds no room is not kept.
    pub(crate) fn set_attribute(&self, attribute: Attribute, change: Change) {
        let name = u64::from(attribute.unit.0) << 32 | u64::from(attribute.name.0);
        for slot in &self.attributes {
            let present =
                match slot
                    .name
                    .compare_exchange(0, name, Ordering::AcqRel, Ordering::Acquire)
                {
                    Ok(_) => {
                        slot.value.store(0, Ordering::Relaxed);
                        true
                    }
                    Err(other) => other == name,
                };
            if present {
                let (kind, value) = attribute.value.to_words();
                slot.kind.store(kind, Ordering::Relaxed);
                match change {
                    Change::Set => slot.value.store(value, Ordering::Relaxed),
                    Change::Add => _ = slot.value.fetch_add(value, Ordering::Relaxed),
                    Change::Sub => _ = slot.value.fetch_sub(value, Ordering::Relaxed),
                }
                return;
            }
        }
    }

    pub(crate) fn snapshot(&self, key: SlotKey) -> ResourceSnapshot {
        let load = |word: &AtomicU64| word.load(Ordering::Acquire);
        ResourceSnapshot {
            key,
            capacity: load(&self.capacity),
            last_taken: load(&self.last_taken),
            last_taker: load(&self.last_taker),
            holder: load(&self.holder),
            attributes: std::array::from_fn(|index| {
                let slot = &self.attributes[index];
                let name = slot.name.load(Ordering::Acquire);
                (name != 0).then(|| Attribute {
                    name: TextId(name as u32),
                    unit: TextId((name >> 32) as u32),
                    value: AttributeValue::from_words(
                        slot.kind.load(Ordering::Relaxed),
                        slot.value.load(Ordering::Relaxed),
                    ),
                })
            }),
            what: NewResource {
                kind: self.kind(),
                type_name: TextId(self.type_name.load(Ordering::Relaxed)),
                location: LocationId(self.location.load(Ordering::Relaxed)),
                serial: load(&self.serial),
                created_at: load(&self.created_at),
                creator: load(&self.creator),
                owner: load(&self.owner),
                inner_span: 0,
                stack: StackId(self.stack.load(Ordering::Relaxed)),
            },
        }
    }
}

/// What a state update does to an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum Change {
    #[default]
    Set,
    Add,
    Sub,
}

impl AttributeValue {
    fn to_words(self) -> (u32, u64) {
        match self {
            AttributeValue::Unsigned(value) => (0, value),
            AttributeValue::Signed(value) => (1, value.cast_unsigned()),
            AttributeValue::Flag(value) => (2, value.into()),
            AttributeValue::Text(TextId(value)) => (3, value.into()),
        }
    }

    fn from_words(kind: u32, value: u64) -> Self {
        match kind {
            0 => AttributeValue::Unsigned(value),
            1 => AttributeValue::Signed(value.cast_signed()),
            2 => AttributeValue::Flag(value != 0),
            _ => AttributeValue::Text(TextId(value as u32)),
        }
    }
}

/// A slot as it was at one moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ResourceSnapshot {
    pub(crate) key: SlotKey,
    pub(crate) capacity: u64,
    pub(crate) last_taken: u64,
    pub(crate) last_taker: u64,
    pub(crate) holder: u64,
    pub(crate) attributes: [Option<Attribute>; ATTRIBUTES],
    pub(crate) what: NewResource,
}
