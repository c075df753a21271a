//! Leaks are found, with their line.

use std::time::Duration;

use taskmon::testing;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

use crate::support::{SHORT, forever, leaks, names, spawn_named};

/// The producer of the story: it sends into a channel that nobody reads, and someone
/// keeps the receiver.
fn new_producer() -> (mpsc::Receiver<u32>, u32, u32) {
    let (sender, receiver) = mpsc::channel(3);
    let spawn_line = line!() + 1;
    tokio::spawn(async move {
        for number in 0.. {
            if sender.send(number).await.is_err() {
                break;
            }
        }
    });
    (receiver, spawn_line, spawn_line + 2)
}

#[tokio::test]
async fn a_send_that_nobody_receives_is_shown_with_its_line() {
    let guard = testing::guard();
    let (_receiver, spawn_line, send_line) = new_producer();
    let leaks = leaks(guard).await;
    assert_eq!(leaks.tasks().len(), 1);
    let text = leaks.to_string();
    for expected in [
        "1 task that this test spawned is still alive after 300ms (asserted at ",
        "[mpsc send, ",
        "waiting on channel ch#",
        "(3/3 full, 1 sender waiting), nothing was ever received\n",
        "leaks::new_producer",
        &format!("viewer/tests/guard/leaks.rs:{send_line}:"),
        &format!("viewer/tests/guard/leaks.rs:{spawn_line}:5, "),
        "End them (",
    ] {
        assert!(text.contains(expected), "{expected:?} in:\n{text}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_many_threads_a_leak_is_found_as_well() {
    let guard = testing::guard();
    let (_receiver, _, send_line) = new_producer();
    let text = leaks(guard).await.to_string();
    let expected = format!("viewer/tests/guard/leaks.rs:{send_line}:");
    assert!(text.contains(&expected), "{text}");
}

#[tokio::test]
#[should_panic(expected = "1 task that this test spawned is still alive after 300ms")]
async fn an_assertion_panics_with_the_leaks() {
    let guard = testing::guard().deadline(SHORT);
    tokio::spawn(forever());
    guard.assert_no_leaks().await;
}

#[tokio::test]
async fn what_ends_within_the_deadline_is_no_leak() {
    let patient = testing::guard().deadline(Duration::from_secs(60));
    let impatient = testing::guard();
    let (sender, receiver) = oneshot::channel::<()>();
    tokio::spawn(receiver);
    let ends = async {
        leaks(impatient).await;
        drop(sender);
    };
    tokio::join!(patient.assert_no_leaks(), ends);
}

#[tokio::test]
async fn the_receiver_that_is_dropped_ends_the_producer() {
    let guard = testing::guard();
    let (receiver, ..) = new_producer();
    drop(receiver);
    guard.assert_no_leaks().await;
}

#[tokio::test]
async fn a_task_whose_spawners_have_all_ended_is_found() {
    let guard = testing::guard();
    let (ended, all) = oneshot::channel();
    spawn_named("first", async {
        spawn_named("second", async {
            spawn_named("third", async {
                spawn_named("left", forever());
                ended.send(()).unwrap();
            });
        });
    });
    all.await.unwrap();
    // So many that nothing remembers the first ones.
    for _ in 0..3_000 {
        tokio::spawn(async {}).await.unwrap();
    }
    assert_eq!(names(&leaks(guard).await), ["left"]);
}

#[tokio::test]
async fn of_a_join_set_those_are_left_that_it_does_not_end() {
    let guard = testing::guard();
    let mut set = JoinSet::new();
    for name in ["ends", "is aborted", "panics", "is left"] {
        let task = async move {
            match name {
                "ends" => {}
                "panics" => std::panic::resume_unwind(Box::new("as it should")),
                _ => forever().await,
            }
        };
        let handle = set.build_task().name(name).spawn(task).unwrap();
        if name == "is aborted" {
            handle.abort();
        }
    }
    for _ in 0..3 {
        set.join_next().await.unwrap().ok();
    }
    assert_eq!(names(&leaks(guard).await), ["is left"]);

    let guard = testing::guard();
    set.shutdown().await;
    guard.assert_no_leaks().await;
}

#[tokio::test]
async fn what_select_drops_is_no_leak_and_what_it_has_spawned_is() {
    let guard = testing::guard();
    let spawns = async {
        spawn_named("left by select", forever());
        forever().await
    };
    tokio::select! {
        biased;
        () = spawns => {}
        () = tokio::task::yield_now() => {}
    }
    assert_eq!(names(&leaks(guard).await), ["left by select"]);
}

#[tokio::test]
async fn a_task_that_only_yields_is_a_leak() {
    let guard = testing::guard();
    let busy = spawn_named("busy", async {
        loop {
            tokio::task::yield_now().await;
        }
    });
    assert_eq!(names(&leaks(guard).await), ["busy"]);
    busy.abort();
}

#[tokio::test]
async fn tasks_that_each_spawn_their_successor_are_a_leak() {
    fn next(name: &'static str) {
        spawn_named(name, async move {
            tokio::time::sleep(Duration::from_millis(30)).await;
            next(name);
        });
    }
    let guard = testing::guard();
    next("again");
    assert_eq!(names(&leaks(guard).await), ["again"]);
}

#[tokio::test]
async fn a_guard_looks_again_as_often_as_it_is_asked() {
    let guard = testing::guard().deadline(SHORT);
    let left = spawn_named("left", forever());
    assert!(guard.check_no_leaks().await.is_err());
    left.abort();
    assert!(guard.check_no_leaks().await.is_ok());
}
