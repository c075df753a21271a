//! Programs to be looked at in tests. Their clocks stand still, so that each looks the
//! same each time.

use std::sync::LazyLock;
use std::time::Duration;

use taskmon_proto::v1 as wire;
use taskmon_proto::v1::FrameOrigin::{Dependency, Own, Runtime};

use crate::model::sample::Sample;
use crate::model::{EndedTask, Moment, ResourceKind, TaskEnd, TaskKey, TaskState, WaitKind};

fn named(mut sample: Sample) -> Sample {
    let program = sample.model.program.as_mut().unwrap();
    program.name = "shop".into();
    program.pid = 4711;
    program.host = "web-3".into();
    let process = &mut sample.model.process;
    process.resident_bytes = 48_300_000;
    process.threads = 6;
    process.worker_threads = 4;
    sample
}

/// A program without tasks.
pub(super) fn empty() -> Sample {
    named(Sample::new())
}

/// A web service with a bit of everything: connections that were spawned by a listener
/// and have spawned others, sends that are stuck, a lock that is waited for, a task that
/// runs, one that is lost, and one that has ended.
pub(super) fn busy() -> Sample {
    let mut sample = empty();
    let listener = task(&mut sample, 1, 30, "listener", None);
    sample.wait(listener, WaitKind::TcpAccept, 1);
    let channel = sample.resource(ResourceKind::Mpsc, 18);
    let lock = sample.resource(ResourceKind::Mutex, 4);
    let known = sample.model.resources.get_mut(&channel).unwrap();
    known.capacity = Some(3);
    known.element_type = Some("shop::Product".into());
    known.last_taken = Some(Moment::from_nanos(9_000_000_000));
    let frames = [
        ("tokio::sync::mpsc::Sender::send", 1, Runtime),
        ("shop::producer::new_producer", 41, Own),
        ("tower::util::oneshot", 7, Dependency),
        ("shop::api::products", 88, Own),
    ];
    let send = sample.stack(wire::WaitKind::MpscSend, &frames);
    let mut first = None;
    for id in 2..=9 {
        let connection = task(&mut sample, id, 61, "", Some(listener));
        let operation = sample.wait(connection, WaitKind::TcpRead, 20 + id);
        sample.stack_of(operation, send);
        let producer = task(&mut sample, 100 + id, 88, "newProducer", Some(connection));
        let operation = sample.wait_on(producer, WaitKind::MpscSend, 60 + id, channel);
        sample.stack_of(operation, send);
        first.get_or_insert(connection);
    }
    sample.model.resources.get_mut(&channel).unwrap().last_taker = first;
    let holder = task(&mut sample, 200, 120, "cart", first);
    sample.wait(holder, WaitKind::Sleep, 70);
    sample.model.resources.get_mut(&lock).unwrap().holder = Some(holder);
    for id in 201..=203 {
        let waits = task(&mut sample, id, 121, "checkout", first);
        sample.wait_on(waits, WaitKind::MutexLock, 90, lock);
    }
    let runs = task(&mut sample, 300, 140, "report", None);
    sample.state(runs, TaskState::Running);
    let lost = task(&mut sample, 301, 150, "", None);
    sample.state(lost, TaskState::Lost);
    sample.pass(2);
    sample
}

/// A task with figures that differ from task to task.
fn task(sample: &mut Sample, id: u64, line: u32, name: &str, by: Option<TaskKey>) -> TaskKey {
    let key = sample.task_at(id, line);
    let spawner = by.map(|by| sample.model.tasks[&by].tokio_id);
    let task = sample.model.tasks.get_mut(&key).unwrap();
    task.name = name.into();
    task.spawner = by;
    task.spawner_tokio_id = spawner;
    task.spawned_at = Moment::from_nanos(1_000_000_000 * (id % 50));
    task.polls = 3 * id;
    task.wakes = 3 * id + 1;
    task.self_wakes = id / 2;
    task.busy = Duration::from_micros(450 * id);
    task.scheduled = Duration::from_micros(33 * id);
    task.longest_poll = Duration::from_micros(90 * id);
    task.size = 512 + 8 * id;
    task.thread = Some("tokio-rt-worker".into());
    key
}

/// Ends a task of a sample.
pub(super) fn end(sample: &mut Sample, id: u64, end: TaskEnd) -> TaskKey {
    let found = sample.model.tasks.values().find(|task| task.tokio_id == id);
    let key = found.unwrap().key;
    let task = sample.model.tasks.remove(&key).unwrap();
    let ended_at = sample.model.now;
    sample.model.ended.push_back(EndedTask {
        task,
        end,
        ended_at,
    });
    key
}

/// A hundred thousand tasks, of which every thousandth is stuck in a send.
pub(super) fn many() -> &'static Sample {
    static MANY: LazyLock<Sample> = LazyLock::new(make_many);
    &MANY
}

fn make_many() -> Sample {
    const TASKS: u64 = 100_000;
    const FIRST: u64 = 1 << 32;
    let mut sample = empty();
    let channel = sample.resource(ResourceKind::Mpsc, 1);
    let now = Duration::from_secs(100).as_nanos() as u64;
    let tasks = (0..TASKS).map(|number| wire::Task {
        key: FIRST + number,
        info: Some(wire::TaskInfo {
            tokio_id: number + 1,
            kind: wire::TaskKind::Task.into(),
            location: 61 + (number % 7) as u32,
            spawner: if number < 10 { 0 } else { FIRST + number / 10 },
            spawner_tokio_id: if number < 10 { 0 } else { number / 10 + 1 },
            ..wire::TaskInfo::default()
        }),
        state: wire::TaskState::Waiting.into(),
        state_since_nanos: now - 1_000_000 * number,
        polls: number,
        ..wire::Task::default()
    });
    let waits = (0..TASKS / 1_000).map(|number| wire::Wait {
        key: FIRST + TASKS + number,
        task: FIRST + 1_000 * number,
        kind: wire::WaitKind::MpscSend.into(),
        since_nanos: now - 10_000_000_000 - 1_000_000_000 * number / 4,
        resource: channel.0,
        ..wire::Wait::default()
    });
    sample.apply(wire::Page {
        locations: (61..68)
            .map(|line| wire::Location {
                number: line,
                file_text: 1,
                line,
                column: 14,
            })
            .collect(),
        tasks: tasks.collect(),
        waits: waits.collect(),
        ..wire::Page::default()
    });
    sample
}
