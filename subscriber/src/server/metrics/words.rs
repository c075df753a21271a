//! How metrics call what the tables hold: as viewers do.

use crate::tables::{TaskKind, WaitKind};

/// The kind of a wait; `None` if it has a name of its own.
pub(super) fn wait_kind(kind: WaitKind) -> Option<&'static str> {
    Some(match kind {
        WaitKind::Other => return None,
        WaitKind::MpscSend => "mpsc send",
        WaitKind::OneshotRecv => "oneshot recv",
        WaitKind::OneshotClosed => "oneshot closed",
        WaitKind::MutexLock => "mutex lock",
        WaitKind::RwlockRead => "rwlock read",
        WaitKind::RwlockWrite => "rwlock write",
        WaitKind::SemaphoreAcquire => "semaphore acquire",
        WaitKind::BarrierWait => "barrier wait",
        WaitKind::Sleep => "sleep",
        WaitKind::IntervalTick => "interval tick",
        WaitKind::MpscRecv => "mpsc recv",
        WaitKind::BroadcastRecv => "broadcast recv",
        WaitKind::WatchChanged => "watch changed",
        WaitKind::Notified => "notified",
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
    })
}

/// How a task was spawned.
pub(super) fn task_kind(kind: TaskKind) -> &'static str {
    match kind {
        TaskKind::Task => "task",
        TaskKind::Local => "local",
        TaskKind::BlockOn => "block_on",
        TaskKind::Blocking | TaskKind::Worker => "blocking",
    }
}

/// Whether [`wait_kind`] has `text` for a kind.
pub(super) fn is_wait_kind(text: &str) -> bool {
    const KINDS: [WaitKind; 24] = [
        WaitKind::MpscSend,
        WaitKind::OneshotRecv,
        WaitKind::OneshotClosed,
        WaitKind::MutexLock,
        WaitKind::RwlockRead,
        WaitKind::RwlockWrite,
        WaitKind::SemaphoreAcquire,
        WaitKind::BarrierWait,
        WaitKind::Sleep,
        WaitKind::IntervalTick,
        WaitKind::MpscRecv,
        WaitKind::BroadcastRecv,
        WaitKind::WatchChanged,
        WaitKind::Notified,
        WaitKind::TcpAccept,
        WaitKind::TcpConnect,
        WaitKind::TcpRead,
        WaitKind::TcpWrite,
        WaitKind::Udp,
        WaitKind::Unix,
        WaitKind::Join,
        WaitKind::SpawnBlocking,
        WaitKind::Cancelled,
        WaitKind::Yield,
    ];
    KINDS.into_iter().any(|kind| wait_kind(kind) == Some(text))
}
