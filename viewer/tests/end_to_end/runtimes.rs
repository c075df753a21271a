//! Whatever the program does with its runtimes and tasks, the states are right.

use std::io::Read;
use std::thread;
use std::time::Duration;

use taskmon::model::{TaskEnd, TaskKind, TaskState};
use tokio::runtime;
use tokio::sync::mpsc;
use tokio::task::{LocalSet, yield_now};

use super::support::{a_task, on_two_workers, program, spawn_named, until_told};

/// Forever, without a runtime.
fn park() -> ! {
    loop {
        thread::park();
    }
}

#[test]
fn tasks_of_a_runtime_that_was_shut_down_are_gone() {
    let program = program(
        "runtimes::tasks_of_a_runtime_that_was_shut_down_are_gone",
        || {
            for round in 0..3 {
                let runtime = runtime::Runtime::new().unwrap();
                runtime.block_on(async {
                    for _ in 0..50 {
                        spawn_named("left", std::future::pending::<()>());
                    }
                    for _ in 0..20 {
                        yield_now().await;
                    }
                });
                if round == 1 {
                    runtime.shutdown_background();
                }
            }
            // Another runtime, on which all goes on.
            on_two_workers(async {
                spawn_named("goes on", std::future::pending::<()>());
            });
        },
    );
    let mut watch = program.watch();
    watch.expect(a_task().named("goes on"));
    watch.expect_no(a_task().named("left"));
    assert_eq!(watch.model.tasks.len(), 2, "{watch}");
    let totals = watch.model.totals;
    assert_eq!(
        (totals.tasks_spawned, totals.tasks_ended),
        (3 * 51 + 2, 3 * 51)
    );
    let left = watch
        .model
        .ended
        .iter()
        .filter(|ended| &*ended.task.name == "left");
    // The task that a worker drops right after it was the last that it polled looks
    // as one that has returned; there can be one for each worker of each runtime.
    let mut workers = 3 * thread::available_parallelism().unwrap().get();
    for ended in left {
        assert!(ended.task.polls <= 1);
        if ended.end != TaskEnd::Cancelled {
            assert_eq!(ended.end, TaskEnd::Completed);
            workers = workers.checked_sub(1).expect("no more than workers");
        }
    }
    assert_eq!(watch.model.process.worker_threads, 2);
}

#[test]
fn runtimes_of_all_kinds_are_seen_side_by_side() {
    let program = program(
        "runtimes::runtimes_of_all_kinds_are_seen_side_by_side",
        || {
            thread::spawn(|| {
                let runtime = runtime::Builder::new_current_thread().build().unwrap();
                runtime.block_on(async {
                    let (sender, receiver) = mpsc::channel(1);
                    std::mem::forget(receiver);
                    spawn_named("on one thread", async move {
                        sender.send(1).await.unwrap();
                        sender.send(2).await.unwrap();
                    });
                    std::future::pending::<()>().await;
                });
            });
            thread::spawn(|| {
                let runtime = runtime::Builder::new_current_thread().build().unwrap();
                let local = LocalSet::new();
                local.block_on(&runtime, async {
                    let (sender, receiver) = mpsc::channel(1);
                    std::mem::forget(receiver);
                    tokio::task::Builder::new()
                        .name("local")
                        .spawn_local(async move {
                            sender.send(1).await.unwrap();
                            sender.send(2).await.unwrap();
                        })
                        .unwrap();
                    std::future::pending::<()>().await;
                });
            });
            on_two_workers(async {
                let (sender, mut receiver) = mpsc::channel::<()>(1);
                std::mem::forget(sender);
                spawn_named("on two workers", async move { _ = receiver.recv().await });
                tokio::task::Builder::new()
                    .name("blocking")
                    .spawn_blocking(|| park())
                    .unwrap();
            });
        },
    );
    let mut watch = program.watch();
    for name in ["on one thread", "local"] {
        watch.expect(a_task().named(name).that_waits_for("mpsc send"));
    }
    let local = watch.expect(a_task().named("local"));
    assert_eq!(local.kind, TaskKind::Local);
    let blocking = watch.expect(a_task().named("blocking").that_is(TaskState::Running));
    assert_eq!(blocking.kind, TaskKind::Blocking);
    watch.expect(a_task().named("on two workers").that_is(TaskState::Waiting));
    watch.expect_alert("send-stall");
}

