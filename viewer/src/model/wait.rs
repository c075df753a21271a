//! What tasks wait for.

use std::fmt;
use std::sync::Arc;

use super::{Moment, ResourceKey, TaskKey};

/// Names one wait for as long as its program runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WaitKey(pub u64);

/// One operation that a task waits for.
#[derive(Clone, Debug, PartialEq)]
pub struct Wait {
    /// Its name on the wire.
    pub key: WaitKey,
    /// The task that waits.
    pub task: TaskKey,
    /// What kind of operation it is.
    pub kind: WaitKind,
    /// When it first became pending.
    pub since: Moment,
    /// What it waits on, if that is known.
    pub resource: Option<ResourceKey>,
}

/// The kinds of wait, in the words of the primitives.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the name of each is the operation's own")]
pub enum WaitKind {
    MpscSend,
    MpscRecv,
    OneshotRecv,
    OneshotClosed,
    BroadcastRecv,
    WatchChanged,
    Notified,
    MutexLock,
    RwlockRead,
    RwlockWrite,
    SemaphoreAcquire,
    BarrierWait,
    Sleep,
    IntervalTick,
    /// Anything else, by its own name; may hold any character.
    Other(Arc<str>),
}

impl WaitKind {
    /// The kind in words: `mpsc send`.
    pub fn as_str(&self) -> &str {
        match self {
            WaitKind::MpscSend => "mpsc send",
            WaitKind::MpscRecv => "mpsc recv",
            WaitKind::OneshotRecv => "oneshot recv",
            WaitKind::OneshotClosed => "oneshot closed",
            WaitKind::BroadcastRecv => "broadcast recv",
            WaitKind::WatchChanged => "watch changed",
            WaitKind::Notified => "notified",
            WaitKind::MutexLock => "mutex lock",
            WaitKind::RwlockRead => "rwlock read",
            WaitKind::RwlockWrite => "rwlock write",
            WaitKind::SemaphoreAcquire => "semaphore acquire",
            WaitKind::BarrierWait => "barrier wait",
            WaitKind::Sleep => "sleep",
            WaitKind::IntervalTick => "interval tick",
            WaitKind::Other(name) => name,
        }
    }

    /// Whether it is a wait for a lock: mutex or rwlock.
    pub fn is_lock(&self) -> bool {
        matches!(
            self,
            WaitKind::MutexLock | WaitKind::RwlockRead | WaitKind::RwlockWrite
        )
    }
}

impl fmt::Display for WaitKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
