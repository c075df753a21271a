//! The functions that tell what a task waits for.
//!
//! Data only: a row is the path of a function (see [`super::names`]), or with `*`
//! at its end what such a path begins with. `tests/leaves.rs` waits in each of
//! them, with the versions of the libraries that are in the lock file.

use crate::tables::WaitKind;

/// What a function waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Leaf {
    path: &'static str,
    pub(super) kind: WaitKind,
    /// What the wait is called, if it is of [`WaitKind::Other`].
    pub(super) what: &'static str,
}

const fn leaf(path: &'static str, kind: WaitKind) -> Leaf {
    Leaf {
        path,
        kind,
        what: "",
    }
}

const fn named(path: &'static str, what: &'static str) -> Leaf {
    Leaf {
        path,
        kind: WaitKind::Other,
        what,
    }
}

impl Leaf {
    /// The row for the function with this path; `typeless` if that says no types.
    pub(super) fn of(path: &str, typeless: bool) -> Option<&'static Leaf> {
        LEAVES
            .iter()
            .find(|leaf| matches(path, leaf.path, typeless))
    }

    /// The row for the body of an async function of which only the module is known,
    /// around a wait for `inner`: that one, if the module has it too; or the only
    /// thing that the module waits for.
    pub(super) fn within(module: &str, inner: Option<&'static Leaf>) -> Option<&'static Leaf> {
        let is_within = |leaf: &&Leaf| {
            without_type(leaf.path)
                .and_then(|row| Some(row.strip_prefix(module)?.starts_with("::")))
                .unwrap_or(false)
        };
        let mut rows = LEAVES.iter().filter(is_within);
        if let Some(inner) = inner
            && rows.clone().any(|leaf| leaf.is_like(inner))
        {
            return Some(inner);
        }
        let first = rows.next()?;
        rows.all(|leaf| leaf.is_like(first)).then_some(first)
    }

    fn is_like(&self, other: &Leaf) -> bool {
        (self.kind, self.what) == (other.kind, other.what)
    }
}

/// How a row says the same of a function whose type is not known: without it.
/// Nothing if it says no more than the module then.
pub(super) fn without_type(row: &str) -> Option<String> {
    let is_type = |part: &&str| part.starts_with(|first: char| first.is_uppercase());
    match row.rsplit("::").next() {
        Some(last) if is_type(&last) => None,
        _ => {
            let parts: Vec<&str> = row.split("::").filter(|part| !is_type(part)).collect();
            Some(parts.join("::"))
        }
    }
}

/// Whether `path` is that of a row; `typeless` if it says no types.
pub(super) fn matches(path: &str, row: &str, typeless: bool) -> bool {
    if typeless && let Some(row) = without_type(row) {
        return matches(path, &row, false);
    }
    match row.strip_suffix('*') {
        Some(start) => path.starts_with(start),
        None => path == row,
    }
}

/// What lies between the operation that waits and taskmon's code: the innermost
/// calls, up to the last of these.
pub(super) const MACHINERY: &[&str] = &[
    "core::task::wake::Waker::clone",
    "core::task::wake::Waker::clone_from",
    "tokio::runtime::task::waker::clone_waker",
    "tracing_core::event::Event::dispatch",
];

/// Calls that any future may make to keep its waker, or to be polled: they say
/// nothing of what it waits for.
pub(super) const PLUMBING: &[&str] = &[
    "alloc::*",
    "core::*",
    "std::*",
    "tracing::*",
    "tracing_core::*",
    "tokio::loom::*",
    "tokio::macros::*",
    "tokio::runtime::context::*",
    "tokio::runtime::io::*",
    "tokio::runtime::park::*",
    "tokio::runtime::scheduler::*",
    "tokio::runtime::task::core::*",
    "tokio::runtime::task::harness::*",
    "tokio::runtime::task::raw::*",
    "tokio::sync::task::atomic_waker::*",
    "tokio::task::coop::*",
    "tokio::util::*",
    "futures_core::task::*",
    "futures_task::*",
    "futures_util::task::*",
    "atomic_waker::*",
];

