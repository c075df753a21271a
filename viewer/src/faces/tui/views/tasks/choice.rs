//! Which tasks the user wants to see, and how.

use super::columns::ColumnName;
use super::tree::Folds;
use crate::filter::Filter;

/// What the table is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// The column.
    pub column: ColumnName,
    /// Whether it is the other way round.
    pub reversed: bool,
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

/// Which tasks are shown, in which order, and whether below those that spawned them.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    pub(super) filter: Filter,
    pub(super) sort: Sort,
    /// What is folded of the tree, if it is one.
    pub(super) tree: Option<Folds>,
}
