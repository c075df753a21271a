//! A program that forks: its child has one thread, and none of taskmon's.

use std::future::pending;
use std::time::Duration;

use tokio::runtime;
use tokio::sync::mpsc;

use super::support::{a_task, on_two_workers, program, spawn_named};

/// What a child does that uses Tokio: tasks that wait for one another, and end.
fn child() {
    let runtime = runtime::Builder::new_current_thread().enable_time().build();
    runtime.unwrap().block_on(async {
        let (sender, mut receiver) = mpsc::channel(1);
        let sends = tokio::spawn(async move {
            for number in 0..100 {
                tokio::time::sleep(Duration::from_micros(10)).await;
                sender.send(number).await.unwrap();
            }
        });
        let mut received = 0;
        while receiver.recv().await.is_some() {
            received += 1;
        }
        sends.await.unwrap();
        assert_eq!(received, 100);
    });
}

/// Forks, and gives how the child ended.
fn forked() -> i32 {
    // SAFETY: the child calls what may be called by one thread whose process had more:
    // nothing that another thread may have held is needed by it but for the allocator,
    // which glibc makes whole again. It ends without running what is to run at an end.
    unsafe {
        match libc::fork() {
            0 => {
                // Ended by the system should it hang.
                libc::alarm(30);
                let ended_well = std::panic::catch_unwind(child).is_ok();
                libc::_exit(i32::from(!ended_well))
            }
            pid => {
                let mut status = -1;
                libc::waitpid(pid, &raw mut status, 0);
                status
            }
        }
    }
}

#[test]
fn a_child_uses_tokio_and_the_program_is_seen_as_before() {
    let program = program(
        "forked::a_child_uses_tokio_and_the_program_is_seen_as_before",
        || {
            on_two_workers(async {
                spawn_named("works", async {
                    loop {
                        tokio::time::sleep(Duration::from_millis(1)).await;
                    }
                });
                for _ in 0..5 {
                    let status = tokio::task::spawn_blocking(forked).await;
                    assert_eq!(status.unwrap(), 0, "the child has not ended well");
                }
                // Not before all children ended well.
                spawn_named("the end", pending::<()>());
            });
        },
    );
    let mut watch = program.watch();
    watch.expect(a_task().named("the end"));
    let polls = watch.expect(a_task().named("works")).polls;
    watch.until("the task that works", |watch| {
        let works = watch.model.tasks.values().find(|it| &*it.name == "works")?;
        (works.polls > polls).then_some(())
    });
}
