//! What the numbers of a stream stand for.

use std::collections::HashMap;
use std::sync::Arc;

use taskmon_proto::v1 as wire;

use super::{FoldError, limits};
use crate::model::Location;

/// The texts and locations that a stream has sent. They stay valid through a
/// reset, but not from one stream to the next.
#[derive(Clone, Debug, Default)]
pub(super) struct Dictionary {
    texts: HashMap<u32, Arc<str>>,
    texts_bytes: usize,
    locations: HashMap<u32, Arc<Location>>,
}

impl Dictionary {
    /// Keeps a text. A number that comes again means the newer text from then on.
    ///
    /// # Errors
    ///
    /// If it is too long, or there are too many.
    pub(super) fn add_text(&mut self, text: wire::Text) -> Result<(), FoldError> {
        limits::check("bytes in a text", text.text.len(), limits::TEXT_BYTES)?;
        // What was replaced may still be in use, so it goes on counting.
        self.texts_bytes += text.text.len();
        limits::check("bytes in texts", self.texts_bytes, limits::TEXTS_BYTES)?;
        self.texts.insert(text.number, text.text.into());
        limits::check("texts", self.texts.len(), limits::TEXTS)
    }

    /// Keeps a location whose file is `file`.
    ///
    /// # Errors
    ///
    /// If there are too many.
    pub(super) fn add_location(
        &mut self,
        location: wire::Location,
        file: Arc<str>,
    ) -> Result<(), FoldError> {
        let known = Location {
            file,
            line: location.line,
            column: location.column,
        };
        self.locations.insert(location.number, Arc::new(known));
        limits::check("locations", self.locations.len(), limits::LOCATIONS)
    }

    /// The text with this number.
    pub(super) fn text(&self, number: u32) -> Option<&Arc<str>> {
        self.texts.get(&number)
    }

    /// The location with this number.
    pub(super) fn location(&self, number: u32) -> Option<&Arc<Location>> {
        self.locations.get(&number)
    }
}
