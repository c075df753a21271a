//! The tasks in the order of the table.

use super::columns::{COLUMNS, SortValue};
use crate::client::Picture;
use crate::model::TaskKey;

/// What the table is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sort {
    /// Index of the column; the first puts first where to look.
    pub(super) column: usize,
    pub(super) reversed: bool,
}

/// What the tasks are to be sorted by. Fast, because the picture cannot change
/// meanwhile; [`in_order`] does the rest without it.
pub(super) fn values(picture: &Picture, sort: Sort) -> Vec<(SortValue, TaskKey)> {
    let value = COLUMNS[sort.column.min(COLUMNS.len() - 1)].value;
    let tasks = picture.model.tasks.values();
    tasks.map(|task| (value(picture, task), task.key)).collect()
}

/// The tasks, sorted.
pub(super) fn in_order(mut values: Vec<(SortValue, TaskKey)>, sort: Sort) -> Vec<TaskKey> {
    values.sort_unstable();
    if sort.reversed {
        values.reverse();
    }
    values.into_iter().map(|(_, task)| task).collect()
}
