//! What tokio-console's lints are known to be wrong about; the numbers are those of
//! its issues.

use std::future::pending;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::{mpsc, oneshot};
use tokio::task::{JoinSet, LocalSet, spawn_blocking, spawn_local};
use tokio::time::sleep;

use crate::keeper::is_healthy;
use crate::support::on_two_workers;

fn one_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// 149: a task that woke itself, or was woken with its only waker, has none left and
/// will run all the same.
#[test]
fn who_has_been_woken_needs_no_waker() {
    let program = || {
        on_two_workers(async {
            for _ in 0..4 {
                tokio::spawn(async {
                    loop {
                        let (sender, receiver) = oneshot::channel::<()>();
                        tokio::spawn(async move { sender.send(()) });
                        let _ = receiver.await;
                        sleep(Duration::from_millis(1)).await;
                    }
                });
            }
        });
    };
    is_healthy(
        "healthy::tokio_console::who_has_been_woken_needs_no_waker",
        program,
    );
}

/// 237: thousands of tasks on a `LocalSet` have lost their waker.
#[test]
fn thousands_of_local_tasks() {
    let program = || {
        let local = LocalSet::new();
        local.block_on(&one_thread(), async {
            loop {
                let tasks: Vec<_> = (0..200)
                    .map(|number| spawn_local(sleep(Duration::from_millis(number % 50))))
                    .collect();
                for task in tasks {
                    task.await.unwrap();
                }
            }
        });
    };
    is_healthy("healthy::tokio_console::thousands_of_local_tasks", program);
}

/// 345: a task that spawned another and has ended has lost its waker.
#[test]
fn who_spawned_another_and_ended() {
    let program = || {
        on_two_workers(async {
            for _ in 0..20 {
                let parent = tokio::spawn(async {
                    sleep(Duration::from_millis(1)).await;
                    tokio::spawn(sleep(Duration::from_secs(600)));
                });
                parent.await.unwrap();
            }
        });
    };
    is_healthy(
        "healthy::tokio_console::who_spawned_another_and_ended",
        program,
    );
}

/// 345 too: a task that panicked and left a channel of its own behind.
#[test]
fn who_panicked_and_left_a_weak_sender() {
    async fn handler(holder: Arc<Mutex<Vec<mpsc::WeakSender<()>>>>) {
        let (sender, _) = mpsc::channel::<()>(1);
        holder.lock().unwrap().push(sender.downgrade());
        // Without a word from the hook of panics.
        std::panic::resume_unwind(Box::new("done"));
    }
    let program = || {
        one_thread().block_on(async {
            let holder = Arc::new(Mutex::new(Vec::new()));
            let mut set = JoinSet::new();
            for _ in 0..16 {
                set.spawn(async {});
                let task = handler(Arc::clone(&holder));
                set.spawn(async move {
                    // A guard of a panicking task must not poison the others.
                    tokio::spawn(task).await.unwrap_err();
                });
            }
            while set.join_next().await.is_some() {}
            pending::<()>().await;
        });
    };
    is_healthy(
        "healthy::tokio_console::who_panicked_and_left_a_weak_sender",
        program,
    );
}

/// 380: a task that dropped the handle of the one that it spawned.
#[test]
fn who_let_go_of_its_child() {
    let program = || {
        one_thread().block_on(async {
            let (sender, receiver) = oneshot::channel::<()>();
            tokio::spawn(async move {
                sleep(Duration::from_secs(1_000)).await;
                drop(sender);
            });
            tokio::spawn(async move {
                drop(tokio::spawn(async move { _ = receiver.await }));
            });
            pending::<()>().await;
        });
    };
    is_healthy("healthy::tokio_console::who_let_go_of_its_child", program);
}

/// 516 and 528: `block_on` has lost its waker, and what blocks has never yielded.
#[test]
fn what_blocks_on_purpose() {
    let program = || {
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let handle = runtime.handle().clone();
        std::thread::spawn(move || {
            handle.block_on(async { std::thread::sleep(Duration::from_secs(1_000)) });
        });
        runtime.block_on(async {
            tokio::spawn(async {
                let _ = spawn_blocking(|| {
                    loop {
                        std::thread::sleep(Duration::from_secs(10));
                    }
                })
                .await;
            });
            let _ = tokio::spawn(sleep(Duration::from_secs(6_000))).await;
        });
    };
    is_healthy("healthy::tokio_console::what_blocks_on_purpose", program);
}

/// 587 warns of a future of more than 1 KiB, and of each that a debug build boxed:
/// so are most connections of a server.
#[test]
fn a_future_of_some_kilobytes() {
    async fn connection() {
        let mut buffer = [0_u8; 6_000];
        sleep(Duration::from_secs(1_000)).await;
        buffer[0] = 1;
        std::hint::black_box(buffer);
    }
    let program = || {
        on_two_workers(async {
            for _ in 0..4 {
                tokio::spawn(connection());
            }
        });
    };
    is_healthy(
        "healthy::tokio_console::a_future_of_some_kilobytes",
        program,
    );
}
