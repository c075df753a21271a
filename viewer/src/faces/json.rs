//! The shapes of the JSON that programs read. Version 1: fields may be added, and
//! none is taken away or changes its meaning.

use std::time::{Duration, SystemTime};

use serde::Serialize;

use crate::model::{EndedTask, Location, Model, Moment, Task};
use crate::rules::{Alert, AlertBook, Severity};

const VERSION: u32 = 1;

/// What `check` and `alerts` report.
#[derive(Debug, Serialize)]
pub struct Report {
    version: u32,
    target: String,
    /// Why the watch ended early; null if it did not.
    error: Option<String>,
    alerts: Vec<AlertEntry>,
    tasks: Counts,
}

impl Report {
    /// What was found at `target`: what is wrong now, and what was while it was
    /// watched. `error` says why the watch ended early, if it did.
    pub fn new(target: &str, model: &Model, alerts: &AlertBook, error: Option<String>) -> Self {
        let all = alerts.active().iter().chain(alerts.past());
        Report {
            version: VERSION,
            target: target.to_owned(),
            error,
            alerts: all.map(|alert| AlertEntry::new(model, alert)).collect(),
            tasks: Counts::new(model),
        }
    }
}

#[derive(Debug, Serialize)]
struct AlertEntry {
    rule: &'static str,
    severity: &'static str,
    site: Site,
    tasks: usize,
    longest_ms: u64,
    since: Option<String>,
    ended: Option<String>,
    message: String,
    advice: &'static str,
    example: ExampleEntry,
}

impl AlertEntry {
    fn new(model: &Model, alert: &Alert) -> Self {
        AlertEntry {
            rule: alert.rule,
            severity: match alert.severity {
                Severity::Warning => "warning",
                Severity::Error => "error",
            },
            site: Site::new(alert.site.as_deref()),
            tasks: alert.tasks,
            longest_ms: millis(alert.longest),
            since: time(model, alert.since),
            ended: alert.ended_at.and_then(|ended| time(model, ended)),
            message: alert.message.clone(),
            advice: alert.advice,
            example: ExampleEntry {
                task: alert.example.tokio_id,
                name: alert.example.name.to_string(),
                wait: alert.example.wait.clone(),
                resource: alert.example.resource.clone(),
            },
        }
    }
}

/// A place in the source. Null is not known.
#[derive(Debug, Serialize)]
struct Site {
    file: Option<String>,
    line: Option<u32>,
    column: Option<u32>,
    /// Known once there are stacks.
    function: Option<String>,
}

impl Site {
    fn new(location: Option<&Location>) -> Self {
        Site {
            file: location.map(|location| location.file.to_string()),
            line: location.map(|location| location.line),
            column: location.map(|location| location.column),
            function: None,
        }
    }
}

#[derive(Debug, Serialize)]
struct ExampleEntry {
    task: u64,
    name: String,
    wait: String,
    resource: Option<String>,
}

/// How many tasks there are.
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

impl Counts {
    fn new(model: &Model) -> Self {
        let counts = model.state_counts();
        Counts {
            live: counts.live(),
            running: counts.running,
            scheduled: counts.scheduled,
            waiting: counts.waiting,
            lost: counts.lost,
            spawned: model.totals.tasks_spawned,
            ended: model.totals.tasks_ended,
        }
    }
}

/// What `tasks --json` shows.
#[derive(Debug, Serialize)]
pub struct TaskList {
    version: u32,
    target: String,
    program: Option<ProgramEntry>,
    tasks: Vec<TaskEntry>,
    /// The last ones that ended, oldest first.
    ended: Vec<EndedEntry>,
    counts: Counts,
}

impl TaskList {
    /// `tasks`, in their order, of the program at `target`.
    pub fn new(target: &str, model: &Model, tasks: &[&Task]) -> Self {
        TaskList {
            version: VERSION,
            target: target.to_owned(),
            program: ProgramEntry::new(model),
            tasks: tasks
                .iter()
                .map(|task| TaskEntry::new(model, task))
                .collect(),
            ended: model
                .ended
                .iter()
                .map(|ended| EndedEntry::new(model, ended))
                .collect(),
            counts: Counts::new(model),
        }
    }
}

