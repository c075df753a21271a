//! Tasks below those that spawned them.
//!
//! Tasks in an order come in, and what the user has folded; rows of a tree go out. It
//! is grown on the thread that puts rows in order, in a time that grows little more
//! than the tasks, whatever the program says of who spawned whom. `forest` knows who
//! is below whom.

mod forest;
#[cfg(test)]
mod tests;

use std::collections::HashSet;

use self::forest::Forest;
use super::super::super::targets::{Pictures, TaskOf};
use super::choice::Choice;
use super::columns::ColumnName;
use crate::rules::Severity;

/// Tasks that are so deep are folded unless the user unfolds them.
const FOLDED_FROM: usize = 2;

/// What is folded.
#[derive(Clone, Debug, Default)]
pub(super) struct Folds {
    /// Whether nothing is, but for what the user folds.
    all_open: bool,
    /// Those that are not as they would be.
    other: HashSet<TaskOf>,
}

impl Folds {
    fn is_open(&self, task: TaskOf, depth: usize, is_filtered: bool) -> bool {
        // What a filter shows is to be seen.
        let by_itself = self.all_open || is_filtered || depth < FOLDED_FROM;
        by_itself != self.other.contains(&task)
    }

    /// Folds or unfolds one.
    pub(super) fn turn(&mut self, task: TaskOf) {
        if !self.other.remove(&task) {
            self.other.insert(task);
        }
    }

    /// Unfolds everything, or folds it again as it was at first.
    pub(super) fn turn_all(&mut self) {
        *self = Folds {
            all_open: !self.all_open,
            other: HashSet::new(),
        };
    }
}

/// What is told of a row of the tree besides its task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Branch {
    /// How many spawners are above it.
    pub(super) depth: u16,
    /// How many tasks are below it, folded or not.
    pub(super) below: u32,
    /// Whether those are shown.
    pub(super) is_open: bool,
    /// Whether it is shown only for one below it.
    pub(super) is_context: bool,
    /// The worst that is said of it and of what is folded below it.
    pub(super) worst: Option<Severity>,
}

/// The rows of the tree of `tasks`, which are in the order of the table. What a filter
/// has left out of who spawned them is shown too.
pub(super) fn grow(
    pictures: &Pictures,
    tasks: Vec<TaskOf>,
    choice: &Choice,
    folds: &Folds,
) -> (Vec<TaskOf>, Vec<Branch>) {
    // Where to look comes first, and that may be far below.
    let by_best = choice.sort.column == ColumnName::Alert;
    let forest = Forest::plant(pictures, tasks, by_best);
    let is_filtered = !choice.filter.is_all();
    let (mut rows, mut branches) = (Vec::new(), Vec::new());
    // One iterator for each depth: a stack of the program's would have an end.
    let mut paths = vec![forest.roots()];
    while let Some(path) = paths.last_mut() {
        let Some(node) = path.next() else {
            paths.pop();
            continue;
        };
        let depth = paths.len() - 1;
        let task = forest.task(node);
        let is_open = folds.is_open(task, depth, is_filtered);
        let below = forest.below(node);
        rows.push(task);
        branches.push(Branch {
            depth: u16::try_from(depth).unwrap_or(u16::MAX),
            below,
            is_open: is_open && below > 0,
            is_context: forest.is_context(node),
            worst: match is_open {
                true => forest.severity(node),
                false => forest.worst(node),
            },
        });
        if is_open {
            paths.push(forest.children(node));
        }
    }
    (rows, branches)
}
