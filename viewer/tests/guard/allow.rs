//! What a test may leave behind.

use taskmon::testing::{self, Guard};
use tokio::sync::Notify;

use crate::support::{SHORT, forever, leaks, names, spawn_named};

/// Where [`waits_here`] waits.
const WAITS: u32 = line!() + 2;
async fn waits_here() {
    Notify::new().notified().await;
}

/// A guard of three tasks.
async fn three() -> Guard {
    let guard = testing::guard().deadline(SHORT);
    spawn_named("pool", forever());
    spawn_named("notified", waits_here());
    tokio::spawn(forever());
    // All have been polled, and so wait.
    tokio::task::yield_now().await;
    guard
}

#[tokio::test]
async fn by_name() {
    let guard = three().await.allow_named("pool").allow_named("");
    assert_eq!(names(&leaks(guard).await), ["notified"]);
}

#[tokio::test]
async fn by_where_it_waits() {
    let place = format!("tests/guard/allow.rs:{WAITS}");
    let guard = three().await.allow_waiting_at(&place);
    assert_eq!(names(&leaks(guard).await), ["pool", ""]);
}

#[tokio::test]
async fn by_the_function_in_which_it_waits() {
    let guard = three().await.allow_waiting_in("allow::waits_here");
    assert_eq!(names(&leaks(guard).await), ["pool", ""]);
}

#[tokio::test]
async fn all_that_is_left_is_allowed_and_then_there_is_no_waiting() {
    // Far longer than a test may take.
    let guard = three()
        .await
        .deadline(std::time::Duration::from_secs(3_600));
    let guard = guard
        .allow_named("pool")
        .allow_named("notified")
        .allow_named("");
    guard.assert_no_leaks().await;
}

#[tokio::test]
async fn by_where_it_was_spawned() {
    let guard = testing::guard().deadline(SHORT);
    let line = line!() + 1;
    tokio::spawn(forever());
    spawn_named("left", forever());
    let guard = guard.allow_spawned_at(&format!("guard/allow.rs:{line}"));
    assert_eq!(names(&leaks(guard).await), ["left"]);
}
