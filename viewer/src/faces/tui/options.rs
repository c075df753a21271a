//! What the user wants of the UI.

use super::keys::KeyMap;
use super::theme::Theme;
use super::views::tasks::{ColumnName, Sort};

/// What the user wants of the UI.
#[derive(Clone, Debug)]
pub struct Options {
    /// The columns of the table of tasks, from left to right.
    pub columns: Vec<ColumnName>,
    /// What that table is sorted by at first.
    pub sort: Sort,
    /// Keys other than those that come with taskmon.
    pub keys: KeyMap,
    /// Whether the mouse is taken, for clicks and the wheel. The terminal's own selection
    /// then needs Shift, in most of them.
    pub mouse: bool,
    /// How things look.
    pub theme: Theme,
}

impl Default for Options {
    /// What comes with taskmon, and a theme for the terminal.
    fn default() -> Self {
        Options {
            columns: ColumnName::DEFAULT.to_vec(),
            sort: Sort::default(),
            keys: KeyMap::default(),
            mouse: true,
            theme: Theme::from_environment(),
        }
    }
}
