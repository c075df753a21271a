//! Programs that do what programs should not: the tables stay right, and nothing here
//! panics or blocks.

use std::future::{Future, pending, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use tokio::sync::mpsc;
use tracing_subscriber::Registry;

use super::{on_one_thread, settle};
use crate::builder::Level;
use crate::tables::{SlotKey, State, TaskEnd, WaitKind};

/// Says that it panicked on purpose.
fn panic() -> ! {
    std::panic::resume_unwind(Box::new("on purpose"))
}

#[test]
fn a_task_may_be_called_anything() {
    on_one_thread(Level::All, |tables| async move {
        let long = "日本語".repeat(5_000);
        for name in [
            "",
            "\0",
            "\u{1b}[2J\r\n",
            "\u{202e}a\u{200b}",
            "{}%n%s",
            &long,
        ] {
            let task = tokio::task::Builder::new()
                .name(name)
                .spawn(pending::<()>());
            let task = task.unwrap();
            settle().await;
            let seen = tables.task(&task);
            let known = SlotKey::from_wire(seen.what.name).map_or_else(String::new, |slot| {
                tables.0.names.get(slot).unwrap().get().to_text()
            });
            assert!(name.starts_with(&known), "{known:?}");
            assert!(
                known == name || known.len() > 100,
                "{known:?} was cut early"
            );
            assert_eq!(seen.phase.state, State::Waiting);
            task.abort();
        }
    });
}

struct PanicsWhenDropped;

impl Drop for PanicsWhenDropped {
    fn drop(&mut self) {
        panic();
    }
}

#[test]
fn what_panics_in_a_poll_in_a_drop_or_in_both_has_panicked() {
    on_one_thread(Level::All, |tables| async move {
        let in_poll = tokio::spawn(async {
            tokio::task::yield_now().await;
            panic();
        });
        let in_drop = tokio::spawn(async {
            let _held = PanicsWhenDropped;
            tokio::task::yield_now().await;
        });
        let ids = [in_poll.id(), in_drop.id()];
        assert!(in_poll.await.is_err() && in_drop.await.is_err());
        let dropped = tokio::spawn(async {
            let _held = PanicsWhenDropped;
            pending::<()>().await;
        });
        settle().await;
        let id = dropped.id();
        dropped.abort();
        let _ = dropped.await;
        settle().await;
        for id in ids {
            assert_eq!(tables.ended(id).end, TaskEnd::Panicked);
        }
        assert_ne!(tables.ended(id).end, TaskEnd::Completed);
        let left = tables.tasks();
        let left = left.iter().filter(|task| task.what.tokio_id != 0);
        // The one that looks.
        assert!(left.count() <= 1);
        // And whatever comes next is recorded.
        let (sender, _receiver) = mpsc::channel(1);
        let stuck = tokio::spawn(async move {
            for number in 0..3 {
                let _ = sender.send(number).await;
            }
        });
        settle().await;
        assert_eq!(
            tables.wait_kinds(&tables.task(&stuck)),
            [WaitKind::MpscSend]
        );
    });
}

/// A waker of the program's own, which goes on to that of a task and then panics.
struct Panics(Waker);

impl Wake for Panics {
    fn wake(self: Arc<Self>) {
        self.0.wake_by_ref();
        panic();
    }
}

#[test]
fn a_waker_that_panics_leaves_the_task_as_it_is() {
    on_one_thread(Level::All, |tables| async move {
        let (sender, mut receiver) = mpsc::channel::<u32>(1);
        let receives = tokio::spawn(async move {
            let mut receiving = std::pin::pin!(receiver.recv());
            let received = poll_fn(|context| {
                let waker = Waker::from(Arc::new(Panics(context.waker().clone())));
                receiving.as_mut().poll(&mut Context::from_waker(&waker))
            });
            received.await
        });
        settle().await;
        assert_eq!(tables.task(&receives).phase.state, State::Waiting);
        let sent = catch_unwind(AssertUnwindSafe(|| sender.try_send(7)));
        assert!(sent.is_err(), "the waker has panicked in it");
        let id = receives.id();
        assert_eq!(receives.await.unwrap(), Some(7));
        assert_eq!(tables.ended(id).end, TaskEnd::Completed);
        assert_eq!(tables.ended(id).task.wakes, 1);
    });
}

#[test]
fn another_subscriber_in_between_takes_nothing_away() {
    on_one_thread(Level::All, |tables| async move {
        // What is done under it is its own business.
        let other = tracing::Dispatch::new(Registry::default());
        let hidden = tracing::dispatcher::with_default(&other, || tokio::spawn(pending::<()>()));
        let task = tokio::spawn(poll_fn(move |context| {
            tracing::dispatcher::with_default(&other, || {
                context.waker().wake_by_ref();
                let (sender, _receiver) = mpsc::channel::<u8>(1);
                drop(sender);
            });
            Poll::<()>::Pending
        }));
        settle().await;
        let seen = tables.task(&task);
        assert!(seen.polls >= 3, "{seen:?}");
        let id: u64 = hidden.id().to_string().parse().unwrap();
        assert!(!tables.tasks().iter().any(|task| task.what.tokio_id == id));
        hidden.abort();
        task.abort();
        let id = task.id();
        let _ = task.await;
        settle().await;
        // Whether it was cancelled cannot be told: its wakes were hidden too.
        assert_ne!(tables.ended(id).end, TaskEnd::Panicked);
        let id: u64 = id.to_string().parse().unwrap();
        assert!(!tables.tasks().iter().any(|task| task.what.tokio_id == id));
    });
}

#[test]
fn a_runtime_within_a_task_of_another_is_told_from_it() {
    on_one_thread(Level::All, |tables| async move {
        let within = tables.clone();
        let outer = tokio::task::spawn_blocking({
            let dispatch = tracing::dispatcher::get_default(Clone::clone);
            move || {
                tracing::dispatcher::with_default(&dispatch, || {
                    let runtime = tokio::runtime::Builder::new_current_thread()
                        .build()
                        .unwrap();
                    let inner = runtime.spawn(pending::<()>());
                    runtime.block_on(settle());
                    let state = within.task(&inner).phase.state;
                    let id = inner.id();
                    drop(runtime);
                    (state, id)
                })
            }
        });
        let (state, id) = outer.await.unwrap();
        assert_eq!(state, State::Waiting);
        assert_eq!(tables.ended(id).end, TaskEnd::Cancelled);
    });
}

#[test]
fn a_runtime_that_is_begun_within_a_poll_panics_as_tokio_says_and_is_over() {
    on_one_thread(Level::All, |tables| async move {
        let task = tokio::spawn(async {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .build()
                .unwrap();
            let begun = catch_unwind(AssertUnwindSafe(|| runtime.block_on(async {})));
            let refused = begun.is_err();
            runtime.shutdown_background();
            refused
        });
        let id = task.id();
        assert!(task.await.unwrap());
        assert_eq!(tables.ended(id).end, TaskEnd::Completed);
    });
}
