//! The columns of the table of tasks.
//!
//! `name` has their names for configurations, `all` everything there is to each.

mod all;
mod name;

use std::sync::Arc;

use ratatui::layout::Alignment;

pub use self::name::{ColumnError, ColumnName};
use super::super::super::table::{self, Shape};
use super::super::super::targets::{Pictures, Seen};
use crate::model::{Location, Task};
use crate::rules::Severity;

/// What a column is sorted by: something that does not change its order as time goes
/// by, so that rows stay right until the picture changes.
#[derive(Clone, Copy)]
pub(in super::super) enum SortBy {
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

impl ColumnName {
    /// What it says of a task, harmless.
    pub(super) fn cell(self, seen: &Seen, task: &Task) -> String {
        (self.column().cell)(seen, task)
    }
}

/// A sign beside the colour, for those who see none.
pub(in super::super::super) fn mark(severity: Option<Severity>) -> &'static str {
    match severity {
        Some(Severity::Error) => "‼",
        Some(Severity::Warning) => "!",
        None => "",
    }
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
/// is. In a tree the number of a task has room for its branch.
pub(super) fn layout(
    chosen: &[ColumnName],
    width: u16,
    known: Known,
    is_tree: bool,
) -> Vec<(usize, u16)> {
    let shapes = self::known(chosen, known);
    let shapes = shapes.map(|(index, name)| (index, shape(name, known, is_tree)));
    table::layout(shapes.collect(), width)
}

/// The shape of a column, given what is known.
pub(super) fn shape(name: ColumnName, known: Known, is_tree: bool) -> Shape {
    let shape = name.column().shape;
    match name {
        // All that is left to tell tasks apart.
        ColumnName::SpawnedAt if !known.stacks => Shape {
            gives_way: 2,
            ..shape
        },
        ColumnName::Id if is_tree => Shape {
            title: "TASK",
            width: 16,
            grows: 1,
            gives_way: 0,
            alignment: Alignment::Left,
            ..shape
        },
        _ => shape,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titles(width: u16, known: Known) -> Vec<&'static str> {
        let layout = layout(ColumnName::DEFAULT, width, known, false).into_iter();
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
        assert_eq!(titles(200, known).len(), ColumnName::DEFAULT.len() - 1);
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
            let layout = layout(ColumnName::DEFAULT, width, known, false);
            let used: u16 = layout.iter().map(|(_, width)| width + 1).sum();
            assert!(used <= width.max(3 + 1), "{width}: {used}");
        }
    }
}