#[test]
fn aborted_and_panicking_tasks_end_as_they_did() {
    let program = program(
        "runtimes::aborted_and_panicking_tasks_end_as_they_did",
        || {
            std::panic::set_hook(Box::new(|_| {}));
            on_two_workers(async {
                let (waits, is_waiting) = tokio::sync::oneshot::channel();
                let aborted = spawn_named("aborted", async {
                    waits.send(()).unwrap();
                    tokio::time::sleep(Duration::from_secs(600)).await;
                });
                is_waiting.await.unwrap();
                // Soon after a poll an abort looks like an end.
                until_told("a while", |model| {
                    let mut tasks = model.tasks.values();
                    let aborted = tasks.find(|task| &*task.name == "aborted");
                    aborted.is_some_and(|aborted| {
                        aborted.state == TaskState::Waiting
                            && aborted.state_for(model.now) > Duration::from_millis(1)
                    })
                })
                .await;
                aborted.abort();
                let _ = aborted.await;
                let _ = spawn_named("panics", async { panic!("as it should") }).await;
                // One that panics again while its future is dropped.
                struct Bomb;
                impl Drop for Bomb {
                    fn drop(&mut self) {
                        panic!("in a drop");
                    }
                }
                let (started, has_started) = tokio::sync::oneshot::channel();
                let dropped = spawn_named("panics in drop", async {
                    let _bomb = Bomb;
                    started.send(()).unwrap();
                    std::future::pending::<()>().await;
                });
                has_started.await.unwrap();
                dropped.abort();
                let _ = dropped.await;
                spawn_named("completes", yield_now()).await.unwrap();
                spawn_named("after", std::future::pending::<()>());
            });
        },
    );
    let mut watch = program.watch();
    watch.expect(a_task().named("after"));
    let ends = |name: &str| {
        let mut ended = watch.model.ended.iter();
        let found = ended.find(|ended| &*ended.task.name == name);
        found.map(|ended| ended.end)
    };
    assert_eq!(ends("aborted"), Some(TaskEnd::Cancelled));
    assert_eq!(ends("panics"), Some(TaskEnd::Panicked));
    assert_eq!(ends("panics in drop"), Some(TaskEnd::Panicked));
    assert_eq!(ends("completes"), Some(TaskEnd::Completed));
    assert_eq!(watch.model.tasks.len(), 2, "{watch}");
}

#[test]
fn a_program_with_tasks_and_viewers_left_ends_at_once() {
    let program = program(
        "runtimes::a_program_with_tasks_and_viewers_left_ends_at_once",
        || {
            let runtime = runtime::Runtime::new().unwrap();
            let _guard = runtime.enter();
            for _ in 0..1_000 {
                spawn_named("forgotten", std::future::pending::<()>());
            }
            let _ = std::io::stdin().lock().read_to_end(&mut Vec::new());
            std::mem::forget(runtime);
        },
    );
    let mut watch = program.watch();
    watch.until("all tasks", |watch| {
        (watch.model.tasks.len() == 1_000).then_some(())
    });
    assert!(program.ends_well());
}

#[test]
fn the_counts_are_exact_after_a_storm_that_was_watched() {
    const TASKS: u64 = 200_000;
    let program = program(
        "runtimes::the_counts_are_exact_after_a_storm_that_was_watched",
        || {
            on_two_workers(async {
                let storm = (0..4).map(|_| {
                    tokio::spawn(async {
                        for _ in 0..TASKS / 4 {
                            tokio::spawn(yield_now()).await.unwrap();
                        }
                    })
                });
                for part in storm.collect::<Vec<_>>() {
                    part.await.unwrap();
                }
                let (sender, receiver) = mpsc::channel(1);
                for _ in 0..5_000 {
                    let sender = sender.clone();
                    spawn_named("waits", async move {
                        loop {
                            sender.send(1).await.unwrap();
                        }
                    });
                }
                std::mem::forget(receiver);
            });
        },
    );
    let mut watch = program.watch();
    watch.until("the end of the storm", |watch| {
        let totals = watch.model.totals;
        (totals.tasks_spawned == TASKS + 5_005 && watch.model.waits.len() == 5_000).then_some(())
    });
    assert_eq!(watch.model.totals.tasks_ended, TASKS + 4);
    assert_eq!(watch.model.tasks.len(), 5_001);
    assert_eq!(watch.model.totals.tasks_unrecorded, 0);
    let sites = watch.model.sites.values();
    assert_eq!(sites.map(|site| site.spawned).sum::<u64>(), TASKS + 5_005);
    let sites = watch.model.sites.values();
    assert_eq!(sites.map(|site| site.live()).sum::<u64>(), 5_001);
    let sites = watch.model.sites.values();
    assert_eq!(sites.map(|site| site.completed).sum::<u64>(), TASKS + 4);

    // A second viewer, that gets it all as a snapshot, sees the same.
    let mut fresh = program.watch();
    fresh.until("all of them", |watch| {
        (watch.model.waits.len() == 5_000).then_some(())
    });
    let mut seen: Vec<_> = watch.model.tasks.keys().collect();
    let mut again: Vec<_> = fresh.model.tasks.keys().collect();
    seen.sort();
    again.sort();
    assert_eq!(seen, again);
}

