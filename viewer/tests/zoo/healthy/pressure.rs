//! Who waits because there is much to do, and gets on.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, RwLock, mpsc};
use tokio::time::{sleep, timeout};

use crate::keeper::is_healthy;
use crate::support::on_two_workers;

#[test]
fn a_consumer_that_is_slow_and_moves() {
    let program = || {
        on_two_workers(async {
            let (sender, mut receiver) = mpsc::channel(8);
            for _ in 0..4 {
                let sender = sender.clone();
                tokio::spawn(async move { while sender.send(1).await.is_ok() {} });
            }
            tokio::spawn(async move {
                while receiver.recv().await.is_some() {
                    sleep(Duration::from_millis(30)).await;
                }
            });
        });
    };
    is_healthy(
        "healthy::pressure::a_consumer_that_is_slow_and_moves",
        program,
    );
}

#[test]
fn stages_that_hold_each_other_back() {
    let program = || {
        on_two_workers(async {
            let (first, mut queue) = mpsc::channel(1);
            tokio::spawn(async move { while first.send(0).await.is_ok() {} });
            for _ in 0..4 {
                let (next, following) = mpsc::channel(1);
                tokio::spawn(async move {
                    while let Some(number) = queue.recv().await {
                        next.send(number + 1).await.unwrap();
                    }
                });
                queue = following;
            }
            tokio::spawn(async move {
                while queue.recv().await.is_some() {
                    sleep(Duration::from_millis(20)).await;
                }
            });
        });
    };
    is_healthy(
        "healthy::pressure::stages_that_hold_each_other_back",
        program,
    );
}

#[test]
fn a_lock_that_all_want_and_get() {
    let program = || {
        on_two_workers(async {
            let lock = Arc::new(Mutex::new(0));
            let prices = Arc::new(RwLock::new(0));
            for _ in 0..8 {
                let (lock, prices) = (Arc::clone(&lock), Arc::clone(&prices));
                tokio::spawn(async move {
                    loop {
                        let mut held = lock.lock().await;
                        *held += *prices.read().await;
                        sleep(Duration::from_millis(5)).await;
                        drop(held);
                        *prices.write().await += 1;
                    }
                });
            }
        });
    };
    is_healthy("healthy::pressure::a_lock_that_all_want_and_get", program);
}

#[test]
fn a_send_with_a_timeout_around_it() {
    let program = || {
        on_two_workers(async {
            let (sender, receiver) = mpsc::channel(1);
            sender.send(0).await.unwrap();
            std::mem::forget(receiver);
            tokio::spawn(async move {
                loop {
                    let _ = timeout(Duration::from_millis(300), sender.send(1)).await;
                    sleep(Duration::from_millis(100)).await;
                }
            });
        });
    };
    is_healthy(
        "healthy::pressure::a_send_with_a_timeout_around_it",
        program,
    );
}
