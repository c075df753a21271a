//! What is stuck is flagged.

use std::sync::Arc;
use std::time::Duration;

use taskmon::model::{ResourceKind, SiteRole, StackCapture, TaskState};
use taskmon::rules::{Severity, Thresholds};
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::time::{interval, sleep};

use super::support::{
    a_stuck_producer, a_task, on_two_workers, program, program_with, spawn_named,
};

#[test]
fn a_stuck_send_is_flagged_with_its_task_and_channel() {
    let program = program(
        "stuck::a_stuck_send_is_flagged_with_its_task_and_channel",
        a_stuck_producer,
    );
    let mut watch = program.watch();
    let producer = a_task().named("producer").that_waits_for("mpsc send");
    let task = watch.expect(producer.since(Duration::from_millis(300)));
    assert_eq!(task.state, TaskState::Waiting);
    assert_eq!(task.polls, 1);
    let alert = watch.expect_alert("send-stall");
    assert_eq!(alert.severity, Severity::Error);
    assert_eq!(alert.tasks, 1);
    assert_eq!(alert.example.task, task.key);
    assert_eq!(&*alert.example.name, "producer");
    assert_eq!(alert.example.wait, "mpsc send");
    assert_eq!(
        alert.example.resource.as_deref(),
        Some("ch#1 (3/3 full, 1 sender waiting)")
    );
    assert!(alert.longest >= Duration::from_millis(300));
    let site = alert.site.unwrap();
    assert!(site.file.ends_with("tests/end_to_end/support.rs"), "{site}");

    // The clock of the wait goes on.
    let longest = alert.longest;
    watch.until("a longer wait", |watch| {
        let alert = &watch.alerts.active()[0];
        (alert.longest > longest + Duration::from_millis(100)).then_some(())
    });
}

#[test]
fn an_alert_names_the_line_that_waits_unless_stacks_are_off() {
    let test = "stuck::an_alert_names_the_line_that_waits_unless_stacks_are_off";
    let off = [("TASKMON_STACKS", "off")];
    let program = program_with(test, &off, a_stuck_producer);
    let mut watch = program.watch();
    let without = watch.expect_alert("send-stall");
    let capture = watch.model.program.as_ref().unwrap().stack_capture;
    assert_eq!(capture, StackCapture::Off);
    assert_eq!(without.site_role, SiteRole::Spawned);
    assert_eq!(without.example.stack, None);
    assert_eq!(
        watch.model.every_wait().count(),
        1,
        "the operation is known"
    );

    let program = program_with(test, &[], a_stuck_producer);
    let with = program.watch().expect_alert("send-stall");
    assert_eq!(with.site_role, SiteRole::Waits);
    // The send is a line of the future that was spawned some lines before.
    let (send, spawn) = (with.site.unwrap(), without.site.unwrap());
    assert_eq!(send.file, spawn.file);
    assert!(send.line != spawn.line && send.line.abs_diff(spawn.line) < 30);
}

#[test]
fn senders_on_one_channel_are_counted() {
    let program = program("stuck::senders_on_one_channel_are_counted", || {
        on_two_workers(async {
            let (sender, receiver) = mpsc::channel(1);
            for _ in 0..4 {
                let sender = sender.clone();
                spawn_named("producer", async move {
                    for number in 0.. {
                        sender.send(number).await.unwrap();
                    }
                });
            }
            std::mem::forget(receiver);
        });
    });
    let mut watch = program.watch();
    let alert = watch.until("all of them", |watch| {
        let alert = watch.alerts.active().first()?;
        (alert.tasks == 4).then(|| alert.clone())
    });
    assert_eq!(
        alert.example.resource.as_deref(),
        Some("ch#1 (1/1 full, 4 senders waiting)")
    );
}

#[test]
fn a_channel_that_moves_too_slowly_is_a_warning() {
    let program = program(
        "stuck::a_channel_that_moves_too_slowly_is_a_warning",
        || {
            on_two_workers(async {
                let (sender, mut receiver) = mpsc::channel(1);
                for _ in 0..40 {
                    let sender = sender.clone();
                    spawn_named("producer", async move {
                        loop {
                            sender.send(()).await.unwrap();
                        }
                    });
                }
                spawn_named("consumer", async move {
                    loop {
                        sleep(Duration::from_millis(60)).await;
                        receiver.recv().await;
                    }
                });
            });
        },
    );
    let mut watch = program.watch();
    let alert = watch.until("a warning", |watch| {
        let mut alerts = watch.alerts.active().iter();
        alerts
            .find(|alert| alert.severity == Severity::Warning)
            .cloned()
    });
    assert_eq!(alert.rule, "send-stall");
    assert!(
        alert.message.contains("the channel moves"),
        "{}",
        alert.message
    );
    let consumer = watch.expect(a_task().named("consumer"));
    let mut channels = watch.model.resources.values();
    let channel = channels.find(|resource| resource.kind == ResourceKind::Mpsc);
    assert_eq!(channel.unwrap().last_taker, Some(consumer.key));
}