/// A viewer that does not read for a while is sent what it missed, not all that
/// happened.
#[test]
fn a_viewer_that_is_slow_gets_the_same_picture_in_the_end() {
    let program = program(
        "runtimes::a_viewer_that_is_slow_gets_the_same_picture_in_the_end",
        || {
            on_two_workers(async {
                for wave in 0..30 {
                    let tasks = (0..2_000).map(|_| spawn_named("storm", yield_now()));
                    for task in tasks.collect::<Vec<_>>() {
                        task.await.unwrap();
                    }
                    for _ in 0..100 {
                        spawn_named("pending", std::future::pending::<()>());
                    }
                    tokio::time::sleep(Duration::from_millis(wave)).await;
                }
                spawn_named("the end", std::future::pending::<()>());
            });
        },
    );
    let mut slow = program.watch();
    let mut fast = program.watch();
    fast.expect(a_task().named("the end"));
    fast.until("quiet", |watch| {
        (watch.model.tasks.len() == 3_002).then_some(())
    });
    slow.until("the same", |watch| {
        (watch.model.now >= fast.model.now).then_some(())
    });
    let keys = |model: &taskmon::model::Model| {
        let mut keys: Vec<_> = model.tasks.keys().copied().collect();
        keys.sort();
        keys
    };
    assert_eq!(keys(&slow.model), keys(&fast.model));
}

/// With no viewer attached, the telemetry thread does not run at all.
#[cfg(target_os = "linux")]
#[test]
fn nothing_runs_while_nobody_watches() {
    let program = program("runtimes::nothing_runs_while_nobody_watches", || {
        on_two_workers(async {
            let mut ticks = tokio::time::interval(Duration::from_millis(2));
            loop {
                ticks.tick().await;
                tokio::spawn(yield_now()).await.unwrap();
            }
        });
    });
    // The program is busy: a few hundred tasks between two looks at its thread.
    let spawned = || program.watch().model.totals.tasks_spawned;
    let before = spawned();
    let quiet = switches_when_still(program.pid());
    let start = std::time::Instant::now();
    while start.elapsed() < Duration::from_millis(700) {
        thread::yield_now();
    }
    assert_eq!(switches(program.pid()), quiet);
    assert!(spawned() > before + 50, "the program went on meanwhile");
}

/// How often the telemetry thread was put to sleep, once that stays the same: the
/// last viewer's connection has been put away.
#[cfg(target_os = "linux")]
fn switches_when_still(pid: u32) -> u64 {
    let deadline = std::time::Instant::now() + super::support::DEADLINE;
    let (mut last, mut since) = (switches(pid), std::time::Instant::now());
    while since.elapsed() < Duration::from_millis(300) {
        assert!(
            std::time::Instant::now() < deadline,
            "it never comes to rest"
        );
        let now = switches(pid);
        if now != last {
            (last, since) = (now, std::time::Instant::now());
        }
        thread::yield_now();
    }
    last
}

#[cfg(target_os = "linux")]
fn switches(pid: u32) -> u64 {
    let threads = std::fs::read_dir(format!("/proc/{pid}/task")).unwrap();
    let read = |path: std::path::PathBuf| std::fs::read_to_string(path).unwrap_or_default();
    let thread = threads
        .map(|thread| thread.unwrap().path())
        .find(|thread| read(thread.join("comm")).trim() == "taskmon")
        .expect("the telemetry thread");
    let status = read(thread.join("status"));
    let switches = status
        .lines()
        .filter_map(|line| line.split_once("ctxt_switches:"))
        .map(|(_, count)| count.trim().parse::<u64>().unwrap());
    switches.sum()
}
