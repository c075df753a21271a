//! The places in the source, as labels.

use std::collections::HashMap;
use std::sync::Arc;

use super::label;
use crate::recorder::Recorder;
use crate::tables::LocationId;

/// Makes the label of each place once.
pub(super) struct Places<'a> {
    recorder: &'a Recorder,
    known: HashMap<LocationId, Arc<str>>,
}

impl<'a> Places<'a> {
    pub(super) fn new(recorder: &'a Recorder) -> Self {
        Places {
            recorder,
            known: HashMap::new(),
        }
    }

    /// `src/api.rs:61:14`, or `unknown`.
    pub(super) fn place(&mut self, id: LocationId) -> Arc<str> {
        let recorder = self.recorder;
        let known = self.known.entry(id).or_insert_with(|| {
            let place = recorder.locations.get(id).and_then(|location| {
                let file = recorder.texts.get(location.file)?;
                Some(label::site(file, location.line, location.column))
            });
            place.map_or_else(|| "unknown".into(), Into::into)
        });
        Arc::clone(known)
    }
}
