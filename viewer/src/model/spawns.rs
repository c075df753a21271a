//! Who spawned a task, and who spawned that one.

use std::collections::HashSet;
use std::sync::Arc;

use super::{Location, Model, Task, TaskKey};

/// How one task came to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spawn<'a> {
    /// What `tokio::task::Id` shows of it.
    pub of: u64,
    /// The same of the task that spawned it; `None` if no task did.
    pub by: Option<u64>,
    /// Where, if that is known.
    pub at: Option<&'a Arc<Location>>,
}

impl Model {
    /// How many tasks a chain of spawns is followed.
    const SPAWNS: usize = 32;

    /// How `task` came to be, then the one that spawned it, and so on up to one
    /// that no task spawned or that is not known any more. At least one.
    pub fn spawns<'a>(&'a self, task: &'a Task) -> impl Iterator<Item = Spawn<'a>> {
        let mut seen = HashSet::new();
        let spawner = |task: &&'a Task| self.task_or_ended(task.spawner?);
        let chain = std::iter::successors(Some(task), spawner);
        let chain = chain.take_while(move |task| seen.insert(task.key));
        chain.take(Model::SPAWNS).map(|task| Spawn {
            of: task.tokio_id,
            by: task.spawner_tokio_id.or_else(|| {
                let spawner = self.task_or_ended(task.spawner?)?;
                Some(spawner.tokio_id)
            }),
            at: task.location.as_ref(),
        })
    }

    /// The task of that name, also if it has ended and is remembered.
    pub(crate) fn task_or_ended(&self, key: TaskKey) -> Option<&Task> {
        let ended = || self.ended.iter().map(|ended| &ended.task);
        self.tasks
            .get(&key)
            .or_else(|| ended().find(|task| task.key == key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample::Sample;
    use crate::model::{EndedTask, TaskEnd};

    /// Tasks that are spawned each by the next.
    fn family(ids: &[u64]) -> (Sample, Vec<TaskKey>) {
        let mut sample = Sample::new();
        let keys: Vec<_> = ids.iter().map(|id| sample.task(*id)).collect();
        for pair in keys.windows(2) {
            sample.model.tasks.get_mut(&pair[0]).unwrap().spawner = Some(pair[1]);
        }
        (sample, keys)
    }

    fn spawned_by(sample: &Sample, task: TaskKey) -> Vec<(u64, Option<u64>)> {
        let spawns = sample.model.spawns(&sample.model.tasks[&task]);
        spawns.map(|spawn| (spawn.of, spawn.by)).collect()
    }

    #[test]
    fn a_chain_goes_up_to_the_task_that_none_spawned() {
        let (mut sample, keys) = family(&[3, 2, 1]);
        let expected = [(3, Some(2)), (2, Some(1)), (1, None)];
        assert_eq!(spawned_by(&sample, keys[0]), expected);
        let task = sample.model.tasks.remove(&keys[1]).unwrap();
        sample.model.ended.push_back(EndedTask {
            task,
            end: TaskEnd::Completed,
            ended_at: sample.model.now,
        });
        assert_eq!(spawned_by(&sample, keys[0]), expected);
    }

    #[test]
    fn of_a_spawner_that_is_forgotten_the_number_is_left() {
        let (mut sample, keys) = family(&[3]);
        let task = sample.model.tasks.get_mut(&keys[0]).unwrap();
        task.spawner = Some(TaskKey(77));
        task.spawner_tokio_id = Some(2);
        assert_eq!(spawned_by(&sample, keys[0]), [(3, Some(2))]);
    }

    #[test]
    fn tasks_that_claim_to_have_spawned_each_other_end() {
        let (mut sample, keys) = family(&[2, 1]);
        sample.model.tasks.get_mut(&keys[1]).unwrap().spawner = Some(keys[0]);
        let expected = [(2, Some(1)), (1, Some(2))];
        assert_eq!(spawned_by(&sample, keys[0]), expected);
        let many: Vec<_> = (1..=100).collect();
        let (sample, keys) = family(&many);
        assert_eq!(spawned_by(&sample, keys[0]).len(), Model::SPAWNS);
    }
}