#[test]
fn a_send_in_a_select_that_ticks_is_one_send_that_is_stuck() {
    let program = program(
        "stuck::a_send_in_a_select_that_ticks_is_one_send_that_is_stuck",
        || {
            on_two_workers(async {
                let (pinned_sender, receiver) = mpsc::channel(1);
                std::mem::forget(receiver);
                let (sender, receiver) = mpsc::channel(1);
                std::mem::forget(receiver);
                spawn_named("pinned", async move {
                    let mut ticks = interval(Duration::from_millis(20));
                    pinned_sender.send(0).await.unwrap();
                    let send = pinned_sender.send(1);
                    tokio::pin!(send);
                    loop {
                        tokio::select! {
                            _ = &mut send => break,
                            _ = ticks.tick() => {}
                        }
                    }
                });
                spawn_named("anew", async move {
                    let mut ticks = interval(Duration::from_millis(20));
                    loop {
                        tokio::select! {
                            _ = sender.send(1) => {}
                            _ = ticks.tick() => {}
                        }
                    }
                });
            });
        },
    );
    let mut watch = program.watch();
    for name in ["pinned", "anew"] {
        let task = a_task()
            .named(name)
            .that_waits_for("select(mpsc send | interval tick)")
            .since(Duration::from_millis(300));
        assert!(watch.expect(task).polls > 5);
    }
    // One alert for each line.
    let since = watch.until("both of them", |watch| {
        let alerts = watch.alerts.active();
        (alerts.len() == 2).then(|| alerts[0].since.max(alerts[1].since))
    });
    // They do not flicker as the tasks are polled.
    let start = watch.model.now;
    watch.until("a second to pass", |watch| {
        let alerts = watch.alerts.active();
        assert_eq!(alerts.len(), 2, "the alerts stay");
        for alert in alerts {
            assert_eq!(alert.rule, "send-stall");
            assert!(alert.since <= since);
        }
        (watch.model.now.since(start) > Duration::from_secs(1)).then_some(())
    });
    assert_eq!(watch.alerts.past().len(), 0);
}

#[test]
fn a_mutex_held_across_a_stuck_await_is_flagged_with_its_holder() {
    let program = program(
        "stuck::a_mutex_held_across_a_stuck_await_is_flagged_with_its_holder",
        || {
            on_two_workers(async {
                let lock = Arc::new(Mutex::new(()));
                let (never, wait) = oneshot::channel::<()>();
                std::mem::forget(never);
                let held = Arc::clone(&lock);
                let (locked, is_locked) = oneshot::channel();
                spawn_named("holder", async move {
                    let _guard = held.lock().await;
                    locked.send(()).unwrap();
                    let _ = wait.await;
                });
                is_locked.await.unwrap();
                spawn_named("waiter", async move { drop(lock.lock().await) });
            });
        },
    );
    let mut watch = program.watch();
    let waiter = watch.expect(a_task().named("waiter").that_waits_for("mutex lock"));
    let alert = watch.expect_alert("lock-stall");
    assert_eq!(alert.example.task, waiter.key);
    assert_eq!(alert.severity, Severity::Error);
    let holder = watch.expect(a_task().named("holder"));
    let said = format!(
        "it is held by task {} \"holder\", which waits for oneshot recv on oneshot#",
        holder.tokio_id
    );
    assert!(alert.message.contains(&said), "{}", alert.message);
}

#[test]
fn a_task_that_nobody_can_wake_is_lost() {
    let program = program("stuck::a_task_that_nobody_can_wake_is_lost", || {
        on_two_workers(async {
            spawn_named(
                "forgetful",
                std::future::poll_fn(|_| std::task::Poll::<()>::Pending),
            );
        });
    });
    let mut watch = program.watch();
    let lost = watch.expect(a_task().named("forgetful").that_is(TaskState::Lost));
    let alert = watch.expect_alert("lost-waker");
    assert_eq!((alert.tasks, alert.example.task), (1, lost.key));
}

#[test]
fn a_poll_that_does_not_yield_is_flagged_while_it_runs_and_after() {
    let program = program(
        "stuck::a_poll_that_does_not_yield_is_flagged_while_it_runs_and_after",
        || {
            on_two_workers(async {
                spawn_named("runs", async {
                    loop {
                        std::hint::spin_loop();
                    }
                });
                spawn_named("ran", async {
                    std::thread::sleep(Duration::from_millis(400));
                    std::future::pending::<()>().await;
                });
            });
        },
    );
    let mut watch = program.watch_with(Thresholds {
        poll: Duration::from_millis(200),
        first_poll: Duration::MAX,
        ..Thresholds::default()
    });
    let alert = watch.until("both of them", |watch| {
        let mut alerts = watch.alerts.active().iter();
        alerts
            .find(|alert| alert.rule == "busy-poll" && alert.tasks == 2)
            .cloned()
    });
    assert_eq!(alert.severity, Severity::Warning);
    watch.expect(a_task().named("runs").that_is(TaskState::Running));
}
