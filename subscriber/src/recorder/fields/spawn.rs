//! Reads the fields of `runtime.spawn`.

use std::fmt::{Debug, Write};

use tracing::field::{Field, Visit};

use super::Place;
use crate::tables::{LocationId, Locations, Name, TaskKind, Texts};

/// What `runtime.spawn` tells of a new task.
pub(crate) struct SpawnFields<'a> {
    texts: &'a Texts,
    place: Place,
    pub(crate) kind: TaskKind,
    pub(crate) name: Name,
    pub(crate) tokio_id: u64,
    pub(crate) size: u64,
    pub(crate) original_size: u64,
}

impl<'a> SpawnFields<'a> {
    pub(crate) fn new(texts: &'a Texts) -> Self {
        SpawnFields {
            texts,
            place: Place::default(),
            kind: TaskKind::Task,
            name: Name::default(),
            tokio_id: 0,
            size: 0,
            original_size: 0,
        }
    }

    pub(crate) fn location(&self, locations: &Locations) -> LocationId {
        self.place.id(locations)
    }
}

impl Visit for SpawnFields<'_> {
    #[inline]
    fn record_u64(&mut self, field: &Field, value: u64) {
        if self.place.number(field, value) {
            return;
        }
        match field.name() {
            "task.id" => self.tokio_id = value,
            "size.bytes" => self.size = value,
            "original_size.bytes" => self.original_size = value,
            _ => {}
        }
    }

    #[inline]
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "loc.file" {
            self.place.file = self.texts.intern(value);
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        match field.name() {
            // Writing to either cuts and never fails.
            "task.name" => _ = write!(self.name, "{value:?}"),
            "kind" => match Short::of(value).as_bytes() {
                b"task" => self.kind = TaskKind::Task,
                b"local" => self.kind = TaskKind::Local,
                b"block_on" => self.kind = TaskKind::BlockOn,
                // `fn` may have come first.
                b"blocking" if self.kind != TaskKind::Worker => self.kind = TaskKind::Blocking,
                _ => {}
            },
            "fn" => {
                let function = Short::of(value);
                if function
                    .as_bytes()
                    .starts_with(b"tokio::runtime::scheduler::")
                {
                    self.kind = TaskKind::Worker;
                }
            }
            _ => {}
        }
    }
}

/// The beginning of a text.
struct Short {
    bytes: [u8; 32],
    length: usize,
}

impl Short {
    fn of(value: &dyn Debug) -> Self {
        let mut text = Short {
            bytes: [0; 32],
            length: 0,
        };
        let _ = write!(text, "{value:?}");
        text
    }

    #[inline]
    fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

impl Write for Short {
    #[inline]
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        let room = &mut self.bytes[self.length..];
        let taken = text.len().min(room.len());
        room[..taken].copy_from_slice(&text.as_bytes()[..taken]);
        self.length += taken;
        Ok(())
    }
}
