//! The columns of the table of tasks: one entry says all there is to one.

use std::sync::Arc;

use ratatui::layout::Alignment;

use super::super::super::table::{self, Keeps, Shape};
use super::super::super::targets::{Pictures, Seen};
use crate::model::{Location, Task};
use crate::rules::Severity;
use crate::words::duration::human;
use crate::words::plain::plain;

/// The columns by their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the titles of the columns say what they are")]
pub enum ColumnName {
    Alert,
    Target,
    State,
    Wait,
    For,
    Id,
    Name,
    Polls,
    Busy,
    WaitingAt,
    SpawnedAt,
}

impl ColumnName {
    /// Those that are shown unless the user has chosen others, from left to right.
    pub const DEFAULT: &[ColumnName] = &[
        ColumnName::Alert,
        ColumnName::Target,
        ColumnName::State,
        ColumnName::Wait,
        ColumnName::For,
        ColumnName::Id,
        ColumnName::Name,
        ColumnName::Polls,
        ColumnName::Busy,
        ColumnName::WaitingAt,
        ColumnName::SpawnedAt,
    ];

    /// The column of that name.
    pub(in super::super::super) fn column(self) -> &'static Column {
        let mut columns = COLUMNS.iter();
        let column = columns.find(|column| column.name == self);
        column.expect("each name has a column")
    }

    /// What it says of a task, harmless.
    pub(super) fn cell(self, seen: &Seen, task: &Task) -> String {
        (self.column().cell)(seen, task)
    }
}

/// What a column is sorted by: something that does not change its order as time goes
/// by, so that rows stay right until the picture changes.
#[derive(Clone, Copy)]
pub(super) enum SortBy {
    /// The largest first.
    Number(fn(&Seen, &Task) -> u64),
    /// A text that is written to the end of the string.
    Text(fn(&Seen, &Task, &mut String)),
    /// The text of a place.
    Place(for<'a> fn(&'a Seen, &'a Task) -> Option<&'a Arc<Location>>),
}

/// One column.
pub(in super::super::super) struct Column {
    name: ColumnName,
    pub(in super::super::super) shape: Shape,
    pub(super) cell: fn(&Seen, &Task) -> String,
    pub(super) sort_by: SortBy,
}

/// What is known of any task: what is known of none has no column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Known {
    /// Names.
    pub(super) names: bool,
    /// Stacks.
    pub(super) stacks: bool,
    /// Several programs.
    pub(super) targets: bool,
}

impl Known {
    pub(super) fn of(pictures: &Pictures) -> Self {
        let mut known = Known {
            targets: pictures.are_several(),
            ..Known::default()
        };
        for seen in pictures.all() {
            let census = seen.picture.model.census();
            known.names |= census.names;
            known.stacks |= census.stacks;
        }
        known
    }
}

