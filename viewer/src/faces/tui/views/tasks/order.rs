//! The tasks in the order of the table.

use super::super::super::table::Texts;
use super::super::super::targets::{Pictures, Seen, TaskOf};
use super::choice::{Choice, Sort};
use super::columns::SortBy;
use super::tree::{self, Branch};
use crate::filter::Filter;
use crate::filter::rows::TaskRow;
use crate::model::Task;

/// The rows of the table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Rows {
    pub(super) tasks: Vec<TaskOf>,
    /// Of a tree, what is told of each row besides; else empty.
    pub(super) branches: Vec<Branch>,
    /// How many tasks the filter shows.
    pub(super) matches: usize,
}

/// What was chosen. The largest numbers come first, and texts in their order; of those
/// that are equal, the older task.
pub(super) fn rows(pictures: &Pictures, choice: &Choice) -> Rows {
    let tasks = in_order(pictures, choice.sort, &choice.filter);
    let matches = tasks.len();
    match &choice.tree {
        Some(folds) => {
            let (tasks, branches) = tree::grow(pictures, tasks, choice, folds);
            Rows {
                tasks,
                branches,
                matches,
            }
        }
        None => Rows {
            tasks,
            branches: Vec::new(),
            matches,
        },
    }
}

fn in_order(pictures: &Pictures, sort: Sort, filter: &Filter) -> Vec<TaskOf> {
    let mut matcher = filter.matcher();
    let shown = pictures.every_task().filter(|(_, seen, task)| {
        filter.is_all()
            || matcher.matches(&TaskRow {
                target: &seen.name,
                model: &seen.picture.model,
                alerts: &seen.picture.alerts,
                task,
            })
    });
    let mut ranked = match sort.column.column().sort_by {
        SortBy::Number(number) => shown
            .map(|(key, seen, task)| (u64::MAX - number(seen, task), key))
            .collect(),
        SortBy::Text(write) => {
            let mut text = String::new();
            by_text(shown, |texts, seen, task| {
                text.clear();
                write(seen, task, &mut text);
                texts.number(&text)
            })
        }
        SortBy::Place(place) => by_text(shown, |texts, seen, task| {
            texts.number_of_place(place(seen, task))
        }),
    };
    ranked.sort_unstable();
    if sort.reversed {
        ranked.reverse();
    }
    ranked.into_iter().map(|(_, task)| task).collect()
}

fn by_text<'a>(
    tasks: impl Iterator<Item = (TaskOf, &'a Seen, &'a Task)>,
    mut number: impl FnMut(&mut Texts, &'a Seen, &'a Task) -> u32,
) -> Vec<(u64, TaskOf)> {
    let mut texts = Texts::default();
    let mut ranked: Vec<(u64, TaskOf)> = tasks
        .map(|(key, seen, task)| (number(&mut texts, seen, task).into(), key))
        .collect();
    let ranks = texts.into_ranks();
    for (number, _) in &mut ranked {
        *number = ranks[*number as usize].into();
    }
    ranked
}
