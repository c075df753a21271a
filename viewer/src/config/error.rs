//! What can be wrong with the file.

use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::words::plain::plain;

/// Why there are no settings.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file that was named is not there.
    #[error("there is no file {}", shown(.0))]
    Missing(PathBuf),
    /// It cannot be read.
    #[error("cannot read {}: {source}", shown(path))]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It makes no sense.
    #[error("{}:{line}:{column}: {}", shown(path), plain(message))]
    Wrong {
        /// The file.
        path: PathBuf,
        /// Where in it, from 1.
        line: usize,
        /// Where in the line, from 1.
        column: usize,
        /// What is wrong, and what is expected.
        message: String,
    },
}

fn shown(path: &Path) -> String {
    plain(&path.to_string_lossy()).into_owned()
}

/// Something that makes no sense, and where it is in the text.
#[derive(Debug)]
pub(crate) struct Wrong {
    pub(crate) at: Range<usize>,
    pub(crate) message: String,
}

impl ConfigError {
    /// `file` could not be read, for this reason.
    pub(crate) fn reading(file: &Path, source: io::Error) -> Self {
        let path = file.to_owned();
        match source.kind() {
            io::ErrorKind::NotFound => ConfigError::Missing(path),
            _ => ConfigError::Read { path, source },
        }
    }
}

impl Wrong {
    pub(crate) fn new(at: Range<usize>, message: impl Into<String>) -> Self {
        Wrong {
            at,
            message: message.into(),
        }
    }

    /// `name` is not one of the `known`, all of which are a `what`; if it is like one of
    /// them, that may be meant.
    pub(crate) fn unknown(at: Range<usize>, what: &str, name: &str, known: &[&str]) -> Self {
        let all: Vec<_> = known.iter().map(|known| format!("`{known}`")).collect();
        let mut message = format!(
            "unknown {what} `{name}`; expected one of {}",
            all.join(", ")
        );
        if let Some(near) = nearest(name, known) {
            message += &format!(": did you mean `{near}`?");
        }
        Wrong::new(at, message)
    }

    /// The same for a person, of this text in this file.
    pub(crate) fn in_file(self, text: &str, path: &Path) -> ConfigError {
        let (line, column) = position(text, self.at.start);
        ConfigError::Wrong {
            path: path.to_owned(),
            line,
            column,
            message: self.message,
        }
    }
}

/// What someone who wrote `name` may have meant.
fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    const ALIKE: f64 = 0.8;
    let rated = known.iter().map(|it| (strsim::jaro_winkler(name, it), *it));
    let best = rated.max_by(|(one, _), (other, _)| one.total_cmp(other));
    best.filter(|(alike, _)| *alike >= ALIKE).map(|(_, it)| it)
}

/// The line and column of a byte, from 1.
pub(super) fn position(text: &str, byte: usize) -> (usize, usize) {
    let before = text.get(..byte).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    let line = before.matches('\n').count() + 1;
    (line, before[line_start..].chars().count() + 1)
}
