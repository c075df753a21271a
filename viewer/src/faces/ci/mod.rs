//! What `taskmon check` tells people, programs and the hosts of CI jobs.
//!
//! A [`Report`] comes in, and each format writes it in its own way. A format is a
//! file with a type that is a [`Format`], and a line in [`FORMATS`]: the command
//! line knows it from there. All of them make what the observed program said
//! harmless.

mod github;
mod json;
mod junit;
mod markdown;
mod place;
#[cfg(test)]
mod sample;
mod sarif;
pub(crate) mod text;
mod words;

use std::fmt;
use std::io::{self, Write};

use crate::check::Report;

/// A way to write a report.
pub trait Format: Sync {
    /// Its name on the command line.
    fn name(&self) -> &'static str;

    /// For whom or what it is, in a few words.
    fn about(&self) -> &'static str;

    /// Writes the report.
    ///
    /// # Errors
    ///
    /// If `out` fails.
    fn write(&self, out: &mut dyn Write, report: &Report) -> io::Result<()>;
}

/// All formats, the usual one first.
pub static FORMATS: [&dyn Format; 6] = [
    &text::Text,
    &json::Json,
    &junit::Junit,
    &sarif::Sarif,
    &github::Github,
    &markdown::Markdown,
];

/// The format of this name.
pub fn format_named(name: &str) -> Option<&'static dyn Format> {
    FORMATS.into_iter().find(|format| format.name() == name)
}

impl fmt::Debug for dyn Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
