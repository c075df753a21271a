//! What a viewer shows of a program, such that two viewers can be held against each
//! other.

use std::collections::BTreeMap;
use std::fmt::Debug;

use taskmon::model::{
    EndedTask, Model, Moment, Program, Resource, ResourceKey, SiteKey, SpawnSite, Task, TaskKey,
    Totals, Wait, WaitKey,
};

/// How many differences of one kind are told.
const TOLD: usize = 3;

/// All of a model that is the same in every true picture of a program that rests.
///
/// Left out is what is a viewer's own: when it looked, how often it asks, what it
/// remembers, and in which order its lists are.
#[derive(Clone, Debug)]
pub struct Pictured {
    program: Option<Program>,
    complete: bool,
    worker_threads: u32,
    totals: Totals,
    oddities: u64,
    tasks: BTreeMap<TaskKey, Task>,
    waits: BTreeMap<WaitKey, Wait>,
    resources: BTreeMap<ResourceKey, Resource>,
    sites: BTreeMap<SiteKey, SpawnSite>,
    ended: BTreeMap<TaskKey, EndedTask>,
}

impl Pictured {
    /// What `model` shows.
    pub fn of(model: &Model) -> Self {
        let tasks = model.tasks.iter();
        let resources = model.resources.iter();
        let ended = model.ended.iter().map(|ended| {
            let task = without_the_viewers_own(&ended.task);
            let key = task.key;
            let ended = EndedTask {
                task,
                ..ended.clone()
            };
            (key, ended)
        });
        Pictured {
            program: model.program.clone().map(|program| Program {
                interval: Default::default(),
                ..program
            }),
            complete: model.complete,
            worker_threads: model.process.worker_threads,
            totals: model.totals,
            oddities: model.oddities,
            tasks: tasks
                .map(|(key, task)| (*key, without_the_viewers_own(task)))
                .collect(),
            waits: model
                .waits
                .iter()
                .map(|(key, wait)| (*key, wait.clone()))
                .collect(),
            resources: resources
                .map(|(key, resource)| {
                    let mut resource = resource.clone();
                    resource.waits.sort_unstable();
                    (*key, resource)
                })
                .collect(),
            sites: model
                .sites
                .iter()
                .map(|(key, site)| (key.clone(), *site))
                .collect(),
            ended: ended.collect(),
        }
    }

    /// How many things are in it.
    pub fn things(&self) -> usize {
        self.tasks.len() + self.waits.len() + self.resources.len() + self.sites.len()
    }

    /// What this one has otherwise than `fresh`, in words; empty if nothing.
    ///
    /// Of the tasks that have ended a viewer knows more than one that has just come,
    /// and the program does not promise that it is told of each: those that both know
    /// must be the same.
    pub fn differences_to(&self, fresh: &Pictured) -> Vec<String> {
        let mut all = Vec::new();
        let mut hold = |what: &str, own: &dyn Debug, other: &dyn Debug, same: bool| {
            if !same {
                all.push(format!("{what}: {own:?}, and fresh {other:?}"));
            }
        };
        let same = self.program == fresh.program;
        hold("program", &self.program, &fresh.program, same);
        let same = self.complete == fresh.complete;
        hold("complete", &self.complete, &fresh.complete, same);
        let (own, other) = (self.worker_threads, fresh.worker_threads);
        hold("worker threads", &own, &other, own == other);
        let same = self.totals == fresh.totals;
        hold("totals", &self.totals, &fresh.totals, same);
        let (own, other) = (self.oddities, fresh.oddities);
        hold("oddities", &own, &other, (own, other) == (0, 0));
        compare(&mut all, "task", &self.tasks, &fresh.tasks);
        compare(&mut all, "wait", &self.waits, &fresh.waits);
        compare(&mut all, "resource", &self.resources, &fresh.resources);
        compare(&mut all, "site", &self.sites, &fresh.sites);
        let known = |key: &TaskKey| self.ended.contains_key(key);
        let both = fresh.ended.iter().filter(|(key, _)| known(key));
        let both: BTreeMap<_, _> = both.map(|(key, ended)| (*key, ended.clone())).collect();
        let own = self.ended.iter().filter(|(key, _)| both.contains_key(key));
        let own = own.map(|(key, ended)| (*key, ended.clone())).collect();
        compare(&mut all, "ended task", &own, &both);
        all
    }

    /// How many of the ended tasks that one knows that has just come are not known here.
    pub fn ended_not_known(&self, fresh: &Pictured) -> usize {
        let not_known = |key: &&TaskKey| !self.ended.contains_key(key);
        fresh.ended.keys().filter(not_known).count()
    }
}

/// The task without when the viewer noticed something, and its waits in order.
fn without_the_viewers_own(task: &Task) -> Task {
    let mut task = task.clone();
    task.longest_poll_seen = Moment::ZERO;
    task.waits.sort_unstable();
    task
}

fn compare<K: Ord + Debug, V: PartialEq + Debug>(
    all: &mut Vec<String>,
    what: &str,
    own: &BTreeMap<K, V>,
    fresh: &BTreeMap<K, V>,
) {
    let keys = own
        .keys()
        .chain(fresh.keys().filter(|key| !own.contains_key(key)));
    let differing: Vec<_> = keys.filter(|key| own.get(key) != fresh.get(key)).collect();
    for key in differing.iter().take(TOLD) {
        let (own, fresh) = (own.get(key), fresh.get(key));
        all.push(format!("{what} {key:?}: {own:?}, and fresh {fresh:?}"));
    }
    if differing.len() > TOLD {
        let more = differing.len() - TOLD;
        all.push(format!("{what}: {more} more differ"));
    }
}

#[cfg(test)]
mod tests {
    use taskmon_proto::v1 as wire;

    use super::*;

    /// A program with two tasks, one of which was polled `polls` times.
    fn model(polls: u64) -> Model {
        let mut model = Model::default();
        model.apply_hello(wire::Hello::default()).unwrap();
        let task = |key, polls| wire::Task {
            key,
            info: Some(wire::TaskInfo::default()),
            state: wire::TaskState::Waiting.into(),
            polls,
            ..wire::Task::default()
        };
        let page = wire::Page {
            tick: 1,
            reset: true,
            last: true,
            tasks: vec![task(1, 3), task(2, polls)],
            totals: Some(wire::Totals {
                tasks_spawned: 2,
                ..wire::Totals::default()
            }),
            ..wire::Page::default()
        };
        assert!(model.apply_page(page).unwrap());
        model
    }

    #[test]
    fn the_same_is_the_same_whenever_it_was_looked_at() {
        let (one, mut other) = (Pictured::of(&model(5)), model(5));
        other.now = Moment::from_nanos(77);
        assert_eq!(one.things(), 2);
        let differences = one.differences_to(&Pictured::of(&other));
        assert!(differences.is_empty(), "{differences:?}");
    }

    #[test]
    fn whatever_differs_is_told() {
        let fresh = Pictured::of(&model(5));
        let differences = Pictured::of(&model(4)).differences_to(&fresh);
        assert_eq!(differences.len(), 1);
        assert!(
            differences[0].starts_with("task TaskKey(2): "),
            "{differences:?}"
        );
        let mut other = model(5);
        other.oddities = 1;
        other.totals.tasks_ended = 1;
        let told = Pictured::of(&other).differences_to(&fresh).join("\n");
        assert!(
            told.contains("totals: ") && told.contains("oddities: 1"),
            "{told}"
        );
        let told = Pictured::of(&Model::default()).differences_to(&fresh);
        assert!(
            told.iter()
                .any(|it| it.contains("None, and fresh Some(Task")),
            "{told:?}"
        );
    }
}
