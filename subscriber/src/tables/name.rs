//! Names that the application chose, kept for as long as their task.

use crate::sync::{AtomicU64, Ordering, Zeroable};

use super::beginning;

/// How much of a name is kept, in bytes.
pub(crate) const NAME_BYTES: usize = 112;
const WORDS: usize = NAME_BYTES / 8;

/// A name's bytes, in words that can be read while another thread writes them:
/// what a reader got is only used if the slot's generation says it is whole.
#[derive(Default)]
pub(crate) struct NameSlot {
    length: AtomicU64,
    words: [AtomicU64; WORDS],
}

// SAFETY: atomics are valid as zero, which is the empty name.
unsafe impl Zeroable for NameSlot {}

impl NameSlot {
    /// Keeps `name`.
    pub(crate) fn set(&self, name: &Name) {
        for (word, chunk) in self.words.iter().zip(name.bytes[..name.length].chunks(8)) {
            let mut bytes = [0; 8];
            bytes[..chunk.len()].copy_from_slice(chunk);
            word.store(u64::from_le_bytes(bytes), Ordering::Relaxed);
        }
        self.length.store(name.length as u64, Ordering::Relaxed);
    }

    /// Keeps no name.
    #[inline]
    pub(crate) fn clear(&self) {
        self.length.store(0, Ordering::Relaxed);
    }

    /// The name that is kept.
    pub(crate) fn get(&self) -> Name {
        let mut name = Name {
            length: (self.length.load(Ordering::Relaxed) as usize).min(NAME_BYTES),
            ..Name::default()
        };
        for (word, chunk) in self
            .words
            .iter()
            .zip(name.bytes[..name.length].chunks_mut(8))
        {
            let bytes = word.load(Ordering::Relaxed).to_le_bytes();
            let length = chunk.len();
            chunk.copy_from_slice(&bytes[..length]);
        }
        name
    }
}

/// A name on the stack; what is longer than [`NAME_BYTES`] is cut at a
/// character's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    length: usize,
    bytes: [u8; NAME_BYTES],
}

impl Default for Name {
    fn default() -> Self {
        Name {
            length: 0,
            bytes: [0; NAME_BYTES],
        }
    }
}

impl Name {
    pub(crate) fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The name; replacement characters stand for what is not UTF-8, which can
    /// only come from a read that raced a write and is to be thrown away.
    pub(crate) fn to_text(self) -> String {
        String::from_utf8_lossy(&self.bytes[..self.length]).into_owned()
    }
}

/// Appends as much as fits and drops the rest; never fails.
impl std::fmt::Write for Name {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        let room = NAME_BYTES - self.length;
        let kept = beginning(text, room).as_bytes();
        self.bytes[self.length..self.length + kept.len()].copy_from_slice(kept);
        self.length += kept.len();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    fn name(text: &str) -> Name {
        let mut name = Name::default();
        write!(name, "{text}").unwrap();
        name
    }

    #[test]
    fn a_name_comes_back_as_it_was() {
        let slot = NameSlot::default();
        for text in ["producer", "", "12345678", "naïve ☃ 123456789"] {
            slot.set(&name(text));
            assert_eq!(slot.get().to_text(), text);
        }
    }

    #[test]
    fn a_long_name_is_cut_at_a_characters_end() {
        let long = "☃".repeat(NAME_BYTES);
        let cut = name(&long).to_text();
        assert_eq!(cut, "☃".repeat(NAME_BYTES / "☃".len()));
    }
}
