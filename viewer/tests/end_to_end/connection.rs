//! Connections that fail, end, and come back.

use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use taskmon::client::{Answer, Link, Picture, Watcher};
use taskmon::rules::Thresholds;
use taskmon_subscriber::Builder;
use tokio::runtime::Runtime;

use super::support::{DEADLINE, a_task, on_two_workers, program_at, spawn_named};

/// A path for a socket that no other test uses.
fn socket(name: &str) -> String {
    let name = format!("taskmon-test-{}-{name}", std::process::id());
    std::env::temp_dir().join(name).display().to_string()
}

fn until<T>(picture: &Mutex<Picture>, what: &str, condition: impl Fn(&Picture) -> Option<T>) -> T {
    let deadline = Instant::now() + DEADLINE;
    loop {
        let shared = picture.lock().unwrap();
        if let Some(found) = condition(&shared) {
            return found;
        }
        assert!(
            Instant::now() < deadline,
            "in vain for {what}: {:?}",
            shared.link
        );
        drop(shared);
        thread::yield_now();
    }
}

#[test]
fn a_watcher_survives_the_end_and_the_return_of_its_program() {
    // The program finds the address in its own arguments' place: the variable.
    let bind = format!("unix:{}", socket("returns"));
    let test = "connection::a_watcher_survives_the_end_and_the_return_of_its_program";
    let start = || {
        program_at(test, &bind, || {
            on_two_workers(async {
                spawn_named("here", std::future::pending::<()>());
            });
        })
    };
    let mut program = start();
    let runtime = Runtime::new().unwrap();
    let _guard = runtime.enter();
    let interval = Duration::from_millis(50);
    let watcher = Watcher::start(program.target.clone(), Thresholds::default(), interval);
    let picture: Arc<Mutex<Picture>> = watcher.picture();
    let pid = |picture: &Picture| match (&picture.link, &picture.model.program) {
        (Link::Live, Some(program)) => Some(program.pid),
        _ => None,
    };
    let has_task = |picture: &Picture| {
        let mut tasks = picture.model.tasks.values();
        tasks.any(|task| &*task.name == "here").then_some(())
    };
    assert_eq!(until(&picture, "the program", pid), program.pid());
    until(&picture, "its task", has_task);

    program.kill();
    until(&picture, "the loss", |picture| match &picture.link {
        Link::Lost { .. } => has_task(picture),
        _ => None,
    });

    let again = start();
    let pid = until(&picture, "the program again", |picture| {
        pid(picture).filter(|pid| *pid != program.pid())
    });
    assert_eq!(pid, again.pid());
    until(&picture, "its task", has_task);
    drop(watcher);
    again.watch().expect(a_task().named("here"));
}

#[test]
fn a_program_whose_address_is_taken_goes_on_without_viewers() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let bind = taken.local_addr().unwrap().to_string();
    // TASKMON_BIND is not set in this process, so the builder decides.
    for bind in [
        bind.as_str(),
        "no such address",
        "unix:/no/such/folder/socket",
    ] {
        let (_around, telemetry) = Builder::new()
            .bind(bind)
            .around(tracing_subscriber::registry());
        assert_eq!(telemetry.address(), None, "{bind}");
    }
}

#[test]
fn a_program_tells_how_long_the_recent_polls_of_a_task_took() {
    let test = "connection::a_program_tells_how_long_the_recent_polls_of_a_task_took";
    let bind = format!("unix:{}", socket("details"));
    let program = program_at(test, &bind, || {
        on_two_workers(async {
            spawn_named("busy", async {
                loop {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            });
        });
    });
    let runtime = Runtime::new().unwrap();
    let _guard = runtime.enter();
    let interval = Duration::from_millis(50);
    let watcher = Watcher::start(program.target.clone(), Thresholds::default(), interval);
    let task = until(&watcher.picture(), "the task", |picture| {
        let mut tasks = picture.model.tasks.values();
        Some(tasks.find(|task| &*task.name == "busy")?.key)
    });
    let inspector = watcher.inspector();
    inspector.want(Some(task));
    until(&watcher.picture(), "its times", |_| {
        match inspector.answer(task) {
            Answer::Told(details) if !details.polls.is_empty() => {
                assert!(details.polls.percentile(0.5) <= details.polls.longest());
                (!details.delays.is_empty()).then_some(())
            }
            _ => None,
        }
    });
}