#[derive(Debug, Serialize)]
struct ProgramEntry {
    name: String,
    pid: u32,
    host: String,
    started: String,
    level: &'static str,
    subscriber_version: String,
    tokio_version: Option<String>,
    resident_bytes: u64,
    cpu_ms: u64,
    threads: u32,
    worker_threads: u32,
    missing: Vec<String>,
}

impl ProgramEntry {
    fn new(model: &Model) -> Option<Self> {
        let program = model.program.as_ref()?;
        Some(ProgramEntry {
            name: program.name.to_string(),
            pid: program.pid,
            host: program.host.to_string(),
            started: rfc3339(program.started),
            level: program.level.as_str(),
            subscriber_version: program.subscriber_version.to_string(),
            tokio_version: program.tokio_version.as_deref().map(str::to_owned),
            resident_bytes: model.process.resident_bytes,
            cpu_ms: millis(model.process.cpu),
            threads: model.process.threads,
            worker_threads: model.process.worker_threads,
            missing: program
                .missing
                .iter()
                .map(|text| text.to_string())
                .collect(),
        })
    }
}

#[derive(Debug, Serialize)]
struct TaskEntry {
    task: u64,
    name: String,
    kind: String,
    state: String,
    state_ms: u64,
    waits: Vec<WaitEntry>,
    spawned: Option<String>,
    spawned_at: Site,
    spawned_by: Option<u64>,
    size: u64,
    original_size: Option<u64>,
    polls: u64,
    wakes: u64,
    self_wakes: u64,
    waker_clones: u64,
    waker_drops: u64,
    busy_ms: f64,
    scheduled_ms: f64,
    idle_ms: f64,
    longest_poll_ms: f64,
    thread: Option<String>,
}

impl TaskEntry {
    fn new(model: &Model, task: &Task) -> Self {
        let now = model.now;
        let fraction = |duration: Duration| duration.as_secs_f64() * 1e3;
        TaskEntry {
            task: task.tokio_id,
            name: task.name.to_string(),
            kind: task.kind.to_string(),
            state: task.state.to_string(),
            state_ms: millis(task.state_for(now)),
            waits: model
                .waits_of(task)
                .into_iter()
                .map(|wait| WaitEntry {
                    kind: wait.kind.to_string(),
                    for_ms: millis(now.since(wait.since)),
                    resource: wait
                        .resource
                        .and_then(|key| model.resources.get(&key))
                        .map(|resource| model.resource_text(resource)),
                })
                .collect(),
            spawned: time(model, task.spawned_at),
            spawned_at: Site::new(task.location.as_deref()),
            spawned_by: task.spawner_tokio_id,
            size: task.size,
            original_size: task.original_size,
            polls: task.polls,
            wakes: task.wakes,
            self_wakes: task.self_wakes,
            waker_clones: task.waker_clones,
            waker_drops: task.waker_drops,
            busy_ms: fraction(task.busy_at(now)),
            scheduled_ms: fraction(task.scheduled_at(now)),
            idle_ms: fraction(task.idle_at(now)),
            longest_poll_ms: fraction(task.longest_poll),
            thread: task.thread.as_deref().map(str::to_owned),
        }
    }
}

#[derive(Debug, Serialize)]
struct WaitEntry {
    kind: String,
    for_ms: u64,
    resource: Option<String>,
}

#[derive(Debug, Serialize)]
struct EndedEntry {
    task: u64,
    name: String,
    end: String,
    ended: Option<String>,
    spawned_at: Site,
    polls: u64,
    busy_ms: f64,
}

impl EndedEntry {
    fn new(model: &Model, ended: &EndedTask) -> Self {
        EndedEntry {
            task: ended.task.tokio_id,
            name: ended.task.name.to_string(),
            end: ended.end.to_string(),
            ended: time(model, ended.ended_at),
            spawned_at: Site::new(ended.task.location.as_deref()),
            polls: ended.task.polls,
            busy_ms: ended.task.busy.as_secs_f64() * 1e3,
        }
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn time(model: &Model, moment: Moment) -> Option<String> {
    model.system_time(moment).map(rfc3339)
}

/// RFC 3339 with milliseconds; a time that the format cannot hold is its end.
fn rfc3339(time: SystemTime) -> String {
    // Beyond the year 9999 there is no such text.
    let most = SystemTime::UNIX_EPOCH + Duration::from_secs(253_402_300_799);
    let time = time.clamp(SystemTime::UNIX_EPOCH, most);
    humantime::format_rfc3339_millis(time).to_string()
}
