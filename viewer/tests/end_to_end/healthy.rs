//! What is well is not flagged.

use std::time::Duration;

use taskmon::model::{TaskEnd, TaskKind};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::{interval, sleep, timeout};

use super::support::{a_task, on_two_workers, program, spawn_named};

#[test]
fn a_healthy_program_raises_no_alert() {
    let program = program("healthy::a_healthy_program_raises_no_alert", || {
        on_two_workers(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            spawn_named("echo", async move {
                loop {
                    let (mut stream, _) = listener.accept().await.unwrap();
                    spawn_named("connection", async move {
                        let (mut input, mut output) = stream.split();
                        let _ = tokio::io::copy(&mut input, &mut output).await;
                    });
                }
            });
            spawn_named("client", async move {
                loop {
                    let mut stream = TcpStream::connect(address).await.unwrap();
                    stream.write_all(b"hello").await.unwrap();
                    stream.read_exact(&mut [0; 5]).await.unwrap();
                    sleep(Duration::from_millis(5)).await;
                }
            });
            let (jobs, mut queue) = mpsc::channel::<u32>(1);
            spawn_named("idle worker", async move {
                while queue.recv().await.is_some() {}
            });
            spawn_named("clock", async move {
                let mut ticks = interval(Duration::from_millis(30));
                loop {
                    ticks.tick().await;
                    jobs.send(1).await.unwrap();
                }
            });
            let (_open, mut never) = mpsc::channel::<u32>(1);
            std::mem::forget(_open);
            spawn_named("idle for ever", async move { _ = never.recv().await });
        });
    });
    let mut watch = program.watch_patiently();
    watch.expect(a_task().named("client").that_waits_for("sleep"));
    watch.expect(a_task().named("clock").that_waits_for("interval tick"));
    watch.expect_no_alert_for(Duration::from_secs(3));
    assert_eq!(watch.model.state_counts().lost, 0);
    let connections = watch.model.sites.values().map(|site| site.spawned).max();
    assert!(
        connections > Some(20),
        "it works meanwhile: {connections:?}"
    );
}

#[test]
fn a_send_that_times_out_is_not_stuck() {
    let program = program("healthy::a_send_that_times_out_is_not_stuck", || {
        on_two_workers(async {
            let (sender, receiver) = mpsc::channel(1);
            sender.send(0).await.unwrap();
            std::mem::forget(receiver);
            spawn_named("requests", async move {
                loop {
                    let sender = sender.clone();
                    spawn_named("producer", async move {
                        let send = timeout(Duration::from_millis(100), sender.send(1));
                        send.await.unwrap_err();
                    });
                    sleep(Duration::from_millis(20)).await;
                }
            });
        });
    });
    let mut watch = program.watch_patiently();
    watch.expect(
        a_task()
            .named("producer")
            .that_waits_for("select(mpsc send | sleep)"),
    );
    watch.expect_no_alert_for(Duration::from_secs(3));
    let ended = watch
        .model
        .ended
        .iter()
        .filter(|ended| &*ended.task.name == "producer");
    assert!(ended.count() > 20);
    assert!(
        watch.model.waits.len() < 20,
        "waits end with their tasks\n{watch}"
    );
}

#[test]
fn a_send_that_is_cancelled_is_not_stuck() {
    let program = program("healthy::a_send_that_is_cancelled_is_not_stuck", || {
        on_two_workers(async {
            let (sender, receiver) = mpsc::channel(1);
            sender.send(0).await.unwrap();
            std::mem::forget(receiver);
            spawn_named("aborts", async move {
                loop {
                    let sender = sender.clone();
                    let task = spawn_named("producer", async move { _ = sender.send(1).await });
                    sleep(Duration::from_millis(50)).await;
                    task.abort();
                }
            });
        });
    });
    let mut watch = program.watch_patiently();
    watch.expect(a_task().named("producer").that_waits_for("mpsc send"));
    watch.expect_no_alert_for(Duration::from_secs(3));
    let mut ended = watch.model.ended.iter();
    let producer = ended.find(|ended| &*ended.task.name == "producer").unwrap();
    assert_eq!(producer.end, TaskEnd::Cancelled);
}

#[test]
fn the_programs_own_figures_are_shown_and_nothing_of_ours() {
    let program = program(
        "healthy::the_programs_own_figures_are_shown_and_nothing_of_ours",
        || {
            on_two_workers(async {
                spawn_named("only", std::future::pending::<()>());
            });
        },
    );
    let mut watch = program.watch();
    watch.expect(a_task().named("only"));
    let second = program.watch();
    watch.until("the second viewer", |watch| {
        (watch.model.process.watchers == 2).then_some(())
    });
    let kinds: Vec<_> = watch.model.tasks.values().map(|task| task.kind).collect();
    assert_eq!(kinds.len(), 2, "the root and one task\n{watch}");
    assert!(kinds.contains(&TaskKind::BlockOn) && kinds.contains(&TaskKind::Task));
    assert_eq!(watch.model.totals.tasks_spawned, 2);
    assert_eq!(watch.model.process.worker_threads, 2);
    assert!(watch.model.process.resident_bytes > 1_000_000);
    let said = watch.model.program.clone().unwrap();
    assert_eq!(said.pid, program.pid());
    assert_eq!(said.tokio_version.as_deref(), Some("1.54.1"));
    assert_eq!(said.missing.len(), 0);

    // One viewer that goes leaves the other alone.
    drop(second);
    watch.until("one viewer", |watch| {
        (watch.model.process.watchers == 1).then_some(())
    });
}
