//! What the rules must look at.
//!
//! Of a million tasks few can be in trouble at all: those that wait to send or for a
//! lock, run or could run, spin, are large, or are lost. Which they are is found out anew only where the picture
//! has changed, so that judging it takes time for what is suspect and for what has
//! changed, and for nothing else.

use super::{RULES, Settings, Thresholds};
use crate::model::{Leaf, Memo, Model, Moment, Task, TaskKind, Wait};

/// The tasks and waits that a rule watches.
#[derive(Clone, Debug, Default)]
pub(super) struct Suspects {
    tasks: Memo<SuspectTasks>,
    waits: Memo<Places>,
}

/// Where they are in their leaf.
type Places = Box<[u32]>;

/// Those of one leaf.
#[derive(Clone, Debug, Default)]
struct SuspectTasks {
    /// Watched themselves.
    tasks: Places,
    /// With a waker's wait that is watched.
    waiting: Places,
    /// When the last poll of one of all the tasks began.
    last_poll: Option<Moment>,
}

impl Suspects {
    /// Finds them in a picture, of which most is as it was in the last. The settings
    /// must always be the same.
    pub(super) fn find(&mut self, model: &Model, settings: &Settings, limits: &Thresholds) {
        let watches = |task: &Task| {
            let mut rules = RULES.iter().enumerate();
            rules.any(|(index, rule)| settings.is_on(index) && rule.watches_task(task, limits))
        };
        self.tasks.refresh(&model.tasks, |leaf| SuspectTasks {
            tasks: places(leaf, watches),
            waiting: places(leaf, |task: &Task| task.waker_waits.iter().any(is_watched)),
            last_poll: last_poll(leaf),
        });
        self.waits
            .refresh(&model.waits, |leaf| places(leaf, is_watched));
    }

    /// When a worker last began a poll of a task that is alive, or saw one end.
    pub(super) fn last_poll(&self, model: &Model) -> Option<Moment> {
        let polls = self.tasks.values().filter_map(|it| it.last_poll).max();
        polls.max(model.ended.back().map(|ended| ended.ended_at))
    }

    /// The waits, of the picture in which they were found last.
    pub(super) fn waits<'a>(&'a self, model: &'a Model) -> impl Iterator<Item = &'a Wait> {
        let of_tasks = self.tasks.values().map(|suspects| &suspects.waiting);
        let of_wakers = at(model.tasks.leaves().zip(of_tasks))
            .flat_map(|task: &Task| task.waker_waits.iter().filter(|wait| is_watched(wait)));
        at(model.waits.leaves().zip(self.waits.values())).chain(of_wakers)
    }

    /// The tasks, of the same picture.
    pub(super) fn tasks<'a>(&'a self, model: &'a Model) -> impl Iterator<Item = &'a Task> {
        let places = self.tasks.values().map(|suspects| &suspects.tasks);
        at(model.tasks.leaves().zip(places))
    }
}

/// What may be over is no ground for an alert.
fn is_watched(wait: &Wait) -> bool {
    !wait.maybe_over && RULES.iter().any(|rule| rule.watches_wait(wait))
}

/// `spawn_blocking` runs on threads that no other task waits for.
fn last_poll<K>(leaf: &Leaf<K, Task>) -> Option<Moment> {
    let tasks = leaf.entries.iter().map(|(_, task)| task);
    let of_workers = tasks.filter(|task| task.kind != TaskKind::Blocking);
    of_workers.filter_map(|task| task.last_poll).max()
}

fn places<K, V>(leaf: &Leaf<K, V>, is_suspect: impl Fn(&V) -> bool) -> Places {
    let places = (0..).zip(&leaf.entries);
    let suspects = places.filter(|(_, (_, value))| is_suspect(value));
    suspects.map(|(place, _)| place).collect()
}

fn at<'a, K: 'a, V: 'a>(
    leaves: impl Iterator<Item = (&'a Leaf<K, V>, &'a Places)>,
) -> impl Iterator<Item = &'a V> {
    leaves.flat_map(|(leaf, places)| {
        let entries = places
            .iter()
            .filter_map(|place| leaf.entries.get(*place as usize));
        entries.map(|(_, value)| &**value)
    })
}
