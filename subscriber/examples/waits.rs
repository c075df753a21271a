//! Tasks that wait in known places, a few async functions deep, for ever: to see
//! what a build tells of them.
//!
//!     cargo run --release -p taskmon-subscriber --example waits
//!     taskmon dump                            # in a second terminal
//!
//! `.ci/build-variants` builds it with and without debug info, symbols and frame
//! pointers, and holds what the book says of each.

use std::future::{Future, pending};
use std::net::Ipv4Addr;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::{Mutex, Notify, mpsc, oneshot};
use tokio::time::sleep;

/// Longer than anyone looks.
const LONG: Duration = Duration::from_secs(100_000);

fn main() -> std::io::Result<()> {
    taskmon_subscriber::init();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    runtime.block_on(async {
        spawn("sender", wait_for(full_channel()));
        spawn("receiver", wait_for(empty_channel()));
        spawn("locker", wait_for(held_lock()));
        spawn("sleeper", wait_for(long_sleep()));
        spawn("server", wait_for(listener()));
        spawn("selector", wait_for(either()));
        spawn("joiner", wait_for(joined()));
        spawn("notified", wait_for(notified()));
        spawn("once", wait_for(answer()));
        spawn("own", wait_for(Own(None)));
        pending().await
    })
}

/// Spawns a task with a name, if Tokio has names.
fn spawn(name: &str, future: impl Future<Output = ()> + Send + 'static) {
    #[cfg(tokio_unstable)]
    let spawned = tokio::task::Builder::new().name(name).spawn(future);
    #[cfg(not(tokio_unstable))]
    let spawned = (name, tokio::spawn(future));
    drop(spawned);
}

async fn wait_for<F: Future<Output = ()>>(future: F) {
    one_deeper(future).await;
}

async fn one_deeper<F: Future<Output = ()>>(future: F) {
    future.await;
}

async fn full_channel() {
    let (sender, _receiver) = mpsc::channel::<Order>(1);
    let _ = sender.send(Order(1)).await;
    let _ = sender.send(Order(2)).await;
}

/// What goes through the channels.
struct Order(#[allow(dead_code, reason = "nobody receives it")] u32);

async fn empty_channel() {
    let (_sender, mut receiver) = mpsc::channel::<Order>(4);
    receiver.recv().await;
}

async fn held_lock() {
    let lock = Mutex::new(());
    let _guard = lock.lock().await;
    let _again = lock.lock().await;
}

async fn long_sleep() {
    sleep(LONG).await;
}

async fn listener() {
    let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await else {
        return;
    };
    let _ = listener.accept().await;
}

async fn either() {
    let (_sender, mut receiver) = mpsc::channel::<Order>(4);
    tokio::select! {
        _ = receiver.recv() => {}
        () = sleep(LONG) => {}
    }
}

async fn joined() {
    let _ = tokio::spawn(long_sleep()).await;
}

async fn notified() {
    Notify::new().notified().await;
}

async fn answer() {
    let (_sender, receiver) = oneshot::channel::<Order>();
    let _ = receiver.await;
}

/// A future of the program's own.
struct Own(Option<Waker>);

impl Future for Own {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        self.0 = Some(context.waker().clone());
        Poll::Pending
    }
}
