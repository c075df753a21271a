//! How the wire calls what the tables hold.

use taskmon_proto::v1 as wire;

use crate::stack::{Frame, FrameId, Origin};
use crate::tables::{ResourceKind, WaitKind};

pub(super) fn frame(id: FrameId, frame: &Frame) -> wire::StackFrame {
    wire::StackFrame {
        number: id.0,
        function: frame.function.clone(),
        file: frame.file.clone(),
        line: frame.line,
        column: frame.column,
        inlined: frame.inlined,
        origin: match frame.origin {
            Origin::Own => wire::FrameOrigin::Own,
            Origin::Dependency => wire::FrameOrigin::Dependency,
            Origin::Runtime => wire::FrameOrigin::Runtime,
        }
        .into(),
        address: frame.address as u64,
    }
}

pub(super) fn wait_kind(kind: WaitKind) -> wire::WaitKind {
    match kind {
        WaitKind::Other => wire::WaitKind::Other,
        WaitKind::MpscSend => wire::WaitKind::MpscSend,
        WaitKind::OneshotRecv => wire::WaitKind::OneshotRecv,
        WaitKind::OneshotClosed => wire::WaitKind::OneshotClosed,
        WaitKind::MutexLock => wire::WaitKind::MutexLock,
        WaitKind::RwlockRead => wire::WaitKind::RwlockRead,
        WaitKind::RwlockWrite => wire::WaitKind::RwlockWrite,
        WaitKind::SemaphoreAcquire => wire::WaitKind::SemaphoreAcquire,
        WaitKind::BarrierWait => wire::WaitKind::BarrierWait,
        WaitKind::Sleep => wire::WaitKind::Sleep,
        WaitKind::IntervalTick => wire::WaitKind::IntervalTick,
        WaitKind::MpscRecv => wire::WaitKind::MpscRecv,
        WaitKind::BroadcastRecv => wire::WaitKind::BroadcastRecv,
        WaitKind::WatchChanged => wire::WaitKind::WatchChanged,
        WaitKind::Notified => wire::WaitKind::Notified,
        WaitKind::TcpAccept => wire::WaitKind::TcpAccept,
        WaitKind::TcpConnect => wire::WaitKind::TcpConnect,
        WaitKind::TcpRead => wire::WaitKind::TcpRead,
        WaitKind::TcpWrite => wire::WaitKind::TcpWrite,
        WaitKind::Udp => wire::WaitKind::Udp,
        WaitKind::Unix => wire::WaitKind::Unix,
        WaitKind::Join => wire::WaitKind::Join,
        WaitKind::SpawnBlocking => wire::WaitKind::SpawnBlocking,
        WaitKind::Cancelled => wire::WaitKind::Cancelled,
        WaitKind::Yield => wire::WaitKind::Yield,
    }
}

pub(super) fn resource_kind(kind: ResourceKind) -> wire::ResourceKind {
    match kind {
        ResourceKind::Other => wire::ResourceKind::Other,
        ResourceKind::Mpsc => wire::ResourceKind::Mpsc,
        ResourceKind::Oneshot => wire::ResourceKind::Oneshot,
        ResourceKind::Mutex => wire::ResourceKind::Mutex,
        ResourceKind::Rwlock => wire::ResourceKind::Rwlock,
        ResourceKind::Semaphore => wire::ResourceKind::Semaphore,
        ResourceKind::Barrier => wire::ResourceKind::Barrier,
        ResourceKind::Sleep => wire::ResourceKind::Sleep,
        ResourceKind::Interval => wire::ResourceKind::Interval,
    }
}
