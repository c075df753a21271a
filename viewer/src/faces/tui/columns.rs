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

/// What a column is sorted by. Numbers come largest first, texts in their order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum SortValue {
    Number(std::cmp::Reverse<u128>),
    Text(String),
}

fn number(number: impl Into<u128>) -> SortValue {
    SortValue::Number(std::cmp::Reverse(number.into()))
}

/// One column.
pub(super) struct Column {
    pub(super) shape: Shape,
    pub(super) cell: fn(&Picture, &Task) -> String,
    pub(super) value: fn(&Picture, &Task) -> SortValue,
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
        Known {
            names: model.tasks.values().any(|task| !task.name.is_empty()),
            stacks: model.every_wait().any(|wait| wait.stack.is_some()),
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
        value: |picture, task| {
            let severity = match picture.alerts.of_task(task.key) {
                Some(Severity::Error) => 2_u128,
                Some(Severity::Warning) => 1,
                None => 0,
            };
            number(severity << 100 | picture.model.lasted(task).as_nanos())
        },
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
        value: |_, task| SortValue::Text(task.state.to_string()),
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
        cell: |picture, task| plain(&wait(picture, task)).into_owned(),
        value: |picture, task| SortValue::Text(wait(picture, task)),
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
        value: |picture, task| number(picture.model.lasted(task).as_nanos()),
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
        value: |_, task| number(task.tokio_id),
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
        value: |_, task| SortValue::Text(task.name.to_string()),
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
        value: |_, task| number(task.polls),
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
        value: |picture, task| number(task.busy_at(picture.model.now).as_nanos()),
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
        value: |picture, task| SortValue::Text(place(picture.model.waiting_at(task))),
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
        value: |_, task| SortValue::Text(place(task.location.as_ref())),
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

fn wait(picture: &Picture, task: &Task) -> String {
    picture.model.wait_text(task).unwrap_or_default()
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
