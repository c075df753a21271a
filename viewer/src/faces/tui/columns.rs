//! The columns of the table of tasks: one entry says all there is to one.

use std::sync::Arc;

use ratatui::layout::Alignment;

use super::shape::{self, Keeps, Shape};
use crate::client::Picture;
use crate::model::{Location, Model, Task};
use crate::rules::Severity;
use crate::words::duration::human;
use crate::words::plain::plain;

const NAME: &str = "NAME";
const WAITING_AT: &str = "WAITING AT";
const SPAWNED_AT: &str = "SPAWNED AT";

/// What a column is sorted by: something that does not change as time goes by, so
/// that an order stays right until the picture changes.
#[derive(Clone, Copy)]
pub(super) enum SortBy {
    /// The largest first.
    Number(fn(&Picture, &Task) -> u64),
    /// A text that is written to the end of the string.
    Text(fn(&Picture, &Task, &mut String)),
    /// The text of a place.
    Place(for<'a> fn(&'a Picture, &'a Task) -> Option<&'a Arc<Location>>),
}

/// One column.
pub(super) struct Column {
    pub(super) shape: Shape,
    pub(super) cell: fn(&Picture, &Task) -> String,
    pub(super) sort_by: SortBy,
}

/// What is known of any task: what is known of none has no column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Known {
    /// Names.
    pub(super) names: bool,
    /// Stacks.
    pub(super) stacks: bool,
}

impl Known {
    pub(super) fn of(model: &Model) -> Self {
        let census = model.census();
        Known {
            names: census.names,
            stacks: census.stacks,
        }
    }
}

/// All columns, from left to right.
pub(super) const COLUMNS: &[Column] = &[
    Column {
        shape: Shape {
            title: "",
            width: 2,
            grows: 0,
            gives_way: 0,
            alignment: Alignment::Left,
            keeps: Keeps::Start,
        },
        cell: |picture, task| mark(picture.alerts.of_task(task.key)).to_owned(),
        // Worst first, then what has lasted the longest: where to look.
        sort_by: SortBy::Number(|picture, task| {
            let severity = match picture.alerts.of_task(task.key) {
                Some(Severity::Error) => 2,
                Some(Severity::Warning) => 1,
                None => 0,
            };
            severity << AGE_BITS | age(picture, task)
        }),
    },
    Column {
        shape: Shape {
            title: "STATE",
            width: 9,
            grows: 0,
            gives_way: 4,
            alignment: Alignment::Left,
            keeps: Keeps::Start,
        },
        cell: |_, task| task.state.to_string(),
        sort_by: SortBy::Text(|_, task, text| text.push_str(task.state.as_str())),
    },
    Column {
        shape: Shape {
            title: "WAIT",
            width: 16,
            grows: 3,
            gives_way: 0,
            alignment: Alignment::Left,
            keeps: Keeps::Start,
        },
        cell: |picture, task| {
            let text = picture.model.wait_text(task).unwrap_or_default();
            plain(&text).into_owned()
        },
        sort_by: SortBy::Text(|picture, task, text| picture.model.write_wait(task, text)),
    },
    Column {
        shape: Shape {
            title: "FOR",
            width: 7,
            grows: 0,
            gives_way: 1,
            alignment: Alignment::Right,
            keeps: Keeps::Start,
        },
        cell: |picture, task| human(picture.model.lasted(task)),
        sort_by: SortBy::Number(age),
    },
    Column {
        shape: Shape {
            title: "ID",
            width: 7,
            grows: 0,
            gives_way: 3,
            alignment: Alignment::Right,
            keeps: Keeps::Start,
        },
        cell: |_, task| task.tokio_id.to_string(),
        sort_by: SortBy::Number(|_, task| task.tokio_id),
    },
    Column {
        shape: Shape {
            title: NAME,
            width: 10,
            grows: 1,
            gives_way: 5,
            alignment: Alignment::Left,
            keeps: Keeps::Start,
        },
        cell: |_, task| plain(&task.name).into_owned(),
        sort_by: SortBy::Text(|_, task, text| text.push_str(&task.name)),
    },
    Column {
        shape: Shape {
            title: "POLLS",
            width: 8,
            grows: 0,
            gives_way: 6,
            alignment: Alignment::Right,
            keeps: Keeps::Start,
        },
        cell: |_, task| task.polls.to_string(),
        sort_by: SortBy::Number(|_, task| task.polls),
    },
    Column {
        shape: Shape {
            title: "BUSY",
            width: 7,
            grows: 0,
            gives_way: 7,
            alignment: Alignment::Right,
            keeps: Keeps::Start,
        },
        cell: |picture, task| human(task.busy_at(picture.model.now)),
        sort_by: SortBy::Number(|picture, task| {
            let busy = task.busy_at(picture.model.now).as_nanos();
            u64::try_from(busy).unwrap_or(u64::MAX)
        }),
    },
    Column {
        shape: Shape {
            title: WAITING_AT,
            width: 22,
            grows: 2,
            gives_way: 2,
            alignment: Alignment::Left,
            keeps: Keeps::End,
        },
        cell: |picture, task| place(picture.model.waiting_at(task)),
        sort_by: SortBy::Place(|picture, task| picture.model.waiting_at(task)),
    },
    Column {
        shape: Shape {
            title: SPAWNED_AT,
            width: 14,
            grows: 2,
            gives_way: 8,
            alignment: Alignment::Left,
            keeps: Keeps::End,
        },
        cell: |_, task| place(task.location.as_ref()),
        sort_by: SortBy::Place(|_, task| task.location.as_ref()),
    },
];

