//! Which tasks are shown, and by what they are sorted.

use std::fmt;
use std::sync::Arc;

use super::columns::ColumnName;
use crate::client::Picture;
use crate::model::Task;

/// What the table is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super::super) struct Sort {
    pub(in super::super::super) column: ColumnName,
    pub(in super::super::super) reversed: bool,
}

impl Sort {
    /// By a column, the way that is of more use.
    pub(super) fn by(column: ColumnName) -> Self {
        Sort {
            column,
            reversed: false,
        }
    }
}

/// Where to look comes first.
impl Default for Sort {
    fn default() -> Self {
        Sort::by(ColumnName::Alert)
    }
}

/// Whether a task of a picture is shown.
type Shows = dyn Fn(&Picture, &Task) -> bool + Send + Sync;

/// Which tasks the table shows.
#[derive(Clone)]
pub(in super::super::super) struct Filter {
    /// Those of this program alone.
    target: Option<u16>,
    shows: Arc<Shows>,
}

impl Filter {
    /// Those of which `shows` is true. It is asked on a thread beside the UI's.
    pub(in super::super::super) fn new(
        shows: impl Fn(&Picture, &Task) -> bool + Send + Sync + 'static,
    ) -> Self {
        Filter {
            target: None,
            shows: Arc::new(shows),
        }
    }

    /// Of these, the tasks of one program.
    pub(in super::super) fn of(self, target: u16) -> Self {
        Filter {
            target: Some(target),
            ..self
        }
    }

    pub(super) fn shows(&self, target: u16, picture: &Picture, task: &Task) -> bool {
        self.target.is_none_or(|of| of == target) && (self.shows)(picture, task)
    }
}

impl fmt::Debug for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Filter {{ target: {:?} }}", self.target)
    }
}
