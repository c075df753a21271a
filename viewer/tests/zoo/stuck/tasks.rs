//! Tasks that cannot run, that do not let others run, and that are too many or too
//! large.

use std::future::{pending, poll_fn};
use std::task::Poll;
use std::time::Duration;

use tokio::time::sleep;

use crate::keeper::is_stuck;
use crate::support::on_two_workers;

#[test]
fn a_future_that_forgets_its_waker() {
    let test = "stuck::tasks::a_future_that_forgets_its_waker";
    let program = || {
        on_two_workers(async {
            let mut ready = false;
            let forgetful = poll_fn(move |_| match std::mem::replace(&mut ready, false) {
                true => Poll::Ready(()),
                false => Poll::Pending,
            });
            tokio::spawn(forgetful); // HERE: no waker is kept
        });
    };
    let expected = [("lost-waker", "no waker is kept")];
    is_stuck(test, file!(), program, &expected);
}

#[test]
fn a_worker_that_is_blocked() {
    async fn blocks() {
        sleep(Duration::from_millis(1)).await;
        std::thread::sleep(Duration::from_secs(1_000));
    }
    fn one_worker() {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build();
        runtime.unwrap().block_on(async {
            tokio::spawn(blocks()); // HERE: blocks
            std::thread::sleep(Duration::from_millis(100));
            tokio::spawn(sleep(Duration::from_secs(1_000))); // HERE: could run
            pending::<()>().await;
        });
    }
    let test = "stuck::tasks::a_worker_that_is_blocked";
    let expected = [("busy-poll", "blocks"), ("starved", "could run")];
    is_stuck(test, file!(), one_worker, &expected);
}

#[test]
fn spawns_that_leak() {
    let test = "stuck::tasks::spawns_that_leak";
    let program = || {
        on_two_workers(async {
            loop {
                tokio::spawn(sleep(Duration::from_secs(1_000))); // HERE: never ends
                // What comes and goes beside it is fine.
                tokio::spawn(sleep(Duration::from_millis(30)));
                sleep(Duration::from_millis(10)).await;
            }
        });
    };
    is_stuck(test, file!(), program, &[("task-growth", "never ends")]);
}

#[test]
fn futures_that_are_large() {
    async fn with_buffer<const SIZE: usize>() {
        let mut buffer = [0_u8; SIZE];
        sleep(Duration::from_secs(1_000)).await;
        buffer[0] = 1;
        std::hint::black_box(buffer);
    }
    let test = "stuck::tasks::futures_that_are_large";
    let program = || {
        on_two_workers(async {
            tokio::spawn(with_buffer::<1_500>()); // HERE: large
            tokio::spawn(with_buffer::<20_000>()); // HERE: boxed
        });
    };
    let expected = [("large-future", "large"), ("boxed-future", "boxed")];
    is_stuck(test, file!(), program, &expected);
}
