//! Much at once, and much in a row.

use std::time::{Duration, Instant};

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use tokio::sync::mpsc;
use tokio::task::{JoinSet, spawn_blocking, yield_now};
use tokio::time::sleep;

use crate::keeper::is_healthy;
use crate::support::on_two_workers;

/// Computes for `time`.
fn compute(time: Duration) {
    let begun = Instant::now();
    while begun.elapsed() < time {
        std::hint::spin_loop();
    }
}

#[test]
fn bursts_of_spawns() {
    let program = || {
        on_two_workers(async {
            loop {
                for _ in 0..500 {
                    tokio::spawn(sleep(Duration::from_millis(150)));
                }
                sleep(Duration::from_millis(400)).await;
            }
        });
    };
    is_healthy("healthy::busy::bursts_of_spawns", program);
}

#[test]
fn many_short_tasks() {
    let program = || {
        on_two_workers(async {
            loop {
                for _ in 0..50 {
                    tokio::spawn(async { yield_now().await });
                }
                sleep(Duration::from_millis(5)).await;
            }
        });
    };
    is_healthy("healthy::busy::many_short_tasks", program);
}

#[test]
fn a_large_join_set_that_drains() {
    let program = || {
        on_two_workers(async {
            loop {
                let mut set = JoinSet::new();
                for number in 0..5_000 {
                    set.spawn(sleep(Duration::from_millis(number % 500)));
                }
                while set.join_next().await.is_some() {}
            }
        });
    };
    is_healthy("healthy::busy::a_large_join_set_that_drains", program);
}

#[test]
fn a_pool_that_is_filled_and_then_stays() {
    let program = || {
        on_two_workers(async {
            for _ in 0..200 {
                tokio::spawn(pending_work());
                sleep(Duration::from_millis(1)).await;
            }
        });
    };
    async fn pending_work() {
        loop {
            sleep(Duration::from_secs(1)).await;
        }
    }
    is_healthy(
        "healthy::busy::a_pool_that_is_filled_and_then_stays",
        program,
    );
}

#[test]
fn a_spawn_blocking_that_takes_long() {
    let program = || {
        on_two_workers(async {
            for _ in 0..3 {
                tokio::spawn(async {
                    let _ = spawn_blocking(|| std::thread::sleep(Duration::from_secs(1_000))).await;
                });
            }
        });
    };
    is_healthy("healthy::busy::a_spawn_blocking_that_takes_long", program);
}

#[test]
fn a_computation_that_yields() {
    let program = || {
        on_two_workers(async {
            tokio::spawn(async {
                loop {
                    compute(Duration::from_millis(2));
                    yield_now().await;
                }
            });
        });
    };
    is_healthy("healthy::busy::a_computation_that_yields", program);
}

#[test]
fn a_task_that_runs_out_of_its_budget() {
    let program = || {
        on_two_workers(async {
            let (sender, mut receiver) = mpsc::channel(100);
            tokio::spawn(async move {
                loop {
                    for number in 0..2_000 {
                        sender.send(number).await.unwrap();
                    }
                    sleep(Duration::from_millis(20)).await;
                }
            });
            tokio::spawn(async move { while receiver.recv().await.is_some() {} });
        });
    };
    is_healthy("healthy::busy::a_task_that_runs_out_of_its_budget", program);
}

#[test]
fn many_futures_in_one_task() {
    let program = || {
        on_two_workers(async {
            tokio::spawn(async {
                loop {
                    let sleeps = (0..500).map(|number| sleep(Duration::from_millis(number)));
                    let mut all: FuturesUnordered<_> = sleeps.collect();
                    while all.next().await.is_some() {}
                }
            });
        });
    };
    is_healthy("healthy::busy::many_futures_in_one_task", program);
}
