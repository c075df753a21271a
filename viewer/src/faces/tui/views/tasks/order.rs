//! The tasks in the order of the table.

use super::super::super::table::Texts;
use super::super::super::targets::{Pictures, Seen, TaskOf};
use super::columns::SortBy;
use super::{Filter, Sort};
use crate::model::Task;

/// The tasks that `filter` shows, sorted. The largest numbers come first, and texts in
/// their order; of those that are equal, the older task.
pub(super) fn in_order(pictures: &Pictures, sort: Sort, filter: Option<&Filter>) -> Vec<TaskOf> {
    let shown = pictures.every_task().filter(|(key, seen, task)| {
        filter.is_none_or(|filter| filter.shows(key.target, &seen.picture, task))
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
