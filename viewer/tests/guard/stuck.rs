//! What is stuck in a test that goes on.

use std::sync::Arc;
use std::time::{Duration, Instant};

use taskmon::testing::{self, Guard, Stuck};
use tokio::sync::{Mutex, Notify, mpsc};

use crate::support::{forever, spawn_named};

/// Long enough to be stuck, in these tests.
const THRESHOLD: Duration = Duration::from_millis(200);
const DEADLINE: Duration = Duration::from_secs(40);

/// Asks until something is stuck.
async fn stuck(guard: &Guard) -> Stuck {
    let begun = Instant::now();
    loop {
        if let Err(stuck) = guard.check_nothing_stuck(THRESHOLD).await {
            return stuck;
        }
        assert!(begun.elapsed() < DEADLINE, "nothing is stuck");
    }
}

#[tokio::test]
async fn a_send_that_nobody_receives_is_stuck() {
    let guard = testing::guard();
    let (sender, _receiver) = mpsc::channel(1);
    let line = line!() + 1;
    let sends = async move { while sender.send(0).await.is_ok() {} };
    spawn_named("producer", sends);
    tokio::task::yield_now().await;
    let hour = Duration::from_secs(3_600);
    guard.assert_nothing_stuck(hour).await;
    let stuck = stuck(&guard).await;
    assert_eq!(stuck.alerts()[0].rule, "send-stall");
    let text = stuck.to_string();
    let place = format!("error: send-stall: waiting at viewer/tests/guard/stuck.rs:{line}:");
    assert!(
        text.starts_with("tasks of this test are stuck (asserted at "),
        "{text}"
    );
    assert!(text.contains(&place), "{text}");
    assert!(text.contains("\"producer\" [mpsc send]"), "{text}");
}

#[tokio::test]
async fn a_lock_that_is_not_given_back_is_stuck_unless_it_is_allowed() {
    let guard = testing::guard();
    let lock = Arc::new(Mutex::new(()));
    let held = Arc::clone(&lock).lock_owned().await;
    spawn_named("waits", async move { drop(lock.lock().await) });
    tokio::task::yield_now().await;
    assert_eq!(stuck(&guard).await.alerts()[0].rule, "lock-stall");
    guard
        .allow_named("waits")
        .assert_nothing_stuck(THRESHOLD)
        .await;
    drop(held);
}

#[tokio::test]
async fn a_task_that_nothing_can_wake_is_stuck() {
    let guard = testing::guard();
    spawn_named("lost", forever());
    tokio::task::yield_now().await;
    assert_eq!(stuck(&guard).await.alerts()[0].rule, "lost-waker");
}

#[tokio::test]
async fn a_server_that_waits_for_work_is_not_stuck() {
    let guard = testing::guard();
    let (work, mut worker) = mpsc::channel::<()>(1);
    tokio::spawn(async move { worker.recv().await });
    let notify = Arc::new(Notify::new());
    let notified = Arc::clone(&notify);
    tokio::spawn(async move { notified.notified().await });
    // One that waits no longer than they do, and is stuck by now.
    let (sender, receiver) = mpsc::channel(1);
    let sends = async move { while sender.send(0).await.is_ok() {} };
    let producer = spawn_named("producer", sends);
    tokio::task::yield_now().await;
    let stuck = stuck(&guard).await;
    let names: Vec<_> = stuck.alerts().iter().map(|it| &*it.example.name).collect();
    assert_eq!(names, ["producer"]);
    drop(receiver);
    producer.await.unwrap();
    guard.assert_nothing_stuck(THRESHOLD).await;
    drop((work, notify));
}

/// The tests beside it are stuck all the time.
#[tokio::test]
#[should_panic(expected = "send-stall")]
async fn an_assertion_panics_with_what_is_stuck() {
    let guard = testing::guard();
    let (sender, _receiver) = mpsc::channel(1);
    tokio::spawn(async move { while sender.send(0).await.is_ok() {} });
    tokio::task::yield_now().await;
    stuck(&guard).await;
    guard.assert_nothing_stuck(THRESHOLD).await;
}
