//! Channels, locks and timers.

use std::fmt;
use std::sync::Arc;

use super::{Location, Moment, Stack, TaskKey, WaitKey, WaitKind};

/// Names one resource for as long as its program runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceKey(pub u64);

/// A channel, lock or timer.
#[derive(Clone, Debug, PartialEq)]
pub struct Resource {
    /// Its name on the wire.
    pub key: ResourceKey,
    /// What it is.
    pub kind: ResourceKind,
    /// Its type as Tokio gives it: `Mutex`.
    pub type_name: Arc<str>,
    /// Where it was made, if Tokio says so; see [`Resource::made_at`].
    pub location: Option<Arc<Location>>,
    /// For a channel, the stack in which it was made.
    pub creation_stack: Option<Arc<Stack>>,
    /// For a channel, the type of its messages, if the program's symbols tell;
    /// may hold any character.
    pub element_type: Option<Arc<str>>,
    /// Counts the resources of its kind from 1.
    pub serial: u64,
    /// When it was made.
    pub created_at: Moment,
    /// The task that made it.
    pub creator: Option<TaskKey>,
    /// For a channel, how many messages it holds at most; for a semaphore its
    /// permits.
    pub capacity: Option<u64>,
    /// When something was last taken from it.
    pub last_taken: Option<Moment>,
    /// The task that last took from it: for a channel, its receiver.
    pub last_taker: Option<TaskKey>,
    /// The task that holds the lock, as far as it is known.
    pub holder: Option<TaskKey>,
    /// Tokio's own words on it, at level `all`.
    pub attributes: Vec<Attribute>,
    /// The operations that wait on it, in no order.
    pub waits: Vec<WaitKey>,
    /// What they are.
    pub waiting: Waiting,
}

/// How many operations wait on a resource: of hundreds of thousands that is not to
/// be counted each time that it is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Sends into a channel.
    pub senders: usize,
    /// Waits for a lock.
    pub for_lock: usize,
}

impl Waiting {
    pub(super) fn add(&mut self, kind: &WaitKind) {
        self.senders += usize::from(*kind == WaitKind::MpscSend);
        self.for_lock += usize::from(kind.is_lock());
    }

    pub(super) fn remove(&mut self, kind: &WaitKind) {
        let less = |count: usize, is_one| count.saturating_sub(usize::from(is_one));
        self.senders = less(self.senders, *kind == WaitKind::MpscSend);
        self.for_lock = less(self.for_lock, kind.is_lock());
    }
}

impl Resource {
    /// Where in the program's code it was made, if that is known.
    pub fn made_at(&self) -> Option<&Arc<Location>> {
        let from_stack = || self.creation_stack.as_ref()?.site();
        self.location.as_ref().or_else(from_stack)
    }
}

/// What a resource is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the name of each is the type's own")]
pub enum ResourceKind {
    Mpsc,
    Oneshot,
    Mutex,
    Rwlock,
    Semaphore,
    Barrier,
    Sleep,
    Interval,
    /// Anything else.
    Other,
}

impl ResourceKind {
    /// Whether several tasks have to do with it: timers are of one alone.
    pub(crate) fn is_shared(self) -> bool {
        !matches!(self, ResourceKind::Sleep | ResourceKind::Interval)
    }

    /// What its serial number follows: `ch` for a channel, as in `ch#18`.
    pub fn short(self) -> &'static str {
        match self {
            ResourceKind::Mpsc => "ch",
            ResourceKind::Oneshot => "oneshot",
            ResourceKind::Mutex => "mutex",
            ResourceKind::Rwlock => "rwlock",
            ResourceKind::Semaphore => "semaphore",
            ResourceKind::Barrier => "barrier",
            ResourceKind::Sleep => "sleep",
            ResourceKind::Interval => "interval",
            ResourceKind::Other => "resource",
        }
    }
}

/// Its name for people: `ch#18`.
impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.kind.short(), self.serial)
    }
}

/// One thing that Tokio tells of a resource.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    /// Its name: `permits`.
    pub name: Arc<str>,
    /// Its value.
    pub value: AttributeValue,
    /// The value's unit, if it has one: `ms`.
    pub unit: Option<Arc<str>>,
}

/// The value of an [`Attribute`].
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "the variants are plain values")]
pub enum AttributeValue {
    Unsigned(u64),
    Signed(i64),
    Flag(bool),
    Text(Arc<str>),
}
