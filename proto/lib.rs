//! The wire between a program with the taskmon layer and its viewers.
//!
//! All messages are generated from `proto/taskmon/v1/taskmon.proto`, whose comments
//! are the contract: what each field means, in which unit, and what an older peer does
//! without it. What both ends call a wait in words is here too.

/// Version 1 of the protocol.
pub mod v1 {
    #![allow(missing_docs, clippy::all)]
    tonic::include_proto!("taskmon.v1");
}

impl v1::WaitKind {
    /// What people call it, in the primitives' own words: `mpsc send`; `None` if it has
    /// a name of its own, or none.
    pub fn words(self) -> Option<&'static str> {
        Some(match self {
            v1::WaitKind::Unspecified | v1::WaitKind::Other => return None,
            v1::WaitKind::MpscSend => "mpsc send",
            v1::WaitKind::MpscRecv => "mpsc recv",
            v1::WaitKind::OneshotRecv => "oneshot recv",
            v1::WaitKind::OneshotClosed => "oneshot closed",
            v1::WaitKind::BroadcastRecv => "broadcast recv",
            v1::WaitKind::WatchChanged => "watch changed",
            v1::WaitKind::Notified => "notified",
            v1::WaitKind::MutexLock => "mutex lock",
            v1::WaitKind::RwlockRead => "rwlock read",
            v1::WaitKind::RwlockWrite => "rwlock write",
            v1::WaitKind::SemaphoreAcquire => "semaphore acquire",
            v1::WaitKind::BarrierWait => "barrier wait",
            v1::WaitKind::Sleep => "sleep",
            v1::WaitKind::IntervalTick => "interval tick",
            v1::WaitKind::TcpAccept => "tcp accept",
            v1::WaitKind::TcpConnect => "tcp connect",
            v1::WaitKind::TcpRead => "tcp read",
            v1::WaitKind::TcpWrite => "tcp write",
            v1::WaitKind::Udp => "udp",
            v1::WaitKind::Unix => "unix",
            v1::WaitKind::Join => "join",
            v1::WaitKind::SpawnBlocking => "spawn_blocking",
            v1::WaitKind::Cancelled => "cancelled",
            v1::WaitKind::Yield => "yield",
        })
    }

    /// Every kind.
    pub fn all() -> impl Iterator<Item = v1::WaitKind> {
        // Numbered without a gap.
        (0..).map_while(|number| v1::WaitKind::try_from(number).ok())
    }
}
