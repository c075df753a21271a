//! The tasks that have to do with a channel, a lock or a semaphore.

use super::super::super::targets::{Of, Pictures, ResourceOf, TaskOf};
use crate::faces::dump::rows::Row;
use crate::faces::dump::task;
use crate::model::{Model, Moment, Resource, ResourceKey, ResourceKind, TaskKey, WaitKind};

/// How many of those that wait are listed.
const WAITING: usize = 1_000;
/// How many are shown with their stacks.
const WITH_STACKS: usize = 100;

/// A task at a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct End {
    pub(super) role: &'static str,
    pub(super) task: TaskKey,
    /// Since when it waits, if it does.
    pub(super) since: Option<Moment>,
}

/// Who receives or holds it, then those that wait, the longest first.
pub(super) fn of(model: &Model, resource: &Resource) -> Vec<End> {
    let (role, first) = match resource.kind {
        ResourceKind::Mpsc => ("receiver", resource.last_taker),
        _ => ("holder", resource.holder),
    };
    let first = first.map(|task| End {
        role,
        task,
        since: None,
    });
    let waits = resource.waits.iter().filter_map(|key| model.waits.get(key));
    let mut waiting: Vec<End> = waits
        .filter(|wait| !is_of(first, wait.task, &wait.kind))
        .map(|wait| End {
            role: role_of(&wait.kind),
            task: wait.task,
            since: Some(wait.since),
        })
        .collect();
    waiting.sort_by_key(|end| (end.since, end.task));
    waiting.truncate(WAITING);
    first.into_iter().chain(waiting).collect()
}

/// Whether that the receiver waits to receive is told already.
fn is_of(first: Option<End>, task: TaskKey, kind: &WaitKind) -> bool {
    *kind == WaitKind::MpscRecv && first.is_some_and(|first| first.task == task)
}

fn role_of(kind: &WaitKind) -> &'static str {
    match kind {
        WaitKind::MpscSend => "sender",
        WaitKind::MpscRecv => "receiver",
        _ => "waits",
    }
}

/// The tasks at it with their stacks.
pub(in super::super) fn stacks(model: &Model, key: ResourceKey, all_frames: bool) -> Vec<Row> {
    let Some(resource) = model.resources.get(&key) else {
        return vec![Row::text(0, "this is gone")];
    };
    let mut rows = Vec::new();
    let ends = of(model, resource).into_iter();
    let live = ends.filter_map(|end| Some((end.role, model.tasks.get(&end.task)?)));
    for (role, task) in live.take(WITH_STACKS) {
        rows.push(Row::text(0, &format!("{role}:")));
        rows.extend(task::rows(model, task, all_frames));
        rows.extend(task::spawn_rows(model, task, 1));
        rows.push(Row::text(0, ""));
    }
    if rows.is_empty() {
        rows.push(Row::text(
            0,
            &format!("nobody is known to use {resource} now"),
        ));
    }
    rows
}

/// The live tasks at it.
pub(in super::super) fn tasks(pictures: &Pictures, of_resource: ResourceOf) -> Vec<TaskOf> {
    let Some((seen, resource)) = pictures.resource(of_resource) else {
        return Vec::new();
    };
    let model = &seen.picture.model;
    let ends = of(model, resource).into_iter();
    let live = ends.filter(|end| model.tasks.contains_key(&end.task));
    let named = live.take(WITH_STACKS).map(|end| Of {
        target: of_resource.target,
        key: end.task,
    });
    named.collect()
}
