//! What a server can do to a viewer that connects to it: nothing but be refused, in one
//! line and with a code of its own, or be shown with a note that it makes no sense.

use taskmon_proto::v1 as wire;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{
    Run, Script, TestServer, Then, healthy, hello, page, seconds, stuck, task, taskmon, text,
};

/// More than a viewer takes for a server that sends as much as it can before it is
/// refused: its own code and the limit of all texts, kept twice while they grow.
const MEMORY: u64 = 256 << 20;

/// Everything that looks once.
const LOOKS: [&[&str]; 9] = [
    &["tasks"],
    &["tasks", "--json"],
    &["dump"],
    &["dump", "--group"],
    &["dump", "--all-frames", "--json"],
    &["waits"],
    &["channels"],
    &["alerts"],
    &["check", "--for", "50ms"],
];

fn program(first: impl IntoIterator<Item = wire::Page>, then: Then) -> TestServer {
    let pages = first.into_iter().map(page);
    TestServer::program(Script::new([hello()].into_iter().chain(pages), then))
}

#[track_caller]
fn assert_small(run: &Run) {
    assert!(run.memory < MEMORY, "{} MiB: {run:?}", run.memory >> 20);
}

/// It is refused with this reason.
#[track_caller]
fn assert_refused(server: &TestServer, reason: &str) {
    let run = taskmon(&["tasks", &server.target()]);
    assert_eq!(run.code, Some(3), "{run:?}");
    assert!(run.stderr.contains(reason), "{run:?}");
    assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
    assert!(!run.stderr.trim_end().contains(char::is_control), "{run:?}");
    assert_eq!(run.stdout, "");
    assert_small(&run);
}

/// Every look at it shows something; what it gives are the runs.
#[track_caller]
fn assert_shown(server: &TestServer) -> Vec<Run> {
    let runs = LOOKS.map(|look| taskmon(&[look, &[&server.target()]].concat()));
    for run in &runs {
        assert!(run.code <= Some(1), "{run:?}");
        assert!(!run.stdout.is_empty(), "{run:?}");
        assert!(!run.stdout.replace('\n', "").contains(char::is_control));
        assert_small(run);
    }
    runs.into()
}

/// The looks say that something of it makes no sense; the last is a check.
#[track_caller]
fn assert_noted(server: &TestServer) {
    let runs = assert_shown(server);
    for run in &runs[..runs.len() - 1] {
        assert!(run.stderr.contains("made no sense"), "{run:?}");
        assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
    }
}

/// A page after which the picture is not whole.
fn part(number: u64) -> wire::Page {
    wire::Page {
        tick: 1,
        at_nanos: seconds(100),
        reset: number == 0,
        ..wire::Page::default()
    }
}

#[test]
fn texts_without_an_end_are_refused() {
    let server = program(
        [],
        Then::Each(|number| {
            let numbers = number as u32 * 500 + 1..;
            page(wire::Page {
                texts: numbers
                    .take(500)
                    .map(|it| text(it, &"x".repeat(4_000)))
                    .collect(),
                ..part(number)
            })
        }),
    );
    assert_refused(&server, "bytes");
}

#[test]
fn a_hundred_megabytes_in_one_text_are_refused() {
    let mut first = healthy();
    first.texts[0].text = "x".repeat(100 << 20);
    let server = program([first], Then::Silence);
    assert_refused(&server, "sent what cannot be understood");
}

#[test]
fn a_hello_of_many_texts_is_refused() {
    let mut first = hello();
    if let Some(wire::update::Update::Hello(hello)) = &mut first.update {
        hello.missing = vec!["x".to_owned(); 65];
    }
    let server = TestServer::program(Script::new([first, page(healthy())], Then::Silence));
    assert_refused(&server, "more than 64 missing sentences");
}

#[test]
fn counts_that_lie_are_shown_as_they_are() {
    let mut first = stuck();
    first.totals = Some(wire::Totals {
        tasks_ended: u64::MAX,
        tasks_unrecorded: u64::MAX,
        operations_unrecorded: u64::MAX,
        ..wire::Totals::default()
    });
    first.process = Some(wire::ProcessFigures {
        resident_bytes: u64::MAX,
        cpu_nanos: u64::MAX,
        threads: 0,
        worker_threads: u32::MAX,
        watchers: u32::MAX,
    });
    first.spawn_sites = vec![wire::SpawnSite {
        location: 1,
        spawned: 1,
        completed: u64::MAX,
        panicked: u64::MAX,
        cancelled: u64::MAX,
        busy_nanos: u64::MAX,
        ..wire::SpawnSite::default()
    }];
    for task in &mut first.tasks {
        (task.polls, task.wakes, task.self_wakes) = (0, u64::MAX, u64::MAX);
        (task.waker_clones, task.waker_drops) = (0, u64::MAX);
        (task.busy_nanos, task.scheduled_nanos) = (u64::MAX, u64::MAX);
        let pending = wire::Pending {
            count: u32::MAX,
            ..wire::Pending::default()
        };
        task.pending = vec![pending; 64];
    }
    first.ended_tasks_omitted = u64::MAX;
    first.stacks[0].leaf_frames = u32::MAX;
    first.resources[0].capacity = u64::MAX;
    assert_shown(&program([first], Then::Ticks));
}