/// A sign beside the colour, for those who see none.
pub(super) fn mark(severity: Option<Severity>) -> &'static str {
    match severity {
        Some(Severity::Error) => "‼",
        Some(Severity::Warning) => "!",
        None => "",
    }
}

/// How many bits there are for [`age`].
const AGE_BITS: u32 = 62;

/// Larger for what has lasted longer, like the time that it has lasted, but the same
/// at any time.
fn age(picture: &Picture, task: &Task) -> u64 {
    let model = &picture.model;
    let since = model.doing_since(task).min(model.now).nanos();
    ((1 << AGE_BITS) - 1_u64).saturating_sub(since)
}

fn place(location: Option<&Arc<Location>>) -> String {
    location.map_or_else(String::new, |location| {
        plain(&location.to_string()).into_owned()
    })
}

/// The columns that have room in `width`, by their index, and how wide each is.
pub(super) fn layout(width: u16, known: Known) -> Vec<(usize, u16)> {
    let shapes = COLUMNS.iter().map(|column| match column.shape.title {
        // All that is left to tell tasks apart.
        SPAWNED_AT if !known.stacks => Shape {
            gives_way: 2,
            ..column.shape
        },
        _ => column.shape,
    });
    let shown = shapes
        .enumerate()
        .filter(|(_, shape)| known.names || shape.title != NAME)
        .filter(|(_, shape)| known.stacks || shape.title != WAITING_AT);
    shape::layout(shown.collect(), width)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titles(width: u16, known: Known) -> Vec<&'static str> {
        let layout = layout(width, known).into_iter();
        layout
            .map(|(index, _)| COLUMNS[index].shape.title)
            .collect()
    }

    #[test]
    fn columns_give_way_to_what_matters_more() {
        let known = Known {
            names: true,
            stacks: true,
        };
        assert_eq!(titles(200, known).len(), COLUMNS.len());
        assert!(!titles(100, known).contains(&SPAWNED_AT));
        assert_eq!(
            titles(80, known),
            ["", "STATE", "WAIT", "FOR", "ID", "NAME", "WAITING AT"]
        );
        assert_eq!(titles(30, known), ["", "WAIT", "FOR"]);
    }

    #[test]
    fn without_stacks_where_a_task_was_spawned_matters() {
        let known = Known {
            names: true,
            stacks: false,
        };
        assert!(!titles(200, known).contains(&WAITING_AT));
        assert_eq!(
            titles(80, known),
            ["", "STATE", "WAIT", "FOR", "ID", "NAME", "SPAWNED AT"]
        );
    }

    #[test]
    fn columns_are_no_wider_than_the_terminal() {
        for width in 0..300 {
            let known = Known {
                names: width % 2 == 0,
                stacks: width % 3 == 0,
            };
            let layout = layout(width, known);
            let used: u16 = layout.iter().map(|(_, width)| width + 1).sum();
            assert!(used <= width.max(3 + 1), "{width}: {used}");
        }
    }
}
