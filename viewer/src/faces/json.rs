//! The picture as JSON, for other programs.
//!
//! The shape is a contract: fields may be added, and `version` grows if one ever
//! changes its meaning. Text is as the program gave it, escaped as JSON is.

use std::time::{Duration, SystemTime};

use serde::Serialize;

use super::tables::by_interest;
use crate::model::{Location, Model, Moment, Program, Resource, Task};
use crate::rules::{Alert, AlertBook, Severity};
use crate::words::time::rfc3339;

const VERSION: u32 = 1;

/// What `taskmon tasks --json` prints.
#[derive(Debug, Serialize)]
pub struct TaskList<'a> {
    version: u32,
    target: &'a str,
    program: Option<ProgramJson<'a>>,
    /// When the picture was taken, by the program's clock.
    at: Option<String>,
    tasks: Vec<TaskJson<'a>>,
}

/// What `taskmon check --format json` and `taskmon alerts --json` print.
#[derive(Debug, Serialize)]
pub struct AlertList<'a> {
    version: u32,
    target: &'a str,
    alerts: Vec<AlertJson<'a>>,
    tasks: Counts,
    /// Why the look at the program ended before its time.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
}

impl<'a> TaskList<'a> {
    /// All live tasks, those that are stuck first.
    pub fn new(target: &'a str, model: &'a Model, alerts: &AlertBook) -> Self {
        let tasks = by_interest(model, alerts);
        TaskList {
            version: VERSION,
            target,
            program: model.program.as_ref().map(program),
            at: time(model, model.now),
            tasks: tasks
                .into_iter()
                .map(|task| task_json(model, task, alerts.of_task(task.key)))
                .collect(),
        }
    }
}

impl<'a> AlertList<'a> {
    /// The alerts that are active and then those that ended; `error` is why the
    /// look ended early, if it did.
    pub fn new(
        target: &'a str,
        model: &Model,
        alerts: &'a AlertBook,
        error: Option<&'a str>,
    ) -> Self {
        let states = model.state_counts();
        AlertList {
            version: VERSION,
            target,
            alerts: alerts
                .active()
                .iter()
                .chain(alerts.past())
                .map(|alert| alert_json(model, alert))
                .collect(),
            tasks: Counts {
                live: states.live(),
                running: states.running,
                scheduled: states.scheduled,
                waiting: states.waiting,
                lost: states.lost,
                spawned: model.totals.tasks_spawned,
                ended: model.totals.tasks_ended,
            },
            error,
        }
    }
}

#[derive(Debug, Serialize)]
struct ProgramJson<'a> {
    name: &'a str,
    pid: u32,
    host: &'a str,
    started: String,
    subscriber_version: &'a str,
    tokio_version: Option<&'a str>,
    level: &'static str,
    interval_ms: u64,
    missing: Vec<&'a str>,
    /// Two runs of a program differ in it. A string, for it has 64 bits.
    instance: String,
}

#[derive(Debug, Serialize)]
struct TaskJson<'a> {
    task: u64,
    name: &'a str,
    kind: String,
    state: String,
    state_since: Option<String>,
    state_for_ms: u64,
    alert: Option<&'static str>,
    waits: Vec<WaitJson<'a>>,
    polls: u64,
    wakes: u64,
    self_wakes: u64,
    busy_ms: f64,
    scheduled_ms: f64,
    idle_ms: f64,
    longest_poll_ms: f64,
    thread: Option<&'a str>,
    spawned: Option<String>,
    spawned_at: Option<LocationJson<'a>>,
    spawner: Option<u64>,
    size_bytes: u64,
    original_size_bytes: Option<u64>,
}

#[derive(Debug, Serialize)]
struct WaitJson<'a> {
    kind: &'a str,
    since: Option<String>,
    for_ms: u64,
    resource: Option<ResourceJson>,
}

#[derive(Debug, Serialize)]
struct ResourceJson {
    name: String,
    capacity: Option<u64>,
    senders_waiting: usize,
    last_taken: Option<String>,
    last_taker: Option<u64>,
    holder: Option<u64>,
}

