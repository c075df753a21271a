//! Tasks that do the same, once.

use serde::Serialize;

use super::stack::{FrameJson, LocationJson, frames_of, location, site_of};
use super::tasks::{ResourceJson, resource};
use super::{Head, whole_millis};
use crate::model::{GroupWait, Model, Task, TaskGroup};

/// How many tasks of a group are named.
const EXAMPLES: usize = 10;

/// What `taskmon dump --group --json` prints.
#[derive(Debug, Serialize)]
pub struct GroupList<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    groups: Vec<GroupJson<'a>>,
}

impl<'a> GroupList<'a> {
    /// These `tasks` of `model` by what they do, the largest group first; with all frames
    /// of their stacks, or with those of the program and its libraries.
    pub fn new(target: &'a str, model: &'a Model, tasks: &[&'a Task], all_frames: bool) -> Self {
        let groups = model.task_groups(tasks, all_frames);
        GroupList {
            head: Head::new(target, model),
            groups: groups
                .iter()
                .map(|it| group(model, it, all_frames))
                .collect(),
        }
    }
}

#[derive(Debug, Serialize)]
struct GroupJson<'a> {
    tasks: usize,
    state: String,
    /// What they wait for, in words, or their state.
    doing: String,
    /// For how long the tasks have been doing it, by their longest waits.
    shortest_ms: u64,
    longest_ms: u64,
    waits: Vec<GroupWaitJson<'a>>,
    spawned_at: Vec<SpawnedJson<'a>>,
    /// The first tasks of it.
    examples: Vec<u64>,
}

#[derive(Debug, Serialize)]
struct GroupWaitJson<'a> {
    kind: &'a str,
    shortest_ms: u64,
    longest_ms: u64,
    site: Option<LocationJson<'a>>,
    stack: Option<Vec<FrameJson<'a>>>,
    /// What all of them wait on; `null` if it is more than one thing.
    resource: Option<ResourceJson>,
}

#[derive(Debug, Serialize)]
struct SpawnedJson<'a> {
    site: Option<LocationJson<'a>>,
    tasks: usize,
}

fn group<'a>(model: &Model, group: &TaskGroup<'a>, all_frames: bool) -> GroupJson<'a> {
    let spawned = |(site, tasks): &(Option<&'a _>, usize)| SpawnedJson {
        site: site.map(|site: &std::sync::Arc<_>| location(site)),
        tasks: *tasks,
    };
    let examples = group.tasks.iter().take(EXAMPLES);
    GroupJson {
        tasks: group.tasks.len(),
        state: group.state.to_string(),
        doing: group.doing_text(),
        shortest_ms: whole_millis(group.shortest),
        longest_ms: whole_millis(group.longest),
        waits: group
            .waits
            .iter()
            .map(|it| wait(model, it, all_frames))
            .collect(),
        spawned_at: group.spawned_at.iter().map(spawned).collect(),
        examples: examples.map(|task| task.tokio_id).collect(),
    }
}

fn wait<'a>(model: &Model, wait: &GroupWait<'a>, all_frames: bool) -> GroupWaitJson<'a> {
    let longest = wait.longest;
    let on = longest.resource.and_then(|key| model.resources.get(&key));
    let on = on.filter(|_| !wait.several_resources);
    GroupWaitJson {
        kind: longest.kind.as_str(),
        shortest_ms: whole_millis(model.now.since(wait.shortest.since)),
        longest_ms: whole_millis(model.now.since(longest.since)),
        site: site_of(longest),
        stack: frames_of(longest, all_frames),
        resource: on.map(|on| resource(model, on)),
    }
}
