//! What a task has to do with, found by going through all there is of its program.

use std::collections::BTreeMap;

use super::super::super::targets::{Pictures, TaskOf};
use crate::model::{Model, Moment, ResourceKey, Task, TaskKey, TaskTimeline};

/// So many of a kind are named; of more, how many there are.
const NAMED: usize = 5;

/// What a task has to do with.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Related {
    /// How many live tasks it has spawned.
    pub(super) spawned: usize,
    /// The first of them.
    pub(super) children: Vec<TaskKey>,
    /// Channels and locks: why, and which.
    pub(super) resources: BTreeMap<ResourceKey, Role>,
    /// What it did over the last minutes.
    pub(super) timeline: Option<TaskTimeline>,
}

/// What a task has to do with a resource, what matters most first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    Waits,
    Holds,
    Receives,
    Made,
}

impl Role {
    /// `it waits on this`, after the name of the resource.
    pub(super) fn text(self) -> &'static str {
        match self {
            Role::Waits => "it waits on this",
            Role::Holds => "it holds this",
            Role::Receives => "it was the last to take from this",
            Role::Made => "it made this",
        }
    }
}

/// Goes through all tasks and resources: to be done on a thread beside the UI's.
pub(super) fn find(
    pictures: &Pictures,
    of: TaskOf,
    kept: Option<&Task>,
    ended_at: Option<Moment>,
) -> Related {
    let Some(seen) = pictures.get(of.target) else {
        return Related::default();
    };
    let model = &seen.picture.model;
    let mut related = Related::default();
    for (key, task) in model.tasks.iter() {
        if task.spawner == Some(of.key) && *key != of.key {
            related.spawned += 1;
            related.children.push(*key);
        }
    }
    related.children.sort_unstable();
    related.children.truncate(NAMED);
    let task = model.tasks.get(&of.key).or(kept);
    related.resources = resources(model, of.key, task);
    related.timeline = task.and_then(|task| model.task_timeline(task, ended_at));
    related
}

fn resources(model: &Model, key: TaskKey, task: Option<&Task>) -> BTreeMap<ResourceKey, Role> {
    let mut found = BTreeMap::new();
    let is_its = |by: Option<TaskKey>| by == Some(key);
    let (mut taken, mut made) = (0, 0);
    for (key, resource) in model.resources.iter() {
        let role = if is_its(resource.holder) {
            Role::Holds
        } else if is_its(resource.last_taker) && taken < NAMED {
            taken += 1;
            Role::Receives
        } else if is_its(resource.creator) && resource.kind.is_shared() && made < NAMED {
            made += 1;
            Role::Made
        } else {
            continue;
        };
        found.insert(*key, role);
    }
    let waits = task.map(|task| model.waits_of(task)).unwrap_or_default();
    for on in waits.iter().filter_map(|wait| wait.resource) {
        let resource = model.resources.get(&on);
        if resource.is_some_and(|resource| resource.kind.is_shared()) {
            found.insert(on, Role::Waits);
        }
    }
    found
}