/// Calls of Tokio's and its companions around a wait that leave it what it is.
/// Any other call of theirs around a known one makes something else of it: a
/// barrier of a watch of a notification.
pub(super) const TRANSPARENT: &[&str] = &[
    "tokio::io::async_fd::*",
    "tokio::io::join::*",
    "tokio::io::split::*",
    "tokio::io::util::*",
    "tokio::net::tcp::split*",
    "tokio::net::unix::split*",
    "tokio::runtime::*",
    "tokio::task::local::*",
    "tokio::task::task_local::*",
    "tokio::task::unconstrained::*",
    "tokio::time::timeout::*",
    "tokio_stream::*",
    "tokio_util::codec::*",
    "tokio_util::either::*",
    "tokio_util::future::*",
    "tokio_util::io::*",
    "tokio_util::sync::cancellation_token::RunUntil*",
    "tokio_util::sync::reusable_box::*",
    "tokio_util::task::abort_on_drop::*",
    "tokio_util::util::*",
];

/// Calls that make a known wait of this kind what it is, whatever is around them:
/// a timeout's own timer is a timer, also of a send with a timeout.
pub(super) const ENDS: &[(&str, WaitKind)] = &[("tokio::time::timeout::*", WaitKind::Sleep)];

/// Whose composites the rule of [`TRANSPARENT`] is about.
pub(super) const TOKIOS: &[&str] = &["tokio::*", "tokio_stream::*", "tokio_util::*"];

