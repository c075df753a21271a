//! No false alarm: suites of healthy tests, in parallel, over and over again.
//!
//! `TASKMON_REPETITIONS` says how often, 10 times if it does not.

use std::net::Ipv4Addr;
use std::time::Duration;

use taskmon::testing;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Handle;
use tokio::sync::{broadcast, mpsc, oneshot};
use tokio::task::{JoinSet, spawn_blocking, yield_now};
use tokio::time::{sleep, timeout};

use crate::support::{forever, runtime};

fn repetitions() -> usize {
    let asked_for = std::env::var("TASKMON_REPETITIONS");
    asked_for.map_or(10, |count| count.parse().unwrap())
}

/// Runs `test` within a guard on a new runtime, as often as is asked for: on one
/// thread and on two in turn.
fn repeat<F: Future<Output = ()>>(test: impl Fn() -> F) {
    for repetition in 0..repetitions() {
        runtime(2 * (repetition % 2)).block_on(async {
            let guard = testing::guard();
            test().await;
            guard.assert_no_leaks().await;
            guard.assert_nothing_stuck(Duration::from_secs(60)).await;
        });
    }
}

#[test]
fn tasks_that_are_joined() {
    repeat(async || {
        for task in [tokio::spawn(yield_now()), tokio::spawn(async {})] {
            task.await.unwrap();
        }
    });
}

#[test]
fn tasks_that_are_aborted_and_forgotten() {
    repeat(async || {
        for _ in 0..3 {
            tokio::spawn(forever()).abort();
        }
    });
}

#[test]
fn tasks_that_end_by_themselves_a_little_later() {
    repeat(async || {
        for millis in [1, 3, 5] {
            tokio::spawn(sleep(Duration::from_millis(millis)));
        }
    });
}

#[test]
fn tasks_whose_channel_is_closed() {
    repeat(async || {
        let (sender, mut receiver) = mpsc::channel(2);
        let (tell, mut told) = broadcast::channel::<u32>(2);
        tokio::spawn(async move { while sender.send(1).await.is_ok() {} });
        tokio::spawn(async move { while told.recv().await.is_ok() {} });
        receiver.recv().await.unwrap();
        tell.send(1).unwrap();
    });
}

#[test]
fn a_join_set_that_is_dropped() {
    repeat(async || {
        let mut set = JoinSet::new();
        for number in 0..4 {
            set.spawn(async move {
                match number {
                    0 => std::panic::resume_unwind(Box::new("as it should")),
                    1 => {}
                    _ => forever().await,
                }
            });
        }
        set.join_next().await;
    });
}

#[test]
fn chains_of_spawns_whose_first_have_ended() {
    repeat(async || {
        let (last, ended) = oneshot::channel();
        tokio::spawn(async {
            tokio::spawn(async {
                yield_now().await;
                tokio::spawn(async { last.send(()).unwrap() });
            });
        });
        ended.await.unwrap();
    });
}

#[test]
fn blocking_closures_and_threads() {
    repeat(async || {
        let handle = Handle::current();
        spawn_blocking(|| {});
        spawn_blocking(move || handle.spawn(yield_now()))
            .await
            .unwrap();
        let handle = Handle::current();
        let thread = std::thread::spawn(move || handle.spawn(async {}));
        thread.join().unwrap().await.unwrap();
    });
}

#[test]
fn timeouts_and_selects() {
    repeat(async || {
        let (sender, mut receiver) = mpsc::channel::<()>(1);
        tokio::spawn(async move {
            let short = Duration::from_millis(1);
            tokio::select! {
                () = forever() => {}
                _ = timeout(short, receiver.recv()) => {}
            }
        });
        // Unless its time was up first.
        let _ = sender.send(()).await;
    });
}

#[test]
fn a_server_that_is_shut_down() {
    repeat(async || {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let mut byte = [0];
                    while client.read_exact(&mut byte).await.is_ok() {
                        client.write_all(&byte).await.unwrap();
                    }
                });
            }
        });
        let mut client = TcpStream::connect(address).await.unwrap();
        let mut answer = [0];
        client.write_all(&[7]).await.unwrap();
        client.read_exact(&mut answer).await.unwrap();
        assert_eq!(answer, [7]);
        server.abort();
    });
}

/// Beside all the others.
#[test]
fn and_one_that_leaks_all_the_time() {
    let runtime = runtime(1);
    runtime.block_on(async {
        for _ in 0..20 * repetitions() {
            tokio::spawn(async { drop(tokio::spawn(forever())) });
            sleep(Duration::from_millis(1)).await;
        }
    });
}
