//! Reads the fields of `runtime.spawn`.

use std::fmt::{Debug, Write};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use tracing::Metadata;
use tracing::field::{Field, Visit};
use tracing::span::Attributes;

use super::Place;
use crate::tables::{LocationId, Locations, Name, TaskKind, Texts};

/// What a field means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum Meaning {
    Nothing = 0,
    Kind = 1,
    Name = 2,
    Function = 3,
    TokioId = 4,
    Size = 5,
    OriginalSize = 6,
    File = 7,
    Line = 8,
    Column = 9,
}

impl Meaning {
    fn of(name: &str) -> Self {
        match name {
            "kind" => Meaning::Kind,
            "task.name" => Meaning::Name,
            "fn" => Meaning::Function,
            "task.id" => Meaning::TokioId,
            "size.bytes" => Meaning::Size,
            "original_size.bytes" => Meaning::OriginalSize,
            "loc.file" => Meaning::File,
            "loc.line" => Meaning::Line,
            "loc.col" => Meaning::Column,
            _ => Meaning::Nothing,
        }
    }

    #[inline]
    fn from_bits(bits: u64) -> Self {
        match bits {
            1 => Meaning::Kind,
            2 => Meaning::Name,
            3 => Meaning::Function,
            4 => Meaning::TokioId,
            5 => Meaning::Size,
            6 => Meaning::OriginalSize,
            7 => Meaning::File,
            8 => Meaning::Line,
            9 => Meaning::Column,
            _ => Meaning::Nothing,
        }
    }
}

/// What the fields of a callsite mean, by their index: four bits for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Meanings(u64);

impl Meanings {
    const BITS: usize = 4;
    const FIELDS: usize = u64::BITS as usize / Meanings::BITS;

    fn of(metadata: &Metadata<'_>) -> Self {
        let fields = metadata.fields().iter().take(Self::FIELDS);
        let bits =
            fields.map(|field| (Meaning::of(field.name()) as u64) << (field.index() * Self::BITS));
        Meanings(bits.fold(0, |all, bits| all | bits))
    }

    #[inline]
    fn get(self, field: &Field) -> Meaning {
        let index = field.index();
        if index >= Self::FIELDS {
            return Meaning::of(field.name());
        }
        Meaning::from_bits(self.0 >> (index * Self::BITS) & ((1 << Self::BITS) - 1))
    }
}

/// The callsites that tell of spawns; Tokio has two. The names of fields are compared
/// once for each of them and not at every spawn.
#[derive(Default)]
pub(crate) struct SpawnCallsites([Known; 4]);

#[derive(Default)]
struct Known {
    /// Address of the metadata.
    address: AtomicUsize,
    /// 0 until they are there.
    meanings: AtomicU64,
}

impl SpawnCallsites {
    #[inline]
    fn meanings(&self, metadata: &'static Metadata<'static>) -> Meanings {
        let address = std::ptr::from_ref(metadata).addr();
        let mut all = self.0.iter();
        let known = all.find(|known| known.address.load(Ordering::Relaxed) == address);
        match known.map_or(0, |known| known.meanings.load(Ordering::Relaxed)) {
            0 => self.learn(metadata, address),
            known => Meanings(known),
        }
    }

    #[cold]
    fn learn(&self, metadata: &Metadata<'_>, address: usize) -> Meanings {
        let meanings = Meanings::of(metadata);
        let its = self.0.iter().find(|known| {
            let exchange =
                known
                    .address
                    .compare_exchange(0, address, Ordering::Relaxed, Ordering::Relaxed);
            exchange.is_ok() || exchange == Err(address)
        });
        // If there is no room, it is made out each time.
        if let Some(its) = its {
            its.meanings.store(meanings.0, Ordering::Relaxed);
        }
        meanings
    }
}

/// What `runtime.spawn` tells of a new task.
pub(crate) struct SpawnFields<'a> {
    texts: &'a Texts,
    meanings: Meanings,
    place: Place,
    pub(crate) kind: TaskKind,
    pub(crate) name: Name,
    pub(crate) tokio_id: u64,
    pub(crate) size: u64,
    pub(crate) original_size: u64,
}

impl<'a> SpawnFields<'a> {
    pub(crate) fn read(
        attributes: &Attributes<'_>,
        callsites: &SpawnCallsites,
        texts: &'a Texts,
    ) -> Self {
        let mut fields = SpawnFields {
            texts,
            meanings: callsites.meanings(attributes.metadata()),
            place: Place::default(),
            kind: TaskKind::Task,
            name: Name::default(),
            tokio_id: 0,
            size: 0,
            original_size: 0,
        };
        attributes.record(&mut fields);
        fields
    }

    pub(crate) fn location(&self, locations: &Locations) -> LocationId {
        self.place.id(locations)
    }
}

impl Visit for SpawnFields<'_> {
    #[inline]
    fn record_u64(&mut self, field: &Field, value: u64) {
        let small = || u32::try_from(value).unwrap_or(u32::MAX);
        match self.meanings.get(field) {
            Meaning::TokioId => self.tokio_id = value,
            Meaning::Size => self.size = value,
            Meaning::OriginalSize => self.original_size = value,
            Meaning::Line => self.place.line = small(),
            Meaning::Column => self.place.column = small(),
            _ => {}
        }
    }

    #[inline]
    fn record_str(&mut self, field: &Field, value: &str) {
        if self.meanings.get(field) == Meaning::File {
            self.place.file = self.texts.intern(value);
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        match self.meanings.get(field) {
            // Writing to either cuts and never fails.
            Meaning::Name => _ = write!(self.name, "{value:?}"),
            Meaning::Kind => match Short::of(value).as_bytes() {
                b"task" => self.kind = TaskKind::Task,
                b"local" => self.kind = TaskKind::Local,
                b"block_on" => self.kind = TaskKind::BlockOn,
                // `fn` may have come first.
                b"blocking" if self.kind != TaskKind::Worker => self.kind = TaskKind::Blocking,
                _ => {}
            },
            Meaning::Function => {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata_of(span: &tracing::Span) -> &'static Metadata<'static> {
        span.metadata().unwrap()
    }

    #[test]
    fn fields_mean_the_same_by_index_as_by_name_at_any_callsite() {
        tracing::subscriber::with_default(tracing_subscriber::registry(), || {
            let empty = tracing::field::Empty;
            let spans = [
                tracing::info_span!("a", loc.col = 1, kind = 2, other = 3, "fn" = 4),
                tracing::info_span!("b", task.id = empty, size.bytes = empty, loc.file = empty),
                tracing::info_span!("c", loc.line = 1, task.name = 2, original_size.bytes = 3),
                tracing::info_span!("d", kind = empty),
                tracing::info_span!("e", loc.line = empty, kind = empty),
                tracing::info_span!(
                    "f",
                    a = 0,
                    b = 1,
                    c = 2,
                    d = 3,
                    e = 4,
                    f = 5,
                    g = 6,
                    h = 7,
                    i = 8,
                    j = 9,
                    k = 10,
                    l = 11,
                    m = 12,
                    n = 13,
                    o = 14,
                    kind = 15,
                    task.id = 16
                ),
            ];
            let callsites = SpawnCallsites::default();
            // The second time those that found room are known.
            for span in spans.iter().chain(&spans) {
                let metadata = metadata_of(span);
                let meanings = callsites.meanings(metadata);
                for field in metadata.fields() {
                    assert_eq!(meanings.get(&field), Meaning::of(field.name()), "{field}");
                }
            }
        });
    }
}
