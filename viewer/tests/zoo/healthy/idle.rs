//! Who waits for what need not come.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, UdpSocket};
use tokio::sync::{Mutex, Notify, Semaphore, broadcast, mpsc, oneshot, watch};
use tokio::time::{interval, sleep};
use tokio_util::sync::CancellationToken;

use crate::keeper::is_healthy;
use crate::support::on_two_workers;

#[test]
fn servers_without_clients() {
    let program = || {
        on_two_workers(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            tokio::spawn(async move {
                loop {
                    let _ = listener.accept().await;
                }
            });
            let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
            tokio::spawn(async move {
                let _ = socket.recv(&mut [0; 8]).await;
            });
        });
    };
    is_healthy("healthy::idle::servers_without_clients", program);
}

#[test]
fn workers_without_work() {
    let program = || {
        on_two_workers(async {
            let mut kept: Vec<Box<dyn std::any::Any>> = Vec::new();
            for _ in 0..20 {
                let (sender, mut receiver) = mpsc::channel::<u32>(1);
                kept.push(Box::new(sender));
                tokio::spawn(async move { while receiver.recv().await.is_some() {} });
                let (sender, mut receiver) = broadcast::channel::<u32>(1);
                kept.push(Box::new(sender));
                tokio::spawn(async move { while receiver.recv().await.is_ok() {} });
                let (sender, receiver) = oneshot::channel::<u32>();
                kept.push(Box::new(sender));
                tokio::spawn(receiver);
            }
            pending::<()>().await;
        });
    };
    is_healthy("healthy::idle::workers_without_work", program);
}

#[test]
fn long_sleeps_and_intervals() {
    let program = || {
        on_two_workers(async {
            for _ in 0..10 {
                tokio::spawn(sleep(Duration::from_secs(100_000)));
            }
            tokio::spawn(async {
                let mut seldom = interval(Duration::from_secs(3_600));
                loop {
                    seldom.tick().await;
                }
            });
            tokio::spawn(async {
                let mut often = interval(Duration::from_millis(5));
                loop {
                    often.tick().await;
                }
            });
        });
    };
    is_healthy("healthy::idle::long_sleeps_and_intervals", program);
}

#[test]
fn a_shutdown_that_waits_to_be_asked() {
    let program = || {
        on_two_workers(async {
            let token = CancellationToken::new();
            let notify = Arc::new(Notify::new());
            let (sender, receiver) = watch::channel(false);
            for _ in 0..10 {
                let (token, notify) = (token.child_token(), Arc::clone(&notify));
                let mut receiver = receiver.clone();
                tokio::spawn(async move {
                    tokio::select! {
                        () = token.cancelled() => {}
                        () = notify.notified() => {}
                        _ = receiver.changed() => {}
                    }
                });
            }
            pending::<()>().await;
            drop((token, sender));
        });
    };
    is_healthy("healthy::idle::a_shutdown_that_waits_to_be_asked", program);
}

#[test]
fn a_lock_and_a_permit_that_nobody_waits_for() {
    let program = || {
        on_two_workers(async {
            let lock = Arc::new(Mutex::new(()));
            let permits = Arc::new(Semaphore::new(1));
            tokio::spawn(async move {
                let _guard = lock.lock().await;
                let _permit = permits.acquire().await;
                sleep(Duration::from_secs(1_000)).await;
            });
        });
    };
    is_healthy(
        "healthy::idle::a_lock_and_a_permit_that_nobody_waits_for",
        program,
    );
}

#[test]
fn a_limit_of_what_is_done_at_once() {
    let program = || {
        on_two_workers(async {
            let permits = Arc::new(Semaphore::new(2));
            for _ in 0..30 {
                let permits = Arc::clone(&permits);
                tokio::spawn(async move {
                    let _permit = permits.acquire().await;
                    sleep(Duration::from_secs(1_000)).await;
                });
            }
        });
    };
    is_healthy("healthy::idle::a_limit_of_what_is_done_at_once", program);
}