/// The rows.
pub(super) const LEAVES: &[Leaf] = &[
    // tokio::sync
    leaf(
        "tokio::sync::mpsc::bounded::Sender::send*",
        WaitKind::MpscSend,
    ),
    leaf(
        "tokio::sync::mpsc::bounded::Sender::reserve*",
        WaitKind::MpscSend,
    ),
    leaf("tokio_util::sync::mpsc::*", WaitKind::MpscSend),
    named("tokio::sync::mpsc::bounded::Sender::closed", "mpsc closed"),
    named(
        "tokio::sync::mpsc::unbounded::UnboundedSender::closed",
        "mpsc closed",
    ),
    leaf(
        "tokio::sync::mpsc::bounded::Receiver::*",
        WaitKind::MpscRecv,
    ),
    leaf(
        "tokio::sync::mpsc::unbounded::UnboundedReceiver::*",
        WaitKind::MpscRecv,
    ),
    leaf("tokio::sync::mpsc::chan::Rx::recv*", WaitKind::MpscRecv),
    leaf(
        "tokio::sync::oneshot::Receiver::poll",
        WaitKind::OneshotRecv,
    ),
    leaf(
        "tokio::sync::oneshot::Sender::closed",
        WaitKind::OneshotClosed,
    ),
    leaf(
        "tokio::sync::oneshot::Sender::poll_closed",
        WaitKind::OneshotClosed,
    ),
    leaf(
        "tokio::sync::broadcast::Receiver::recv*",
        WaitKind::BroadcastRecv,
    ),
    leaf(
        "tokio::sync::broadcast::Recv::poll",
        WaitKind::BroadcastRecv,
    ),
    named("tokio::sync::broadcast::Sender::closed", "broadcast closed"),
    leaf(
        "tokio::sync::watch::Receiver::changed",
        WaitKind::WatchChanged,
    ),
    leaf(
        "tokio::sync::watch::Receiver::wait_for*",
        WaitKind::WatchChanged,
    ),
    leaf("tokio::sync::watch::changed_impl", WaitKind::WatchChanged),
    named("tokio::sync::watch::Sender::closed", "watch closed"),
    leaf("tokio::sync::notify::Notified::*", WaitKind::Notified),
    leaf("tokio::sync::notify::OwnedNotified::*", WaitKind::Notified),
    leaf(
        "tokio::sync::notify::NotifiedProject::*",
        WaitKind::Notified,
    ),
    leaf("tokio::sync::mutex::Mutex::lock*", WaitKind::MutexLock),
    leaf("tokio::sync::mutex::Mutex::acquire", WaitKind::MutexLock),
    leaf("tokio::sync::rwlock::RwLock::read*", WaitKind::RwlockRead),
    leaf("tokio::sync::rwlock::RwLock::write*", WaitKind::RwlockWrite),
    leaf(
        "tokio::sync::semaphore::Semaphore::acquire*",
        WaitKind::SemaphoreAcquire,
    ),
    leaf(
        "tokio_util::sync::poll_semaphore::*",
        WaitKind::SemaphoreAcquire,
    ),
    leaf(
        "tokio::sync::barrier::Barrier::wait*",
        WaitKind::BarrierWait,
    ),
    named("tokio::sync::once_cell::OnceCell::*", "once cell"),
    named("tokio::sync::set_once::SetOnce::wait", "set once"),
    leaf(
        "tokio_util::sync::cancellation_token::WaitForCancellationFuture*",
        WaitKind::Cancelled,
    ),
    leaf(
        "tokio_util::sync::cancellation_token::CancellationToken::cancelled*",
        WaitKind::Cancelled,
    ),
    // tokio::time
    leaf("tokio::time::sleep::Sleep::*", WaitKind::Sleep),
    leaf("tokio::time::interval::Interval::*", WaitKind::IntervalTick),
    named(
        "tokio_util::time::delay_queue::DelayQueue::*",
        "delay queue",
    ),
    // tokio::net and tokio::io
    leaf(
        "tokio::net::tcp::listener::TcpListener::accept",
        WaitKind::TcpAccept,
    ),
    leaf(
        "tokio::net::tcp::listener::TcpListener::poll_accept",
        WaitKind::TcpAccept,
    ),
    leaf(
        "tokio::net::tcp::stream::TcpStream::connect*",
        WaitKind::TcpConnect,
    ),
    leaf(
        "tokio::net::tcp::socket::TcpSocket::connect*",
        WaitKind::TcpConnect,
    ),
    leaf(
        "tokio::net::tcp::stream::TcpStream::poll_read*",
        WaitKind::TcpRead,
    ),
    leaf(
        "tokio::net::tcp::stream::TcpStream::readable",
        WaitKind::TcpRead,
    ),
    leaf(
        "tokio::net::tcp::stream::TcpStream::peek",
        WaitKind::TcpRead,
    ),
    leaf(
        "tokio::net::tcp::stream::TcpStream::poll_peek",
        WaitKind::TcpRead,
    ),
    leaf(
        "tokio::net::tcp::stream::TcpStream::poll_write*",
        WaitKind::TcpWrite,
    ),
    leaf(
        "tokio::net::tcp::stream::TcpStream::writable",
        WaitKind::TcpWrite,
    ),
    named("tokio::net::tcp::stream::TcpStream::ready", "tcp ready"),
    leaf("tokio::net::udp::UdpSocket::*", WaitKind::Udp),
    leaf("tokio::net::unix::listener::*", WaitKind::Unix),
    leaf("tokio::net::unix::stream::*", WaitKind::Unix),
    leaf("tokio::net::unix::datagram::*", WaitKind::Unix),
    named("tokio::net::unix::pipe::*", "pipe"),
    // What is left of a socket whose own function was a tail call.
    named(
        "tokio::io::poll_evented::PollEvented::poll_read*",
        "io read",
    ),
    named(
        "tokio::io::poll_evented::PollEvented::poll_write*",
        "io write",
    ),
    named("tokio::net::addr::*", "dns lookup"),
    named("tokio::net::lookup_host::*", "dns lookup"),
    named(
        "tokio::io::util::mem::DuplexStream::poll_read",
        "duplex read",
    ),
    named(
        "tokio::io::util::mem::DuplexStream::poll_write*",
        "duplex write",
    ),
    named(
        "tokio::io::util::mem::SimplexStream::poll_read*",
        "duplex read",
    ),
    named(
        "tokio::io::util::mem::SimplexStream::poll_write*",
        "duplex write",
    ),
    leaf("tokio::io::blocking::Blocking::*", WaitKind::SpawnBlocking),
    leaf("tokio::fs::*", WaitKind::SpawnBlocking),
    named("tokio::process::*", "child process"),
    named("tokio::signal::*", "signal"),
    // tokio::task
    leaf(
        "tokio::runtime::task::join::JoinHandle::poll",
        WaitKind::Join,
    ),
    leaf("tokio::task::join_set::JoinSet::*", WaitKind::Join),
    leaf("tokio_util::task::join_map::JoinMap::*", WaitKind::Join),
    named("tokio_util::task::task_tracker::*", "task tracker"),
    leaf("tokio::task::yield_now::*", WaitKind::Yield),
    leaf("tokio::task::coop::consume_budget::*", WaitKind::Yield),
    // Other libraries' own.
    named("futures_channel::mpsc::Receiver::*", "futures mpsc recv"),
    named(
        "futures_channel::mpsc::UnboundedReceiver::*",
        "futures mpsc recv",
    ),
    named("futures_channel::mpsc::Sender::*", "futures mpsc send"),
    named(
        "futures_channel::mpsc::BoundedSenderInner::*",
        "futures mpsc send",
    ),
    named(
        "futures_channel::oneshot::Receiver::*",
        "futures oneshot recv",
    ),
    named(
        "futures_channel::oneshot::Sender::poll_canceled",
        "futures oneshot closed",
    ),
    named(
        "futures_channel::oneshot::Cancellation::poll",
        "futures oneshot closed",
    ),
    named(
        "futures_util::lock::mutex::MutexLockFuture::poll",
        "futures mutex lock",
    ),
    named(
        "futures_util::lock::mutex::OwnedMutexLockFuture::poll",
        "futures mutex lock",
    ),
    named(
        "futures_util::stream::futures_unordered::FuturesUnordered::*",
        "FuturesUnordered",
    ),
    named("async_channel::Recv*", "async-channel recv"),
    named("async_channel::Send*", "async-channel send"),
    named("async_channel::Closed*", "async-channel closed"),
    named("flume::async::Recv*", "flume recv"),
    named("flume::async::Send*", "flume send"),
    named("event_listener::*", "event"),
    named("h2::client::ResponseFuture::*", "h2 response"),
    named("h2::client::SendRequest::*", "h2 stream"),
    named("h2::client::ReadySendRequest::*", "h2 stream"),
    named("h2::share::RecvStream::*", "h2 body"),
    named("h2::share::SendStream::*", "h2 window"),
    named("h2::server::Connection::poll_accept", "h2 accept"),
    named(
        "h2::proto::streams::streams::Streams::poll_complete",
        "h2 connection",
    ),
    named("hyper::body::incoming::Incoming::*", "http body"),
    named(
        "hyper::client::conn::http1::SendRequest::send_request",
        "http response",
    ),
    named(
        "hyper::client::conn::http2::SendRequest::send_request",
        "http response",
    ),
    named("hyper::client::dispatch::Receiver::*", "http request"),
    named(
        "hyper_util::client::legacy::pool::Checkout::*",
        "http connection",
    ),
    named(
        "hyper_util::client::legacy::client::ResponseFuture::*",
        "http response",
    ),
    named("reqwest::async_impl::client::Pending*", "http response"),
    named("reqwest::async_impl::response::Response::*", "http body"),
    named("tonic::client::grpc::Grpc::*", "grpc response"),
    named("tonic::codec::decode::Streaming*", "grpc message"),
    named("tower::buffer::future::ResponseFuture::*", "tower buffer"),
];
