//! What a user wants of the viewer, on this machine: `config.toml`.
//!
//! `place` says where the file is, `read` makes [`Preferences`] of it or an error that
//! names the file, the line and the column, and `template` is the file with everything
//! in it as it is by default. What a project wants of the rules is in
//! [`config`](crate::config), and wins over this.

mod place;
mod read;
mod template;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::time::Duration;

pub use self::place::{Place, VARIABLE};
pub use self::template::template;
use crate::client::Target;
use crate::config::{ConfigError, read_file};
use crate::faces::tui::theme::{Look, Theme};
use crate::faces::tui::{ColumnName, KeyMap, Options, Sort};
use crate::model::HistoryBounds;
use crate::rules::Settings;

/// What the user wants of the viewer.
#[derive(Clone, Debug, PartialEq)]
pub struct Preferences {
    /// The programs that are looked at if none is named; empty for the one at the default
    /// address.
    pub targets: Vec<Target>,
    /// How often programs are to send updates; zero for as often as each likes.
    pub interval: Duration,
    /// How far back figures of the process and its spawn sites go.
    pub history: Duration,
    /// Whether the mouse is taken.
    pub mouse: bool,
    /// How things look.
    pub look: Look,
    /// The columns of the table of tasks, from left to right.
    pub columns: Vec<ColumnName>,
    /// What that table is sorted by at first.
    pub sort: Sort,
    /// Keys other than those that come with taskmon.
    pub keys: KeyMap,
    /// What the rules go by where the project and the command line say nothing.
    pub rules: Settings,
}

/// The least and the most that can be kept of the past.
const HISTORY: std::ops::RangeInclusive<Duration> =
    Duration::from_secs(60)..=Duration::from_secs(24 * 60 * 60);

impl Default for Preferences {
    fn default() -> Self {
        Preferences {
            targets: Vec::new(),
            interval: Duration::ZERO,
            history: HistoryBounds::default().reach,
            mouse: true,
            look: Look::default(),
            columns: ColumnName::DEFAULT.to_vec(),
            sort: Sort::default(),
            keys: KeyMap::default(),
            rules: Settings::default(),
        }
    }
}

impl Preferences {
    /// What the file says that the environment leads to, and the defaults if there is
    /// none.
    ///
    /// # Errors
    ///
    /// If the file that [`VARIABLE`] names is not there, or a file cannot be read or
    /// makes no sense.
    pub fn load(place: &Place) -> Result<Self, ConfigError> {
        match place.file() {
            Some(file) => Preferences::read(&file),
            None => Ok(Preferences::default()),
        }
    }

    fn read(file: &Path) -> Result<Self, ConfigError> {
        let text = read_file(file).map_err(|error| ConfigError::reading(file, error))?;
        Preferences::parse(&text, file)
    }

    /// What `text`, of the file `path`, says.
    ///
    /// # Errors
    ///
    /// If it makes no sense.
    pub fn parse(text: &str, path: &Path) -> Result<Self, ConfigError> {
        read::preferences(text).map_err(|wrong| wrong.in_file(text, path))
    }

    /// The same for the UI.
    pub fn options(&self) -> Options {
        Options {
            columns: self.columns.clone(),
            sort: self.sort,
            keys: self.keys.clone(),
            mouse: self.mouse,
            theme: Theme::for_terminal(&self.look),
        }
    }
}
