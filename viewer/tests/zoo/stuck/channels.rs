//! Sends for which there will be no room.

use std::time::Duration;

use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::time::{interval, sleep};

use crate::keeper::is_stuck;
use crate::support::on_two_workers;

#[test]
fn a_receiver_that_is_kept_and_not_read() {
    let test = "stuck::channels::a_receiver_that_is_kept_and_not_read";
    let program = || {
        on_two_workers(async {
            let (sender, mut receiver) = mpsc::channel(3);
            tokio::spawn(async move {
                for number in 0.. {
                    sender.send(number).await.unwrap(); // HERE: nobody reads
                }
            });
            for _ in 0..3 {
                receiver.recv().await;
            }
            std::mem::forget(receiver);
        });
    };
    is_stuck(test, file!(), program, &[("send-stall", "nobody reads")]);
}

#[test]
fn two_bounded_channels_in_a_circle() {
    async fn first(to: Sender<u32>, mut from: Receiver<u32>) {
        loop {
            for number in 0..5 {
                to.send(number).await.unwrap(); // HERE: first of the circle
            }
            from.recv().await;
        }
    }
    async fn second(to: Sender<u32>, mut from: Receiver<u32>) {
        loop {
            for number in 0..5 {
                to.send(number).await.unwrap(); // HERE: second of the circle
            }
            from.recv().await;
        }
    }
    let test = "stuck::channels::two_bounded_channels_in_a_circle";
    let program = || {
        on_two_workers(async {
            let (to_second, from_first) = mpsc::channel(2);
            let (to_first, from_second) = mpsc::channel(2);
            tokio::spawn(first(to_second, from_second));
            tokio::spawn(second(to_first, from_first));
        });
    };
    let expected = [
        ("send-stall", "first of the circle"),
        ("send-stall", "second of the circle"),
    ];
    is_stuck(test, file!(), program, &expected);
}

#[test]
fn a_task_that_sends_to_itself() {
    let test = "stuck::channels::a_task_that_sends_to_itself";
    let program = || {
        on_two_workers(async {
            let (sender, mut receiver) = mpsc::channel(1);
            tokio::spawn(async move {
                sender.send(1).await.unwrap();
                while let Some(number) = receiver.recv().await {
                    sender.send(number).await.unwrap();
                    sender.send(number).await.unwrap(); // HERE: to itself
                }
            });
        });
    };
    is_stuck(test, file!(), program, &[("send-stall", "to itself")]);
}

#[test]
fn a_select_in_a_loop_around_a_stuck_send() {
    async fn send(sender: &Sender<u32>) {
        sender.send(1).await.unwrap(); // HERE: in a select
    }
    let test = "stuck::channels::a_select_in_a_loop_around_a_stuck_send";
    let program = || {
        on_two_workers(async {
            let (sender, receiver) = mpsc::channel(1);
            std::mem::forget(receiver);
            tokio::spawn(async move {
                send(&sender).await;
                let send = send(&sender);
                tokio::pin!(send);
                let mut ticks = interval(Duration::from_millis(20));
                loop {
                    tokio::select! {
                        () = &mut send => break,
                        _ = ticks.tick() => {}
                    }
                }
            });
        });
    };
    is_stuck(test, file!(), program, &[("send-stall", "in a select")]);
}

#[test]
fn a_send_behind_a_join() {
    async fn send(sender: Sender<u32>) {
        for number in 0.. {
            sender.send(number).await.unwrap(); // HERE: behind a join
        }
    }
    let test = "stuck::channels::a_send_behind_a_join";
    let program = || {
        on_two_workers(async {
            let (sender, receiver) = mpsc::channel(1);
            std::mem::forget(receiver);
            tokio::spawn(async move {
                let inner = tokio::spawn(async {
                    tokio::join!(send(sender), sleep(Duration::from_secs(1_000)));
                });
                inner.await.unwrap();
            });
        });
    };
    is_stuck(test, file!(), program, &[("send-stall", "behind a join")]);
}

#[test]
fn a_request_that_leaves_its_producer_behind() {
    async fn produce(sender: Sender<u32>) {
        for number in 0..100 {
            sender.send(number).await.unwrap(); // HERE: left behind
        }
    }
    async fn handle() -> Receiver<u32> {
        let (sender, mut receiver) = mpsc::channel(3);
        tokio::spawn(produce(sender)); // HERE: one more with each request
        for _ in 0..3 {
            receiver.recv().await;
        }
        receiver
    }
    let test = "stuck::channels::a_request_that_leaves_its_producer_behind";
    let program = || {
        on_two_workers(async {
            let mut kept = Vec::new();
            loop {
                kept.push(handle().await);
                sleep(Duration::from_millis(10)).await;
            }
        });
    };
    let expected = [
        ("send-stall", "left behind"),
        ("task-growth", "one more with each request"),
    ];
    is_stuck(test, file!(), program, &expected);
}
