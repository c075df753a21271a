//! The watcher behind the UI: it goes on through what happens to a connection.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use taskmon::client::{Answer, Link, Picture, Target, Watcher};
use taskmon::model::{AtMost, TaskKey};
use taskmon::rules::Thresholds;
use taskmon_proto::v1 as wire;
use tonic::Status;

use crate::support::{Script, TestServer, Then, healthy, hello, hello_of, page, stuck, wait_for};

struct Watched {
    picture: Arc<Mutex<Picture>>,
    watcher: Watcher,
    _runtime: tokio::runtime::Runtime,
}

fn watch(server: &TestServer) -> Watched {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let target: Target = server.target().parse().unwrap();
    let _entered = runtime.enter();
    let watcher = Watcher::start(target, Thresholds::default(), Duration::from_millis(50));
    drop(_entered);
    Watched {
        picture: watcher.picture(),
        watcher,
        _runtime: runtime,
    }
}

impl Watched {
    #[track_caller]
    fn wait_until(&self, what: &str, condition: impl Fn(&Picture) -> bool) {
        wait_for(what, || {
            condition(&self.picture.lock().unwrap()).then_some(())
        });
    }
}

fn is_live(picture: &Picture) -> bool {
    matches!(picture.link, Link::Live)
}

#[test]
fn updates_arrive_and_are_judged() {
    let server = TestServer::program(Script::new([hello(), page(stuck())], Then::Ticks));
    let watched = watch(&server);
    watched.wait_until("the snapshot", is_live);
    let (version, now) = {
        let picture = watched.picture.lock().unwrap();
        assert_eq!(picture.alerts.active().len(), 1);
        (picture.version, picture.model.now)
    };
    watched.wait_until("an update", |it| it.version > version && it.model.now > now);
}

#[test]
fn the_details_of_a_task_are_asked_for_while_they_are_wanted() {
    let told = |task| match task {
        1 => Ok(wire::DetailsResponse {
            polls: Some(wire::RecentTimes {
                from_nanos: vec![0, 1_000],
                counts: vec![3, 1],
            }),
            delays: None,
        }),
        2 => Ok(wire::DetailsResponse {
            polls: None,
            delays: Some(wire::RecentTimes {
                from_nanos: vec![1_000, 0],
                counts: vec![u32::MAX; 1_000],
            }),
        }),
        _ => Err(Status::not_found("there is no such task")),
    };
    let script = Script {
        details: told,
        ..Script::new([hello(), page(healthy())], Then::Ticks)
    };
    let server = TestServer::program(script);
    let watched = watch(&server);
    let inspector = watched.watcher.inspector();
    let answer_of = |task| {
        inspector.want(Some(task));
        wait_for("the answer", || match inspector.answer(task) {
            Answer::Asked => None,
            answer => Some(answer),
        })
    };
    let Answer::Told(details) = answer_of(TaskKey(1)) else {
        panic!("the program tells of this task");
    };
    assert_eq!(
        details.polls.longest(),
        Some(AtMost::MoreThan(Duration::from_micros(1)))
    );
    assert!(details.delays.is_empty());
    assert_eq!(
        answer_of(TaskKey(2)),
        Answer::NotAvailable,
        "it makes no sense"
    );
    assert_eq!(
        inspector.answer(TaskKey(1)),
        Answer::Asked,
        "it is not wanted any more"
    );
}

#[test]
fn a_program_that_is_older_than_details_has_none() {
    let server = TestServer::program(Script::new([hello(), page(healthy())], Then::Ticks));
    let watched = watch(&server);
    let inspector = watched.watcher.inspector();
    for task in [TaskKey(1), TaskKey(2)] {
        inspector.want(Some(task));
        wait_for("the answer", || {
            (inspector.answer(task) == Answer::NotAvailable).then_some(())
        });
    }
    watched.wait_until("the picture", is_live);
}

#[test]
fn a_program_that_comes_back_is_found_again_and_keeps_its_past() {
    let script = Script::new([hello(), page(stuck())], Then::Ticks);
    let server = TestServer::program(script.clone());
    let address = server.address;
    let watched = watch(&server);
    watched.wait_until("the snapshot", is_live);
    drop(server);
    watched.wait_until("the loss", |it| matches!(it.link, Link::Lost { .. }));
    assert_eq!(watched.picture.lock().unwrap().model.tasks.len(), 2);

    let script = Script::new([hello(), page(healthy())], Then::Ticks);
    let _server = TestServer::program_at(address, script);
    watched.wait_until("the reconnection", is_live);
    watched.wait_until("the end of the alert", |it| {
        it.alerts.active().is_empty() && it.alerts.past().len() == 1
    });
}

#[test]
fn another_run_of_the_program_begins_with_an_empty_book() {
    let server = TestServer::program(Script::new([hello(), page(stuck())], Then::Ticks));
    let address = server.address;
    let watched = watch(&server);
    watched.wait_until("the alert", |it| !it.alerts.active().is_empty());
    drop(server);
    watched.wait_until("the loss", |it| matches!(it.link, Link::Lost { .. }));
    let script = Script::new([hello_of(2), page(healthy())], Then::Ticks);
    let _server = TestServer::program_at(address, script);
    watched.wait_until("the reconnection", is_live);
    let picture = watched.picture.lock().unwrap();
    assert!(picture.alerts.active().is_empty());
    assert_eq!(picture.alerts.past().len(), 0);
}

#[test]
fn a_program_that_is_not_there_yet_is_waited_for() {
    let server = TestServer::program(Script::new([], Then::Ticks));
    let address = server.address;
    let watched = watch(&server);
    drop(server);
    watched.wait_until("a failure", |it| {
        matches!(
            &it.link,
            Link::Connecting {
                error: Some(_),
                retry_at: Some(_)
            }
        )
    });
    let script = Script::new([hello(), page(healthy())], Then::Ticks);
    let _server = TestServer::program_at(address, script);
    watched.wait_until("the snapshot", is_live);
}

#[test]
fn a_new_snapshot_on_the_same_stream_is_shown_only_when_it_is_whole() {
    let mut part = stuck();
    part.tick = 2;
    part.last = false;
    part.texts.clear();
    part.locations.clear();
    part.tasks.truncate(1);
    part.waits.clear();
    let script = Script::new([hello(), page(stuck()), page(part)], Then::Silence);
    let sent = script.sent.clone();
    let server = TestServer::program(script);
    let watched = watch(&server);
    watched.wait_until("the snapshot", is_live);
    wait_for("all pages", || {
        (sent.load(std::sync::atomic::Ordering::Relaxed) == 3).then_some(())
    });
    let picture = watched.picture.lock().unwrap();
    assert!(picture.model.complete);
    assert_eq!(picture.model.tasks.len(), 2);
}

#[test]
fn who_refuses_is_shown_why_and_is_rarely_asked_again() {
    let status = tonic::Status::unauthenticated("credentials are missing or wrong");
    let server = TestServer::program(Script::new([], Then::Fail(status)));
    let watched = watch(&server);
    watched.wait_until("the refusal", |picture| match &picture.link {
        Link::Connecting {
            error: Some(error),
            retry_at: Some(retry_at),
        } => {
            let soon = Instant::now() + Duration::from_secs(10);
            error.contains("refused: credentials are missing or wrong") && *retry_at > soon
        }
        _ => false,
    });
}
