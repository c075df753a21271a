//! What tasks wait for.

use std::fmt;
use std::sync::Arc;

use super::{Location, Moment, ResourceKey, Stack, TaskKey};

/// Names one wait for as long as its program runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WaitKey(pub u64);

/// One operation that a task waits for.
#[derive(Clone, Debug, PartialEq)]
pub struct Wait {
    /// Its name on the wire; [`WaitKey::NONE`] for one that only the task's wakers
    /// tell of.
    pub key: WaitKey,
    /// The task that waits.
    pub task: TaskKey,
    /// What kind of operation it is.
    pub kind: WaitKind,
    /// When it first became pending.
    pub since: Moment,
    /// What it waits on, if that is known.
    pub resource: Option<ResourceKey>,
    /// Where it waits, if its stack was taken.
    pub stack: Option<Arc<Stack>>,
    /// How many alike there are, at one stack: a task that joins a thousand
    /// receives has one wait for all of them. At least 1.
    pub count: u32,
    /// Whether it may be over: the task has more older waits than wakers, and
    /// nothing tells which of them are left.
    pub maybe_over: bool,
}

impl WaitKey {
    /// No name.
    pub const NONE: WaitKey = WaitKey(0);
}

impl Wait {
    /// Where in the program's own code it waits, if that is known.
    pub fn site(&self) -> Option<&Arc<Location>> {
        self.stack.as_ref()?.site()
    }
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
    TcpAccept,
    TcpConnect,
    TcpRead,
    TcpWrite,
    Udp,
    Unix,
    Join,
    SpawnBlocking,
    Cancelled,
    Yield,
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
            WaitKind::TcpAccept => "tcp accept",
            WaitKind::TcpConnect => "tcp connect",
            WaitKind::TcpRead => "tcp read",
            WaitKind::TcpWrite => "tcp write",
            WaitKind::Udp => "udp",
            WaitKind::Unix => "unix",
            WaitKind::Join => "join",
            WaitKind::SpawnBlocking => "spawn_blocking",
            WaitKind::Cancelled => "cancelled",
            WaitKind::Yield => "yield",
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
