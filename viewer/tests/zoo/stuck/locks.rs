//! Locks that are not given back.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Barrier, Mutex, RwLock, Semaphore, mpsc, oneshot};
use tokio::time::sleep;

use crate::keeper::is_stuck;
use crate::support::on_two_workers;

#[test]
fn a_lock_held_across_a_send() {
    let test = "stuck::locks::a_lock_held_across_a_send";
    let program = || {
        on_two_workers(async {
            let (sender, mut receiver) = mpsc::channel(1);
            let cart = Arc::new(Mutex::new(0));
            let held = Arc::clone(&cart);
            tokio::spawn(async move {
                let mut cart = held.lock().await;
                loop {
                    sender.send(*cart).await.unwrap(); // HERE: with the lock held
                    *cart += 1;
                }
            });
            receiver.recv().await;
            tokio::spawn(async move {
                let cart = cart.lock().await; // HERE: the lock of the sender
                receiver.recv().await;
                drop(cart);
            });
        });
    };
    let expected = [
        ("send-stall", "with the lock held"),
        ("lock-stall", "the lock of the sender"),
    ];
    is_stuck(test, file!(), program, &expected);
}

#[test]
fn a_deadlock_of_two_mutexes() {
    async fn one(stock: Arc<Mutex<u32>>, cart: Arc<Mutex<u32>>, both: Arc<Barrier>) {
        let stock = stock.lock().await;
        both.wait().await;
        let cart = cart.lock().await; // HERE: stock, then cart
        drop((stock, cart));
    }
    async fn other(stock: Arc<Mutex<u32>>, cart: Arc<Mutex<u32>>, both: Arc<Barrier>) {
        let cart = cart.lock().await;
        both.wait().await;
        let stock = stock.lock().await; // HERE: cart, then stock
        drop((stock, cart));
    }
    let test = "stuck::locks::a_deadlock_of_two_mutexes";
    let program = || {
        on_two_workers(async {
            let both = Arc::new(Barrier::new(2));
            let (stock, cart) = (Arc::default(), Arc::default());
            tokio::spawn(one(Arc::clone(&stock), Arc::clone(&cart), both.clone()));
            tokio::spawn(other(stock, cart, both));
        });
    };
    let expected = [
        ("lock-stall", "stock, then cart"),
        ("lock-stall", "cart, then stock"),
    ];
    is_stuck(test, file!(), program, &expected);
}

#[test]
fn a_read_guard_held_while_waiting_to_write() {
    let test = "stuck::locks::a_read_guard_held_while_waiting_to_write";
    let program = || {
        on_two_workers(async {
            let prices = Arc::new(RwLock::new(1));
            tokio::spawn(async move {
                let old = prices.read().await;
                let mut new = prices.write().await; // HERE: its own reader
                *new += *old;
            });
        });
    };
    is_stuck(test, file!(), program, &[("lock-stall", "its own reader")]);
}

#[test]
fn a_writer_in_line_that_keeps_readers_out() {
    let test = "stuck::locks::a_writer_in_line_that_keeps_readers_out";
    let program = || {
        on_two_workers(async {
            let prices = Arc::new(RwLock::new(1));
            let (never, wait) = oneshot::channel::<()>();
            std::mem::forget(never);
            let held = Arc::clone(&prices);
            let (locked, is_locked) = oneshot::channel();
            tokio::spawn(async move {
                let prices = held.read().await;
                locked.send(()).unwrap();
                let _ = wait.await;
                drop(prices);
            });
            is_locked.await.unwrap();
            let writer = Arc::clone(&prices);
            tokio::spawn(async move {
                *writer.write().await += 1; // HERE: the writer in line
            });
            sleep(Duration::from_millis(50)).await;
            tokio::spawn(async move {
                drop(prices.read().await); // HERE: the reader behind it
            });
        });
    };
    let expected = [
        ("lock-stall", "the writer in line"),
        ("lock-stall", "the reader behind it"),
    ];
    is_stuck(test, file!(), program, &expected);
}

// To wait for a permit is no trouble in itself: that more and more do is.
#[test]
fn a_permit_that_is_forgotten() {
    async fn handle(permits: Arc<Semaphore>) {
        permits.acquire().await.unwrap().forget();
    }
    let test = "stuck::locks::a_permit_that_is_forgotten";
    let program = || {
        on_two_workers(async {
            let permits = Arc::new(Semaphore::new(4));
            loop {
                tokio::spawn(handle(Arc::clone(&permits))); // HERE: without a permit
                sleep(Duration::from_millis(10)).await;
            }
        });
    };
    let expected = [("task-growth", "without a permit")];
    is_stuck(test, file!(), program, &expected);
}
