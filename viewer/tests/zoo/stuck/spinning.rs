//! Tasks that run and get nowhere.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;

use crate::keeper::is_stuck;
use crate::support::on_two_workers;

#[test]
fn a_loop_that_never_yields() {
    async fn spin(ready: Arc<AtomicBool>) {
        while !ready.load(Ordering::Relaxed) {
            std::hint::spin_loop();
        }
    }
    let test = "stuck::spinning::a_loop_that_never_yields";
    let program = || {
        on_two_workers(async {
            tokio::spawn(spin(Arc::default())); // HERE: never yields
        });
    };
    is_stuck(test, file!(), program, &[("never-yielded", "never yields")]);
}

#[test]
fn a_future_that_wakes_itself_again_and_again() {
    let test = "stuck::spinning::a_future_that_wakes_itself_again_and_again";
    let program = || {
        on_two_workers(async {
            let ready = Arc::new(AtomicBool::new(false));
            let spinner = poll_fn(move |context| match ready.load(Ordering::Relaxed) {
                true => Poll::Ready(()),
                false => {
                    context.waker().wake_by_ref();
                    Poll::Pending
                }
            });
            tokio::spawn(spinner); // HERE: wakes itself
        });
    };
    is_stuck(test, file!(), program, &[("self-wake", "wakes itself")]);
}

#[test]
fn a_loop_that_does_nothing_but_yield() {
    let test = "stuck::spinning::a_loop_that_does_nothing_but_yield";
    let program = || {
        on_two_workers(async {
            let ready = Arc::new(AtomicBool::new(false));
            tokio::spawn(async move {
                while !ready.load(Ordering::Relaxed) {
                    tokio::task::yield_now().await; // HERE: only yields
                }
            });
        });
    };
    is_stuck(test, file!(), program, &[("self-wake", "only yields")]);
}
