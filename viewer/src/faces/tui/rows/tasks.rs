//! The tasks in the order of the table.

use super::super::columns::{COLUMNS, SortBy};
use super::texts::Texts;
use super::{Filter, Sort};
use crate::client::Picture;
use crate::model::{Task, TaskKey};

/// The tasks of `picture` that `filter` shows, sorted. The largest numbers come
/// first, and texts in their order; of those that are equal, the older task.
pub(super) fn in_order(picture: &Picture, sort: Sort, filter: Option<&Filter>) -> Vec<TaskKey> {
    let all = picture.model.tasks.values();
    let shown = all.filter(|task| filter.is_none_or(|filter| filter.shows(picture, task)));
    let column = &COLUMNS[sort.column.min(COLUMNS.len() - 1)];
    let mut ranked = match column.sort_by {
        SortBy::Number(number) => shown
            .map(|task| (u64::MAX - number(picture, task), task.key))
            .collect(),
        SortBy::Text(write) => {
            let mut text = String::new();
            by_text(shown, |texts, task| {
                text.clear();
                write(picture, task, &mut text);
                texts.number(&text)
            })
        }
        SortBy::Place(place) => by_text(shown, |texts, task| {
            texts.number_of_place(place(picture, task))
        }),
    };
    ranked.sort_unstable();
    if sort.reversed {
        ranked.reverse();
    }
    ranked.into_iter().map(|(_, task)| task).collect()
}

fn by_text<'a>(
    tasks: impl Iterator<Item = &'a Task>,
    mut number: impl FnMut(&mut Texts, &'a Task) -> u32,
) -> Vec<(u64, TaskKey)> {
    let mut texts = Texts::default();
    let mut ranked: Vec<(u64, TaskKey)> = tasks
        .map(|task| (number(&mut texts, task).into(), task.key))
        .collect();
    let ranks = texts.into_ranks();
    for (number, _) in &mut ranked {
        *number = ranks[*number as usize].into();
    }
    ranked
}
