//! One function for each thing that a task can wait for. None of them returns
//! while the test runs.

use std::future::pending;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use futures::{SinkExt as _, StreamExt as _};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream, UdpSocket};
use tokio::sync::{
    Barrier, Mutex, Notify, OnceCell, RwLock, Semaphore, broadcast, mpsc, oneshot, watch,
};
use tokio::task::JoinSet;
use tokio::time::{interval, sleep};
use tokio_stream::wrappers::{ReceiverStream, UnboundedReceiverStream};
use tokio_util::sync::{CancellationToken, PollSender};
use tokio_util::time::DelayQueue;

use super::leaf::leaves;
use super::peers::{Own, connection, server_that_says, silent_server, temporary};

/// Longer than any test.
const LONG: Duration = Duration::from_secs(100_000);

leaves! {
    bounded_send, "mpsc send", line!(), {
        let (sender, _receiver) = mpsc::channel(1);
        sender.send(1).await.unwrap();
        sender.send(2).await.unwrap();
    }
    reserve, "mpsc send", line!(), {
        let (sender, _receiver) = mpsc::channel::<()>(1);
        let _one = sender.reserve().await.unwrap();
        let _other = sender.reserve().await.unwrap();
    }
    reserve_owned, "mpsc send", line!(), {
        let (sender, _receiver) = mpsc::channel(1);
        sender.send(1).await.unwrap();
        let _permit = sender.reserve_owned().await.unwrap();
    }
    reserve_many, "mpsc send", line!(), {
        let (sender, _receiver) = mpsc::channel(1);
        sender.send(1).await.unwrap();
        let _permits = sender.reserve_many(1).await.unwrap();
    }
    send_timeout, "select(mpsc send | sleep)", line!(), {
        let (sender, _receiver) = mpsc::channel(1);
        sender.send(1).await.unwrap();
        sender.send_timeout(2, LONG).await.unwrap();
    }
    poll_sender, "mpsc send", line!(), {
        let (sender, _receiver) = mpsc::channel(1);
        let mut sender = PollSender::new(sender);
        sender.send(1).await.unwrap();
        sender.send(2).await.unwrap();
    }
    sender_closed, "mpsc closed", line!(), {
        let (sender, _receiver) = mpsc::channel::<()>(1);
        sender.closed().await;
    }
    bounded_recv, "mpsc recv", line!(), {
        let (_sender, mut receiver) = mpsc::channel::<()>(1);
        receiver.recv().await;
    }
    recv_many, "mpsc recv", line!(), {
        let (_sender, mut receiver) = mpsc::channel::<()>(1);
        receiver.recv_many(&mut Vec::new(), 7).await;
    }
    receiver_stream, "mpsc recv", line!(), {
        let (_sender, receiver) = mpsc::channel::<()>(1);
        ReceiverStream::new(receiver).next().await;
    }
    unbounded_recv, "mpsc recv", line!(), {
        let (_sender, mut receiver) = mpsc::unbounded_channel::<()>();
        receiver.recv().await;
    }
    unbounded_receiver_stream, "mpsc recv", line!(), {
        let (_sender, receiver) = mpsc::unbounded_channel::<()>();
        UnboundedReceiverStream::new(receiver).next().await;
    }
    unbounded_closed, "mpsc closed", line!(), {
        let (sender, _receiver) = mpsc::unbounded_channel::<()>();
        sender.closed().await;
    }
    oneshot_recv, "oneshot recv", line!(), {
        let (_sender, receiver) = oneshot::channel::<()>();
        receiver.await.unwrap();
    }
    oneshot_closed, "oneshot closed", line!(), {
        let (mut sender, _receiver) = oneshot::channel::<()>();
        sender.closed().await;
    }
    broadcast_recv, "broadcast recv", line!(), {
        let (_sender, mut receiver) = broadcast::channel::<()>(1);
        receiver.recv().await.unwrap();
    }
    broadcast_closed, "broadcast closed", line!(), {
        let (sender, _receiver) = broadcast::channel::<()>(1);
        sender.closed().await;
    }
    watch_changed, "watch changed", line!(), {
        let (_sender, mut receiver) = watch::channel(());
        receiver.changed().await.unwrap();
    }
    watch_wait_for, "watch changed", line!(), {
        let (_sender, mut receiver) = watch::channel(1);
        receiver.wait_for(|value| *value == 2).await.unwrap();
    }
    watch_closed, "watch closed", line!(), {
        let (sender, _receiver) = watch::channel(());
        sender.closed().await;
    }
    notified, "notified", line!(), {
        Notify::new().notified().await;
    }
    notified_owned, "notified", line!(), {
        Arc::new(Notify::new()).notified_owned().await;
    }
    mutex_lock, "mutex lock", line!(), {
        let mutex = Mutex::new(());
        let _held = mutex.lock().await;
        let _never = mutex.lock().await;
    }
    mutex_lock_owned, "mutex lock", line!(), {
        let mutex = Arc::new(Mutex::new(()));
        let _held = Arc::clone(&mutex).lock_owned().await;
        let _never = mutex.lock_owned().await;
    }
    rwlock_read, "rwlock read", line!(), {
        let lock = RwLock::new(());
        let _held = lock.write().await;
        let _never = lock.read().await;
    }
    rwlock_write, "rwlock write", line!(), {
        let lock = RwLock::new(());
        let _held = lock.read().await;
        let _never = lock.write().await;
    }
    semaphore_acquire, "semaphore acquire", line!(), {
        let semaphore = Semaphore::new(1);
        let _held = semaphore.acquire().await.unwrap();
        let _never = semaphore.acquire().await.unwrap();
    }
    semaphore_acquire_owned, "semaphore acquire", line!(), {
        let semaphore = Arc::new(Semaphore::new(0));
        let _never = semaphore.acquire_many_owned(2).await.unwrap();
    }
    rwlock_read_owned, "rwlock read", line!(), {
        let lock = Arc::new(RwLock::new(()));
        let _held = Arc::clone(&lock).write_owned().await;
        let _never = lock.read_owned().await;
    }
    poll_semaphore, "semaphore acquire", line!(), {
        let semaphore = Arc::new(Semaphore::new(0));
        let mut semaphore = tokio_util::sync::PollSemaphore::new(semaphore);
        std::future::poll_fn(|context| semaphore.poll_acquire(context)).await;
    }
    set_once, "set once", line!(), {
        tokio::sync::SetOnce::<()>::new().wait().await;
    }
    once_cell, "once cell", line!(), {
        let cell = OnceCell::new();
        let first = cell.get_or_init(pending::<()>);
        tokio::pin!(first);
        assert!(futures::poll!(&mut first).is_pending());
        cell.get_or_init(async || ()).await;
    }
    barrier_wait, "barrier wait", line!(), {
        Barrier::new(2).wait().await;
    }
    cancelled, "cancelled", line!(), {
        CancellationToken::new().cancelled().await;
    }
    cancelled_owned, "cancelled", line!(), {
        CancellationToken::new().cancelled_owned().await;
    }
    sleeping, "sleep", line!(), {
        sleep(LONG).await;
    }
    interval_tick, "interval tick", line!(), {
        let mut interval = interval(LONG);
        interval.tick().await;
        interval.tick().await;
    }
    timeout_of_a_recv, "select(mpsc recv | sleep)", line!(), {
        let (_sender, mut receiver) = mpsc::channel::<()>(1);
        let _ = tokio::time::timeout(LONG, receiver.recv()).await;
    }
    delay_queue, "select(delay queue | sleep)", line!(), {
        let mut queue = DelayQueue::new();
        queue.insert((), LONG);
        queue.next().await;
    }
    empty_delay_queue, "delay queue", line!(), {
        let mut queue = DelayQueue::<()>::new();
        std::future::poll_fn(|context| match queue.poll_expired(context) {
            Poll::Ready(None) => Poll::Pending,
            other => other.map(drop),
        })
        .await;
    }
    tcp_accept, "tcp accept", line!(), {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        listener.accept().await.unwrap();
    }
    tcp_connect, "tcp connect", line!(), {
        // A listener whose queue is full does not answer.
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        let listener = socket.listen(1).unwrap();
        let address = listener.local_addr().unwrap();
        let _first = TcpStream::connect(address).await.unwrap();
        let _second = TcpStream::connect(address).await.unwrap();
        let _never = TcpStream::connect(address).await.unwrap();
    }
    tcp_peek, "tcp read", line!(), {
        let (one, _other) = connection().await;
        one.peek(&mut [0; 8]).await.unwrap();
    }
    tcp_writable, "tcp write", line!(), {
        let (one, _other) = connection().await;
        loop {
            one.writable().await.unwrap();
            while one.try_write(&[0; 65_536]).is_ok() {}
        }
    }
    tcp_ready, "tcp ready", line!(), {
        let (one, _other) = connection().await;
        one.ready(tokio::io::Interest::READABLE).await.unwrap();
    }
    tcp_read, "tcp read", line!(), {
        let (mut one, _other) = connection().await;
        one.read_u8().await.unwrap();
    }
    tcp_read_half, "tcp read", line!(), {
        let (one, _other) = connection().await;
        let (mut read, _write) = one.into_split();
        read.read_u8().await.unwrap();
    }
    tcp_readable, "tcp read", line!(), {
        let (one, _other) = connection().await;
        one.readable().await.unwrap();
    }
    tcp_write, "tcp write", line!(), {
        let (mut one, _other) = connection().await;
        loop {
            one.write_all(&[0; 65_536]).await.unwrap();
        }
    }
    udp_recv, "udp", line!(), {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        socket.recv(&mut [0; 8]).await.unwrap();
    }
    unix_read, "unix", line!(), {
        let (mut one, _other) = tokio::net::UnixStream::pair().unwrap();
        one.read_u8().await.unwrap();
    }
    unix_accept, "unix", line!(), {
        let path = temporary("socket");
        let listener = tokio::net::UnixListener::bind(&path).unwrap();
        let _ = std::fs::remove_file(path);
        listener.accept().await.unwrap();
    }
    unix_datagram, "unix", line!(), {
        let (one, _other) = tokio::net::UnixDatagram::pair().unwrap();
        one.recv(&mut [0; 8]).await.unwrap();
    }
    // An optimised build has no frame of the function that says it is a pipe.
    pipe, if cfg!(debug_assertions) { "pipe" } else { "io read" }, line!(), {
        let (_sender, mut receiver) = tokio::net::unix::pipe::pipe().unwrap();
        receiver.read_u8().await.unwrap();
    }
    udp_send, "udp", line!(), {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        socket.readable().await.unwrap();
    }
    simplex_read, "duplex read", line!(), {
        let (mut read, _write) = tokio::io::simplex(8);
        read.read_u8().await.unwrap();
    }
    duplex_read, "duplex read", line!(), {
        let (mut one, _other) = tokio::io::duplex(8);
        one.read_u8().await.unwrap();
    }
    duplex_write, "duplex write", line!(), {
        let (mut one, _other) = tokio::io::duplex(8);
        one.write_all(&[0; 9]).await.unwrap();
    }
    join_handle, "join", line!(), {
        tokio::spawn(sleep(LONG)).await.unwrap();
    }
    join_map, "join", line!(), {
        let mut map = tokio_util::task::JoinMap::new();
        map.spawn(1, sleep(LONG));
        map.join_next().await;
    }
    abort_on_drop, "join", line!(), {
        let handle = tokio::spawn(sleep(LONG));
        tokio_util::task::AbortOnDropHandle::new(handle).await.unwrap();
    }
    task_tracker, "task tracker", line!(), {
        let tracker = tokio_util::task::TaskTracker::new();
        tracker.spawn(sleep(LONG));
        tracker.close();
        tracker.wait().await;
    }
    yielding, "yield", line!(), {
        loop {
            tokio::task::yield_now().await;
            // So that the others get on, too.
            std::thread::sleep(Duration::from_millis(1));
        }
    }
    join_set, "join", line!(), {
        let mut set = JoinSet::new();
        set.spawn(sleep(LONG));
        set.join_next().await;
    }
    blocking_handle, "join", line!(), {
        tokio::task::spawn_blocking(|| std::thread::park_timeout(LONG)).await.unwrap();
    }
    blocking_file, "spawn_blocking", line!(), {
        // A pipe that nobody writes to, as a file.
        let path = temporary("pipe");
        let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
        assert!(made.success());
        let _ = tokio::fs::read(path).await;
    }
    signal, "signal", line!(), {
        tokio::signal::unix::signal(tokio::signal::unix::SignalKind::user_defined1())
            .unwrap()
            .recv()
            .await;
    }
    child_process, "child process", line!(), {
        let mut child = tokio::process::Command::new("sleep").arg("100000").kill_on_drop(true).spawn().unwrap();
        child.wait().await.unwrap();
    }
    futures_unordered, "FuturesUnordered", line!(), {
        let mut all = futures::stream::FuturesUnordered::new();
        all.push(pending::<()>());
        all.next().await;
    }
    futures_recv, "futures mpsc recv", line!(), {
        let (_sender, mut receiver) = futures::channel::mpsc::channel::<()>(1);
        receiver.next().await;
    }
    futures_send, "futures mpsc send", line!(), {
        let (mut sender, _receiver) = futures::channel::mpsc::channel(0);
        sender.send(1).await.unwrap();
        sender.send(2).await.unwrap();
    }
    futures_oneshot, "futures oneshot recv", line!(), {
        let (_sender, receiver) = futures::channel::oneshot::channel::<()>();
        receiver.await.unwrap();
    }
    futures_mutex, "futures mutex lock", line!(), {
        let mutex = futures::lock::Mutex::new(());
        let _held = mutex.lock().await;
        let _never = mutex.lock().await;
    }
    futures_oneshot_closed, "futures oneshot closed", line!(), {
        let (mut sender, _receiver) = futures::channel::oneshot::channel::<()>();
        sender.cancellation().await;
    }
    futures_unbounded_recv, "futures mpsc recv", line!(), {
        let (_sender, mut receiver) = futures::channel::mpsc::unbounded::<()>();
        receiver.next().await;
    }
    async_channel_closed, "async-channel closed", line!(), {
        let (sender, _receiver) = async_channel::bounded::<()>(1);
        sender.closed().await;
    }
    event, "event", line!(), {
        event_listener::Event::<()>::new().listen().await;
    }
    async_channel_recv, "async-channel recv", line!(), {
        let (_sender, receiver) = async_channel::bounded::<()>(1);
        receiver.recv().await.unwrap();
    }
    async_channel_send, "async-channel send", line!(), {
        let (sender, _receiver) = async_channel::bounded(1);
        sender.send(1).await.unwrap();
        sender.send(2).await.unwrap();
    }
    flume_recv, "flume recv", line!(), {
        let (_sender, receiver) = flume::bounded::<()>(1);
        receiver.recv_async().await.unwrap();
    }
    flume_send, "flume send", line!(), {
        let (sender, _receiver) = flume::bounded(1);
        sender.send_async(1).await.unwrap();
        sender.send_async(2).await.unwrap();
    }
    select_of_a_socket_and_a_receive, "select(mpsc recv | tcp read | interval tick)", line!(), {
        let (mut one, _other) = connection().await;
        let (_sender, mut receiver) = mpsc::channel::<()>(1);
        let mut ticks = interval(Duration::from_millis(10));
        let mut buffer = [0; 8];
        loop {
            tokio::select! {
                biased;
                _ = one.read(&mut buffer) => return,
                _ = receiver.recv() => return,
                _ = ticks.tick() => {}
            }
        }
    }
    joined_receives, "select(mpsc recv ×20)", line!(), {
        let channels: Vec<_> = (0..20).map(|_| mpsc::channel::<()>(1)).collect();
        let (_senders, receivers): (Vec<_>, Vec<_>) = channels.into_iter().unzip();
        let receives = receivers.into_iter().map(|mut receiver| async move { receiver.recv().await });
        futures::future::join_all(receives).await;
    }
    own_future, "leaves::peers::Own", line!(), {
        Own(None).await;
    }
    http_response, "http response", line!(), {
        let silent = silent_server().await.unwrap();
        let client = reqwest::Client::new();
        let _ = client.get(format!("http://{silent}/")).send().await;
    }
    h2_response, "h2 response", line!(), {
        let (client, server) = tokio::io::duplex(65_536);
        tokio::spawn(async move {
            let mut server = h2::server::handshake(server).await.unwrap();
            let mut kept = Vec::new();
            while let Some(request) = server.accept().await {
                kept.push(request);
            }
        });
        let (client, connection) = h2::client::handshake(client).await.unwrap();
        tokio::spawn(connection);
        let mut client = client.ready().await.unwrap();
        let (response, _) = client.send_request(http::Request::new(()), true).unwrap();
        let _ = response.await;
    }
    h2_body, "h2 body", line!(), {
        let (client, server) = tokio::io::duplex(65_536);
        tokio::spawn(async move {
            let mut server = h2::server::handshake(server).await.unwrap();
            let mut kept = Vec::new();
            while let Some(Ok((_, mut respond))) = server.accept().await {
                kept.push(respond.send_response(http::Response::new(()), false));
            }
        });
        let (client, connection) = h2::client::handshake(client).await.unwrap();
        tokio::spawn(connection);
        let mut client = client.ready().await.unwrap();
        let (response, _) = client.send_request(http::Request::new(()), true).unwrap();
        let mut body = response.await.unwrap().into_body();
        body.data().await;
    }
    http_body, "http body", line!(), {
        let server = server_that_says("HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n").await.unwrap();
        let response = reqwest::get(format!("http://{server}/")).await.unwrap();
        let _ = response.bytes().await;
    }
    grpc_message, "grpc message", line!(), {
        use taskmon_proto::v1::{WatchRequest, taskmon_client::TaskmonClient};
        // taskmon's own server: the next update is a minute away.
        let own = crate::support::OWN_ADDRESS.get().unwrap();
        let channel = tonic::transport::Endpoint::from_shared(format!("http://{own}")).unwrap();
        let mut client = TaskmonClient::new(channel.connect_lazy());
        let every_minute = WatchRequest { interval_millis: 60_000, stacks: false };
        let mut updates = client.watch(every_minute).await.unwrap().into_inner();
        while updates.message().await.unwrap().is_some() {}
    }
    grpc_response, "grpc response", line!(), {
        use taskmon_proto::v1::{WatchRequest, taskmon_client::TaskmonClient};
        let silent = silent_server().await.unwrap();
        let channel = tonic::transport::Endpoint::from_shared(format!("http://{silent}")).unwrap();
        let mut client = TaskmonClient::new(channel.connect_lazy());
        let _ = client.watch(WatchRequest::default()).await;
    }
}