#[test]
fn numbers_that_collide_are_one_thing() {
    let mut first = stuck();
    first.tasks = vec![task(2, "first"), task(2, "second"), task(1, "third")];
    first.tasks[2].info.as_mut().unwrap().tokio_id = 4_702;
    first.tasks[2].info.as_mut().unwrap().spawner = 2;
    first.tasks[1].info.as_mut().unwrap().spawner = 1;
    first.waits.extend(first.waits.clone());
    first.waits[0].task = 2;
    first.resources.extend(first.resources.clone());
    let server = program([first], Then::Ticks);
    let runs = assert_shown(&server);
    assert!(runs[0].stdout.contains("second"), "{:?}", runs[0]);
    assert!(!runs[0].stdout.contains("first"), "{:?}", runs[0]);
}

#[test]
fn what_refers_to_nothing_is_left_out_and_noted() {
    let mut first = stuck();
    first.tasks.push(wire::Task {
        info: None,
        ..task(77, "")
    });
    first.waits[0].stack = 99;
    first.tasks[0].info.as_mut().unwrap().location = 98;
    first.resources.push(wire::Resource {
        key: 5,
        holder: 97,
        ..wire::Resource::default()
    });
    first.removed_tasks = vec![96, 0, u64::MAX];
    first.removed_waits = vec![95, 0];
    first.removed_resources = vec![94, 0];
    assert_noted(&program([first], Then::Ticks));
}

#[test]
fn time_that_runs_backwards_is_noted() {
    let earlier = wire::Page {
        at_nanos: seconds(1),
        tick: 0,
        ..stuck()
    };
    let first = wire::Page {
        last: false,
        ..stuck()
    };
    let second = wire::Page {
        reset: false,
        ..earlier
    };
    assert_noted(&program([first, second], Then::Silence));
}

#[test]
fn a_program_of_the_future_is_shown_as_far_as_it_is_known() {
    let mut first = stuck();
    for task in &mut first.tasks {
        task.state = 99;
        task.info.as_mut().unwrap().kind = 99;
    }
    for wait in &mut first.waits {
        wait.kind = 9_999;
    }
    first.resources[0].info.as_mut().unwrap().kind = -1;
    first.frames[0].origin = i32::MAX;
    first.stacks[0].kind = i32::MIN;
    let mut who = hello();
    if let Some(wire::update::Update::Hello(hello)) = &mut who.update {
        hello.subscriber_version = "99.0.0".to_owned();
        (hello.level, hello.stack_capture) = (99, 99);
    }
    let unheard = wire::Update { update: None };
    let updates = [who, unheard.clone(), page(first), unheard];
    let server = TestServer::program(Script::new(updates, Then::Ticks));
    let runs = assert_shown(&server);
    assert!(runs[0].stdout.contains("newProducer"), "{:?}", runs[0]);
}

#[test]
fn who_says_only_what_is_not_understood_is_silent() {
    let server = program(
        [],
        Then::Each(|_| {
            std::thread::sleep(std::time::Duration::from_millis(5));
            wire::Update { update: None }
        }),
    );
    assert_refused(&server, "has sent nothing for 20");
}

/// Passes on what `server` says, up to so many bytes.
fn cut_after(server: &TestServer, bytes: u64) -> TestServer {
    let address = server.address;
    TestServer::start(move |listener: TcpListener| async move {
        loop {
            let (mut viewer, _) = listener.accept().await.unwrap();
            let mut program = TcpStream::connect(address).await.unwrap();
            tokio::spawn(async move {
                let (mut from_program, mut to_program) = program.split();
                let (mut from_viewer, mut to_viewer) = viewer.split();
                let mut some = (&mut from_program).take(bytes);
                tokio::select! {
                    _ = tokio::io::copy(&mut some, &mut to_viewer) => {}
                    _ = tokio::io::copy(&mut from_viewer, &mut to_program) => {}
                }
                let _ = to_viewer.shutdown().await;
            });
        }
    })
}

#[test]
fn a_connection_that_is_cut_anywhere_is_lost() {
    let mut large = stuck();
    large.texts.push(text(2, &"x".repeat(4_000)));
    let server = program([large], Then::Ticks);
    // Within the frames of HTTP/2, the hello, and the page.
    for bytes in [1, 20, 40, 120, 300, 1_000, 4_000] {
        let cut = cut_after(&server, bytes);
        let run = taskmon(&["tasks", &cut.target()]);
        assert_eq!(run.code, Some(3), "after {bytes}: {run:?}");
        assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
        assert_eq!(run.stdout, "");
    }
}
