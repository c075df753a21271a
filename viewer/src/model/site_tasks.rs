//! The live tasks of each spawn site, summed up.

use std::collections::BTreeMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;
use std::time::Duration;

use super::table::{Leaf, Memo, Table};
use super::{KeyMap, Location, Model, Moment, SiteKey, StateCounts, Task, TaskKey, TaskKind};

/// What the live tasks of one spawn site do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct SiteTasks {
    /// How many there are in each state.
    pub states: StateCounts,
    /// When the oldest of them was spawned.
    pub oldest: Moment,
    /// Their polls.
    pub polls: u64,
    /// How often they were woken.
    pub wakes: u64,
    /// Their time in polls that ended.
    pub busy: Duration,
}

impl SiteTasks {
    fn of(task: &Task) -> Self {
        let mut states = StateCounts::default();
        states.count(task.state);
        SiteTasks {
            states,
            oldest: task.spawned_at,
            polls: task.polls,
            wakes: task.wakes,
            busy: task.busy,
        }
    }

    fn add(&mut self, other: &SiteTasks) {
        self.states.add(other.states);
        self.oldest = self.oldest.min(other.oldest);
        self.polls = self.polls.saturating_add(other.polls);
        self.wakes = self.wakes.saturating_add(other.wakes);
        self.busy = self.busy.saturating_add(other.busy);
    }
}

/// All live tasks by where they were spawned.
#[derive(Clone, Debug, Default)]
pub(super) struct SiteSums {
    pub(super) sites: BTreeMap<SiteKey, SiteTasks>,
    /// All tasks, those of no known site too.
    pub(super) all: SiteTasks,
}

/// The tasks of one site in one leaf.
type LeafSum = (Option<Arc<Location>>, TaskKind, SiteTasks);
type LeafSums = Vec<LeafSum>;
/// The same of all leaves, by the address of the location.
type Sums<'a> = KeyMap<(usize, u32), (&'a Option<Arc<Location>>, TaskKind, SiteTasks)>;

/// Sums up one picture after another, each only where it has changed.
#[derive(Clone, Debug, Default)]
pub(super) struct SiteSummer {
    leaves: Memo<LeafSums>,
}

impl SiteSummer {
    pub(super) fn sum(&mut self, tasks: &Table<TaskKey, Task>) -> SiteSums {
        self.leaves.refresh(tasks, of_leaf);
        // Locations are shared, so that their addresses tell them apart at once.
        let mut sums = Sums::default();
        for (location, kind, tasks) in self.leaves.values().flatten() {
            let address = location.as_ref().map_or(0, |it| Arc::as_ptr(it).addr());
            match sums.entry((address, *kind as u32)) {
                Entry::Occupied(mut known) => known.get_mut().2.add(tasks),
                Entry::Vacant(new) => {
                    new.insert((location, *kind, *tasks));
                }
            }
        }
        let mut all = None;
        let mut sites: BTreeMap<SiteKey, SiteTasks> = BTreeMap::new();
        for (location, kind, tasks) in sums.into_values() {
            add(&mut all, &tasks);
            if let Some(location) = location {
                let location = Arc::clone(location);
                let key = SiteKey { location, kind };
                sites
                    .entry(key)
                    .and_modify(|known| known.add(&tasks))
                    .or_insert(tasks);
            }
        }
        SiteSums {
            sites,
            all: all.unwrap_or_default(),
        }
    }
}

fn of_leaf(leaf: &Leaf<TaskKey, Task>) -> LeafSums {
    let mut sums = LeafSums::new();
    for (_, task) in &leaf.entries {
        let tasks = SiteTasks::of(task);
        let same = |(location, kind, _): &&mut LeafSum| {
            let is_there = match (location, &task.location) {
                (Some(one), Some(other)) => Arc::ptr_eq(one, other),
                (one, other) => one.is_none() && other.is_none(),
            };
            is_there && *kind == task.kind
        };
        match sums.iter_mut().find(same) {
            Some((_, _, known)) => known.add(&tasks),
            None => {
                // Tasks that are in one leaf were mostly spawned at one site.
                sums.reserve_exact(1);
                sums.push((task.location.clone(), task.kind, tasks));
            }
        }
    }
    sums
}

fn add(sum: &mut Option<SiteTasks>, tasks: &SiteTasks) {
    match sum {
        Some(sum) => sum.add(tasks),
        None => *sum = Some(*tasks),
    }
}

impl Model {
    /// What the live tasks do that were spawned at each site. Of a picture that is
    /// shared it is known already.
    pub fn site_tasks(&self) -> Arc<BTreeMap<SiteKey, SiteTasks>> {
        match &self.site_tasks {
            Some(known) => Arc::clone(known),
            None => Arc::new(SiteSummer::default().sum(&self.tasks).sites),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample::Sample;
    use crate::model::{TaskState, WaitKind};

    #[test]
    fn live_tasks_are_summed_up_by_where_they_were_spawned() {
        let mut sample = Sample::new();
        let tasks = [(1, 61), (2, 61), (3, 62)].map(|(id, line)| sample.task_at(id, line));
        sample.wait(tasks[0], WaitKind::Sleep, 1);
        sample.state(tasks[1], TaskState::Running);
        for (number, key) in (1..).zip(tasks) {
            let task = sample.model.tasks.get_mut(&key).unwrap();
            task.spawned_at = Moment::from_nanos(number * 1_000);
            (task.polls, task.busy) = (number, Duration::from_secs(number));
        }
        let sites = sample.model.site_tasks();
        let sums: Vec<_> = sites
            .iter()
            .map(|(key, sum)| (key.location.line, *sum))
            .collect();
        assert_eq!(sums[0].0, 61);
        assert_eq!((sums[0].1.states.waiting, sums[0].1.states.running), (1, 1));
        assert_eq!(
            (sums[0].1.polls, sums[0].1.busy),
            (3, Duration::from_secs(3))
        );
        assert_eq!(sums[0].1.oldest, Moment::from_nanos(1_000));
        assert_eq!((sums[1].0, sums[1].1.states.live()), (62, 1));
    }

    #[test]
    fn what_has_changed_is_summed_up_anew() {
        let mut sample = Sample::new();
        let all: Vec<_> = (0..500)
            .map(|id| sample.task_at(id, 60 + id as u32 % 3))
            .collect();
        let mut summer = SiteSummer::default();
        summer.sum(&sample.model.tasks);
        for key in all.iter().step_by(7) {
            sample.state(*key, TaskState::Lost);
        }
        for key in all.iter().step_by(5) {
            sample.model.tasks.remove(key);
        }
        let changed = summer.sum(&sample.model.tasks);
        let anew = SiteSummer::default().sum(&sample.model.tasks);
        assert_eq!(changed.sites, anew.sites);
        assert_eq!(changed.all, anew.all);
        assert_eq!(changed.all.states.live(), 400);
    }
}