#[derive(Debug, Serialize)]
struct LocationJson<'a> {
    file: &'a str,
    line: u32,
    column: u32,
    /// Not known yet to any version of the protocol.
    function: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct AlertJson<'a> {
    rule: &'static str,
    severity: &'static str,
    site: Option<LocationJson<'a>>,
    tasks: usize,
    longest_ms: u64,
    since: Option<String>,
    ended: Option<String>,
    message: &'a str,
    advice: &'static str,
    example: ExampleJson<'a>,
}

#[derive(Debug, Serialize)]
struct ExampleJson<'a> {
    task: u64,
    name: &'a str,
    wait: &'a str,
    resource: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct Counts {
    live: usize,
    running: usize,
    scheduled: usize,
    waiting: usize,
    lost: usize,
    spawned: u64,
    ended: u64,
}

fn program(program: &Program) -> ProgramJson<'_> {
    ProgramJson {
        name: &program.name,
        pid: program.pid,
        host: &program.host,
        started: rfc3339(program.started),
        subscriber_version: &program.subscriber_version,
        tokio_version: program.tokio_version.as_deref(),
        level: program.level.as_str(),
        interval_ms: whole_millis(program.interval),
        missing: program.missing.iter().map(AsRef::as_ref).collect(),
        instance: program.instance.to_string(),
    }
}

fn task_json<'a>(model: &'a Model, task: &'a Task, alert: Option<Severity>) -> TaskJson<'a> {
    let wait = |wait: &'a crate::model::Wait| WaitJson {
        kind: wait.kind.as_str(),
        since: time(model, wait.since),
        for_ms: whole_millis(model.now.since(wait.since)),
        resource: wait
            .resource
            .and_then(|key| model.resources.get(&key))
            .map(|it| resource(model, it)),
    };
    TaskJson {
        task: task.tokio_id,
        name: &task.name,
        kind: task.kind.to_string(),
        state: task.state.to_string(),
        state_since: time(model, task.state_since),
        state_for_ms: whole_millis(task.state_for(model.now)),
        alert: alert.map(Severity::as_str),
        waits: model.waits_of(task).into_iter().map(wait).collect(),
        polls: task.polls,
        wakes: task.wakes,
        self_wakes: task.self_wakes,
        busy_ms: millis(task.busy_at(model.now)),
        scheduled_ms: millis(task.scheduled_at(model.now)),
        idle_ms: millis(task.idle_at(model.now)),
        longest_poll_ms: millis(task.longest_poll),
        thread: task.thread.as_deref(),
        spawned: time(model, task.spawned_at),
        spawned_at: task.location.as_deref().map(location),
        spawner: task.spawner_tokio_id,
        size_bytes: task.size,
        original_size_bytes: task.original_size,
    }
}

fn resource(model: &Model, resource: &Resource) -> ResourceJson {
    let tokio_id = |key| model.tasks.get(&key).map(|task| task.tokio_id);
    ResourceJson {
        name: resource.to_string(),
        capacity: resource.capacity,
        senders_waiting: model.senders_waiting(resource),
        last_taken: resource.last_taken.and_then(|taken| time(model, taken)),
        last_taker: resource.last_taker.and_then(tokio_id),
        holder: resource.holder.and_then(tokio_id),
    }
}

fn alert_json<'a>(model: &Model, alert: &'a Alert) -> AlertJson<'a> {
    AlertJson {
        rule: alert.rule,
        severity: alert.severity.as_str(),
        site: alert.site.as_deref().map(location),
        tasks: alert.tasks,
        longest_ms: whole_millis(alert.longest),
        since: time(model, alert.since),
        ended: alert.ended_at.and_then(|ended| time(model, ended)),
        message: &alert.message,
        advice: alert.advice,
        example: ExampleJson {
            task: alert.example.tokio_id,
            name: &alert.example.name,
            wait: &alert.example.wait,
            resource: alert.example.resource.as_deref(),
        },
    }
}

fn location(location: &Location) -> LocationJson<'_> {
    LocationJson {
        file: &location.file,
        line: location.line,
        column: location.column,
        function: None,
    }
}

fn time(model: &Model, moment: Moment) -> Option<String> {
    let time: SystemTime = model.system_time(moment)?;
    Some(rfc3339(time))
}

fn whole_millis(duration: Duration) -> u64 {
    duration.as_millis().try_into().unwrap_or(u64::MAX)
}

/// To the microsecond.
fn millis(duration: Duration) -> f64 {
    duration.as_micros() as f64 / 1_000.0
}
