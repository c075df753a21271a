//! What a guard sees, and what it does not.

use std::time::Duration;

use taskmon::testing;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};
use tokio::task::{LocalSet, spawn_blocking};

use crate::support::{SHORT, forever, leaks, names, runtime, spawn_named};

#[tokio::test]
async fn what_was_there_before_the_guard_may_stay() {
    let _outer = testing::guard();
    spawn_named("before", forever());
    let guard = testing::guard();
    guard.assert_no_leaks().await;
    let guard = testing::guard();
    spawn_named("after", forever());
    assert_eq!(names(&leaks(guard).await), ["after"]);
}

#[tokio::test]
async fn what_a_task_from_before_the_guard_spawns_later_is_seen() {
    let _outer = testing::guard();
    let (requests, mut accepted) = mpsc::channel::<()>(1);
    // A server of a fixture, and one request that does not end.
    spawn_named("server", async move {
        while accepted.recv().await.is_some() {
            spawn_named("request", forever());
        }
    });
    tokio::task::yield_now().await;
    let guard = testing::guard();
    requests.send(()).await.unwrap();
    assert_eq!(names(&leaks(guard).await), ["request"]);
}

#[tokio::test]
async fn nested_guards_see_what_was_spawned_since_each_was_made() {
    let outer = testing::guard();
    spawn_named("one", forever());
    let inner = testing::guard();
    spawn_named("two", forever());
    assert_eq!(names(&leaks(inner).await), ["two"]);
    spawn_named("three", forever());
    assert_eq!(names(&leaks(outer).await), ["one", "two", "three"]);
}

#[tokio::test]
async fn whoever_asks_is_no_leak() {
    let guard = testing::guard();
    // The guard is at home in a task as well.
    tokio::spawn(async move {
        let asks = async move {
            spawn_named("left", forever());
            assert_eq!(names(&leaks(guard).await), ["left"]);
        };
        tokio::spawn(asks).await.unwrap();
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn handles_local_sets_and_blocking_closures_hand_the_test_on() {
    let guard = testing::guard();
    let by_handle = tokio::task::Builder::new().name("by a handle");
    by_handle.spawn_on(forever(), &Handle::current()).unwrap();
    let local = LocalSet::new();
    let in_set = tokio::task::Builder::new().name("local");
    in_set.spawn_local_on(forever(), &local).unwrap();
    spawn_blocking(|| spawn_named("by a closure", forever()))
        .await
        .unwrap();
    let in_block_on = async { drop(spawn_named("by block_on in a closure", forever())) };
    spawn_blocking(|| Handle::current().block_on(in_block_on))
        .await
        .unwrap();
    let expected = [
        "by a handle",
        "local",
        "by a closure",
        "by block_on in a closure",
    ];
    assert_eq!(names(&leaks(guard).await), expected);
    drop(local);
}

#[tokio::test]
async fn a_blocking_closure_that_does_not_return_is_a_leak() {
    let guard = testing::guard().deadline(SHORT);
    let (release, wait) = std::sync::mpsc::channel::<()>();
    spawn_blocking(move || _ = wait.recv());
    let found = guard.check_no_leaks().await.unwrap_err().to_string();
    assert!(found.contains("no stack while it runs, on "), "{found}");
    assert!(found.contains("blocking task spawned"), "{found}");
    drop(release);
    guard
        .deadline(Duration::from_secs(60))
        .assert_no_leaks()
        .await;
}

/// Documented as what a guard does not see.
#[tokio::test]
async fn what_a_plain_thread_spawns_is_nobodys() {
    let guard = testing::guard();
    let handle = Handle::current();
    let spawn = move || _ = handle.spawn(forever());
    std::thread::spawn(spawn).join().unwrap();
    guard.assert_no_leaks().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn block_in_place_and_runtimes_within_leave_no_workers_behind() {
    let guard = testing::guard().deadline(Duration::from_secs(60));
    tokio::spawn(async {
        tokio::task::block_in_place(|| {
            Handle::current().block_on(async { tokio::task::yield_now().await });
        });
    })
    .await
    .unwrap();
    spawn_blocking(|| runtime(2).block_on(async { tokio::spawn(async {}).await.unwrap() }))
        .await
        .unwrap();
    guard.assert_no_leaks().await;
}

#[test]
fn a_test_without_a_runtime_of_its_own_is_guarded_as_well() {
    let guard = testing::guard().deadline(SHORT);
    for workers in [0, 2] {
        let one = runtime(workers);
        one.block_on(async { drop(spawn_named("left", forever())) });
        let leaks = one.block_on(guard.check_no_leaks()).unwrap_err();
        assert_eq!(names(&leaks), ["left"]);
        drop(one);
        // With its runtime, the task is gone.
        runtime(0).block_on(guard.assert_no_leaks());
    }
}

#[tokio::test(start_paused = true)]
async fn with_a_paused_clock_a_guard_neither_hangs_nor_sees_ghosts() {
    let guard = testing::guard();
    let hour = tokio::spawn(tokio::time::sleep(Duration::from_secs(3_600)));
    hour.await.unwrap();
    guard.assert_no_leaks().await;
    spawn_named("left", forever());
    assert_eq!(names(&leaks(guard).await), ["left"]);
}

#[tokio::test]
async fn a_task_that_panicked_and_one_whose_output_nobody_took_are_over() {
    let guard = testing::guard();
    let panics = tokio::spawn(async { panics().await });
    let done = tokio::spawn(async { vec![1] });
    let (told, tell) = oneshot::channel();
    let last = tokio::spawn(async { told.send(()) });
    tell.await.unwrap();
    guard.assert_no_leaks().await;
    drop((panics, done, last));
}

async fn panics() {
    std::panic::resume_unwind(Box::new("as it should"))
}
