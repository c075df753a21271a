//! An asynchronous operation on a resource: what a task may be waiting for.

use crate::stack::StackId;
use crate::sync::{AtomicU8, AtomicU32, AtomicU64, Ordering, Zeroable};

use super::SlotKey;

/// What kind of wait an operation is when it is pending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Hash)]
#[repr(u8)]
pub(crate) enum WaitKind {
    #[default]
    Other = 0,
    MpscSend = 1,
    OneshotRecv = 2,
    OneshotClosed = 3,
    MutexLock = 4,
    RwlockRead = 5,
    RwlockWrite = 6,
    SemaphoreAcquire = 7,
    BarrierWait = 8,
    Sleep = 9,
    IntervalTick = 10,
    MpscRecv = 11,
    BroadcastRecv = 12,
    WatchChanged = 13,
    Notified = 14,
    TcpAccept = 15,
    TcpConnect = 16,
    TcpRead = 17,
    TcpWrite = 18,
    Udp = 19,
    Unix = 20,
    Join = 21,
    SpawnBlocking = 22,
    Cancelled = 23,
    Yield = 24,
}

impl WaitKind {
    /// Whether a future of this kind puts a new waker in the place of its old one
    /// whenever it is polled and still pending (observed, see the tests of the
    /// leaves).
    pub(crate) fn clones_at_each_poll(self) -> bool {
        matches!(
            self,
            WaitKind::MpscRecv | WaitKind::Sleep | WaitKind::IntervalTick | WaitKind::Yield
        )
    }

    fn from_number(number: u8) -> Self {
        match number {
            1 => WaitKind::MpscSend,
            2 => WaitKind::OneshotRecv,
            3 => WaitKind::OneshotClosed,
            4 => WaitKind::MutexLock,
            5 => WaitKind::RwlockRead,
            6 => WaitKind::RwlockWrite,
            7 => WaitKind::SemaphoreAcquire,
            8 => WaitKind::BarrierWait,
            9 => WaitKind::Sleep,
            10 => WaitKind::IntervalTick,
            // Of the others Tokio tells nothing, and there are no operations.
            _ => WaitKind::Other,
        }
    }
}

/// The slot.
#[derive(Default)]
pub(crate) struct Operation {
    /// When it first became pending, 0 while it is not.
    pub(crate) since: AtomicU64,
    /// Wire form of the key of the task that polls it.
    pub(crate) task: AtomicU64,
    /// Wire form of the key of what it works on.
    pub(crate) resource: AtomicU64,
    kind: AtomicU8,
    /// Not 0: a part of another operation, which is the wait.
    pub(crate) inner: AtomicU8,
    /// Not 0: it holds a waker of its task while it is pending.
    pub(crate) holds_waker: AtomicU8,
    /// Number of the stack at which it became pending.
    pub(crate) stack: AtomicU32,
    /// Number of its name, for [`WaitKind::Other`].
    pub(crate) what: AtomicU32,
    pub(crate) references: AtomicU32,
    /// The id of the span that an inner subscriber made for it.
    pub(crate) inner_span: AtomicU64,
}

// SAFETY: atomics are valid as zero.
unsafe impl Zeroable for Operation {}

impl Operation {
    pub(crate) fn reset(&self, kind: WaitKind, what: u32, resource: u64, inner_span: u64) {
        self.since.store(0, Ordering::Relaxed);
        self.task.store(0, Ordering::Relaxed);
        self.resource.store(resource, Ordering::Relaxed);
        self.kind.store(kind as u8, Ordering::Relaxed);
        self.holds_waker.store(0, Ordering::Relaxed);
        self.stack.store(0, Ordering::Relaxed);
        self.inner.store(0, Ordering::Relaxed);
        self.what.store(what, Ordering::Relaxed);
        self.references.store(1, Ordering::Relaxed);
        self.inner_span.store(inner_span, Ordering::Relaxed);
    }

    pub(crate) fn kind(&self) -> WaitKind {
        WaitKind::from_number(self.kind.load(Ordering::Relaxed))
    }

    pub(crate) fn snapshot(&self, key: SlotKey) -> OperationSnapshot {
        OperationSnapshot {
            key,
            since: self.since.load(Ordering::Acquire),
            task: self.task.load(Ordering::Relaxed),
            resource: self.resource.load(Ordering::Relaxed),
            kind: self.kind(),
            inner: self.inner.load(Ordering::Relaxed) != 0,
            what: self.what.load(Ordering::Relaxed),
            stack: StackId(self.stack.load(Ordering::Relaxed)),
        }
    }
}

/// A slot as it was at one moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OperationSnapshot {
    pub(crate) key: SlotKey,
    pub(crate) since: u64,
    pub(crate) task: u64,
    pub(crate) resource: u64,
    pub(crate) kind: WaitKind,
    pub(crate) inner: bool,
    pub(crate) what: u32,
    pub(crate) stack: StackId,
}
