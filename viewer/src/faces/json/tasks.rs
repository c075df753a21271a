//! Tasks and what they wait for.

use serde::Serialize;

use super::stack::{FrameJson, LocationJson, frames_of, location, site_of};
use super::{Head, millis, time, whole_millis};
use crate::model::{Model, Resource, Task, Wait};
use crate::rules::{AlertBook, Severity};

/// What `taskmon tasks --json` and `taskmon dump --json` print.
#[derive(Debug, Serialize)]
pub struct TaskList<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    tasks: Vec<TaskJson<'a>>,
}

impl<'a> TaskList<'a> {
    /// These `tasks` of `model`; with all frames of their
    /// stacks, or with those of the program and its libraries.
    pub fn new(
        target: &'a str,
        model: &'a Model,
        alerts: &AlertBook,
        tasks: &[&'a Task],
        all_frames: bool,
    ) -> Self {
        let tasks = tasks.iter();
        TaskList {
            head: Head::new(target, model),
            tasks: tasks
                .map(|task| task_json(model, task, alerts.of_task(task.key), all_frames))
                .collect(),
        }
    }
}

#[derive(Debug, Serialize)]
pub(super) struct TaskJson<'a> {
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
    age_ms: u64,
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
    /// How many there are of this one, at this stack.
    count: u32,
    /// Where in the program's own code it waits.
    site: Option<LocationJson<'a>>,
    /// The innermost frame first; `null` if no stack was taken.
    stack: Option<Vec<FrameJson<'a>>>,
    resource: Option<ResourceJson>,
}

#[derive(Debug, Serialize)]
pub(super) struct ResourceJson {
    name: String,
    capacity: Option<u64>,
    senders_waiting: usize,
    last_taken: Option<String>,
    last_taker: Option<u64>,
    holder: Option<u64>,
}

pub(super) fn task_json<'a>(
    model: &'a Model,
    task: &'a Task,
    alert: Option<Severity>,
    all_frames: bool,
) -> TaskJson<'a> {
    let waits = model.waits_of(task).into_iter();
    TaskJson {
        task: task.tokio_id,
        name: &task.name,
        kind: task.kind.to_string(),
        state: task.state.to_string(),
        state_since: time(model, task.state_since),
        state_for_ms: whole_millis(task.state_for(model.now)),
        alert: alert.map(Severity::as_str),
        waits: waits.map(|it| wait(model, it, all_frames)).collect(),
        polls: task.polls,
        wakes: task.wakes,
        self_wakes: task.self_wakes,
        busy_ms: millis(task.busy_at(model.now)),
        scheduled_ms: millis(task.scheduled_at(model.now)),
        idle_ms: millis(task.idle_at(model.now)),
        longest_poll_ms: millis(task.longest_poll),
        thread: task.thread.as_deref(),
        spawned: time(model, task.spawned_at),
        age_ms: whole_millis(task.age(model.now)),
        spawned_at: task.location.as_deref().map(location),
        spawner: task.spawner_tokio_id,
        size_bytes: task.size,
        original_size_bytes: task.original_size,
    }
}

fn wait<'a>(model: &'a Model, wait: &'a Wait, all_frames: bool) -> WaitJson<'a> {
    let on = wait.resource.and_then(|key| model.resources.get(&key));
    WaitJson {
        kind: wait.kind.as_str(),
        since: time(model, wait.since),
        for_ms: whole_millis(model.now.since(wait.since)),
        count: wait.count,
        site: site_of(wait),
        stack: frames_of(wait, all_frames),
        resource: on.map(|on| resource(model, on)),
    }
}

pub(super) fn resource(model: &Model, resource: &Resource) -> ResourceJson {
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