/// All columns.
const COLUMNS: &[Column] = &[
    Column {
        name: ColumnName::Alert,
        shape: Shape {
            title: "",
            width: 2,
            grows: 0,
            gives_way: 0,
            alignment: Alignment::Left,
            keeps: Keeps::Start,
        },
        cell: |seen, task| mark(seen.picture.alerts.of_task(task.key)).to_owned(),
        // Worst first, then what has lasted the longest: where to look.
        sort_by: SortBy::Number(|seen, task| {
            let severity = match seen.picture.alerts.of_task(task.key) {
                Some(Severity::Error) => 2,
                Some(Severity::Warning) => 1,
                None => 0,
            };
            severity << AGE_BITS | age(seen, task)
        }),
    },
    Column {
        name: ColumnName::Target,
        shape: Shape {
            title: "TARGET",
            width: 12,
            grows: 1,
            gives_way: 3,
            alignment: Alignment::Left,
            keeps: Keeps::End,
        },
        cell: |seen, _| seen.name.to_string(),
        sort_by: SortBy::Text(|seen, _, text| text.push_str(&seen.name)),
    },
    Column {
        name: ColumnName::State,
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
        name: ColumnName::Wait,
        shape: Shape {
            title: "WAIT",
            width: 16,
            grows: 3,
            gives_way: 0,
            alignment: Alignment::Left,
            keeps: Keeps::Start,
        },
        cell: |seen, task| {
            let text = seen.picture.model.wait_text(task).unwrap_or_default();
            plain(&text).into_owned()
        },
        sort_by: SortBy::Text(|seen, task, text| seen.picture.model.write_wait(task, text)),
    },
    Column {
        name: ColumnName::For,
        shape: Shape {
            title: "FOR",
            width: 7,
            grows: 0,
            gives_way: 1,
            alignment: Alignment::Right,
            keeps: Keeps::Start,
        },
        cell: |seen, task| human(seen.picture.model.lasted(task)),
        sort_by: SortBy::Number(age),
    },
    Column {
        name: ColumnName::Id,
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
        name: ColumnName::Name,
        shape: Shape {
            title: "NAME",
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
        name: ColumnName::Polls,
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
        name: ColumnName::Busy,
        shape: Shape {
            title: "BUSY",
            width: 7,
            grows: 0,
            gives_way: 7,
            alignment: Alignment::Right,
            keeps: Keeps::Start,
        },
        cell: |seen, task| human(task.busy_at(seen.picture.model.now)),
        sort_by: SortBy::Number(|seen, task| {
            let busy = task.busy_at(seen.picture.model.now).as_nanos();
            u64::try_from(busy).unwrap_or(u64::MAX)
        }),
    },
    Column {
        name: ColumnName::WaitingAt,
        shape: Shape {
            title: "WAITING AT",
            width: 22,
            grows: 2,
            gives_way: 2,
            alignment: Alignment::Left,
            keeps: Keeps::End,
        },
        cell: |seen, task| place(seen.picture.model.waiting_at(task)),
        sort_by: SortBy::Place(|seen, task| seen.picture.model.waiting_at(task)),
    },
    Column {
        name: ColumnName::SpawnedAt,
        shape: Shape {
            title: "SPAWNED AT",
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
pub(in super::super::super) fn mark(severity: Option<Severity>) -> &'static str {
    match severity {
        Some(Severity::Error) => "‼",
        Some(Severity::Warning) => "!",
        None => "",
    }
}

/// How many bits there are for [`age`].
const AGE_BITS: u32 = 62;

/// Larger for what has lasted longer, up to so many bits.
fn age(seen: &Seen, task: &Task) -> u64 {
    let lasted = seen.picture.model.lasted(task).as_nanos();
    u64::try_from(lasted)
        .unwrap_or(u64::MAX)
        .min((1 << AGE_BITS) - 1)
}

fn place(location: Option<&Arc<Location>>) -> String {
    location.map_or_else(String::new, |location| {
        plain(&location.to_string()).into_owned()
    })
}

/// Those of the chosen columns of which anything is known, with their index.
pub(super) fn known(
    chosen: &[ColumnName],
    known: Known,
) -> impl Iterator<Item = (usize, ColumnName)> {
    let all = chosen.iter().copied().enumerate();
    all.filter(move |(_, name)| match name {
        ColumnName::Name => known.names,
        ColumnName::WaitingAt => known.stacks,
        ColumnName::Target => known.targets,
        _ => true,
    })
}

/// Which of the chosen columns have room in `width`, by their index, and how wide each
/// is.
pub(super) fn layout(chosen: &[ColumnName], width: u16, known: Known) -> Vec<(usize, u16)> {
    let shown = self::known(chosen, known);
    let shapes = shown.map(|(index, name)| {
        let shape = name.column().shape;
        let shape = match name {
            // All that is left to tell tasks apart.
            ColumnName::SpawnedAt if !known.stacks => Shape {
                gives_way: 2,
                ..shape
            },
            _ => shape,
        };
        (index, shape)
    });
    table::layout(shapes.collect(), width)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titles(width: u16, known: Known) -> Vec<&'static str> {
        let layout = layout(ColumnName::DEFAULT, width, known).into_iter();
        layout
            .map(|(index, _)| ColumnName::DEFAULT[index].column().shape.title)
            .collect()
    }

    #[test]
    fn columns_give_way_to_what_matters_more() {
        let known = Known {
            names: true,
            stacks: true,
            targets: false,
        };
        assert_eq!(titles(200, known).len(), COLUMNS.len() - 1);
        assert!(!titles(100, known).contains(&"SPAWNED AT"));
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
            targets: false,
        };
        assert!(!titles(200, known).contains(&"WAITING AT"));
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
                targets: width % 5 == 0,
            };
            let layout = layout(ColumnName::DEFAULT, width, known);
            let used: u16 = layout.iter().map(|(_, width)| width + 1).sum();
            assert!(used <= width.max(3 + 1), "{width}: {used}");
        }
    }
}
