//! What there is of everything, counted.

use super::table::{Leaf, Memo, Table};
use super::{Model, Task, TaskKey, TaskState, Wait, WaitKey};

/// How many live tasks are in each state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct StateCounts {
    /// Being polled.
    pub running: usize,
    /// Waiting for a worker.
    pub scheduled: usize,
    /// Pending.
    pub waiting: usize,
    /// Pending without a waker.
    pub lost: usize,
}

impl StateCounts {
    /// All live tasks.
    pub fn live(&self) -> usize {
        self.running + self.scheduled + self.waiting + self.lost
    }

    pub(super) fn add(&mut self, other: StateCounts) {
        self.running += other.running;
        self.scheduled += other.scheduled;
        self.waiting += other.waiting;
        self.lost += other.lost;
    }

    pub(super) fn count(&mut self, state: TaskState) {
        *match state {
            TaskState::Running => &mut self.running,
            TaskState::Scheduled => &mut self.scheduled,
            TaskState::Waiting => &mut self.waiting,
            TaskState::Lost => &mut self.lost,
        } += 1;
    }
}

/// What is said of all live tasks at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) struct Census {
    pub(crate) states: StateCounts,
    /// Whether any has a name.
    pub(crate) names: bool,
    /// Whether there is a stack of any wait.
    pub(crate) stacks: bool,
}

impl Census {
    fn add(&mut self, other: Census) {
        self.states.add(other.states);
        self.names |= other.names;
        self.stacks |= other.stacks;
    }

    fn of_tasks(leaf: &Leaf<TaskKey, Task>) -> Self {
        let mut census = Census::default();
        for (_, task) in &leaf.entries {
            census.states.count(task.state);
            census.names |= !task.name.is_empty();
            census.stacks |= task.waker_waits.iter().any(|wait| wait.stack.is_some());
        }
        census
    }

    fn of_waits(leaf: &Leaf<WaitKey, Wait>) -> Self {
        let mut waits = leaf.entries.iter();
        Census {
            stacks: waits.any(|(_, wait)| wait.stack.is_some()),
            ..Census::default()
        }
    }
}

/// Takes a census of one picture after another, each of what has changed.
#[derive(Clone, Debug, Default)]
pub(super) struct CensusTaker {
    tasks: Memo<Census>,
    waits: Memo<Census>,
}

impl CensusTaker {
    pub(super) fn take(
        &mut self,
        tasks: &Table<TaskKey, Task>,
        waits: &Table<WaitKey, Wait>,
    ) -> Census {
        self.tasks.refresh(tasks, Census::of_tasks);
        self.waits.refresh(waits, Census::of_waits);
        let mut census = Census::default();
        for part in self.tasks.values().chain(self.waits.values()) {
            census.add(*part);
        }
        census
    }
}

impl Model {
    /// How many live tasks are in each state.
    pub fn state_counts(&self) -> StateCounts {
        self.census().states
    }

    /// What is said of all live tasks at once.
    pub(crate) fn census(&self) -> Census {
        self.census
            .unwrap_or_else(|| CensusTaker::default().take(&self.tasks, &self.waits))
    }
}
