//! Texts and source locations, each kept once, under a number.
//!
//! There are as many as the program's source has, not as many as it has tasks.
//! The tables only grow, to a bound; beyond it everything new shares one entry
//! that says so.

use crate::sync::{AtomicU32, Ordering};

use super::Sites;
use super::interner::Interner;

/// Number of a text; 0 is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct TextId(pub(crate) u32);

/// Number of a location; 0 is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct LocationId(pub(crate) u32);

/// Miri takes its time.
const TEXTS: usize = if cfg!(miri) { 64 } else { 8_192 };
const LOCATIONS: usize = if cfg!(miri) { 64 } else { 16_384 };
/// A path that is longer is cut.
const TEXT_BYTES: usize = 1_024;

/// A multiplicative hash over words of eight bytes: paths are long.
fn hash_text(text: &str) -> u64 {
    let mut hash = text.len() as u64;
    for chunk in text.as_bytes().chunks(8) {
        let mut bytes = [0; 8];
        bytes[..chunk.len()].copy_from_slice(chunk);
        hash = mix(hash, u64::from_le_bytes(bytes));
    }
    hash ^ (hash >> 32)
}

fn mix(hash: u64, word: u64) -> u64 {
    (hash ^ word)
        .wrapping_mul(0x9E37_79B9_7F4A_7C15)
        .rotate_left(29)
}

/// As much of `text` as fits into `most` bytes, cut at a character's end.
pub(crate) fn beginning(text: &str, most: usize) -> &str {
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// The texts.
pub(crate) struct Texts {
    all: Interner<Box<str>>,
    /// By where a text was when it came last, its number. The same callsite tells of
    /// the same path from the same place again and again.
    known: [AtomicU32; KNOWN],
}

/// A power of two.
const KNOWN: usize = 256;

impl Texts {
    pub(crate) fn new() -> Self {
        Texts {
            all: Interner::new(TEXTS),
            known: std::array::from_fn(|_| AtomicU32::new(0)),
        }
    }

    /// The number of `text`, 0 if there is no more room.
    #[inline]
    pub(crate) fn intern(&self, text: &str) -> TextId {
        let place = text.as_ptr().addr();
        let known = &self.known[(place ^ place >> 8) % KNOWN];
        let id = TextId(known.load(Ordering::Relaxed));
        // What is there may be of another text that was in the same place.
        if self.get(id) == Some(text) {
            return id;
        }
        let id = self.look_up(text);
        known.store(id.0, Ordering::Relaxed);
        id
    }

    #[inline(never)]
    fn look_up(&self, text: &str) -> TextId {
        let text = beginning(text, TEXT_BYTES);
        let hash = hash_text(text);
        let number = self
            .all
            .intern(hash, |kept| **kept == *text, || Box::from(text));
        TextId(number)
    }

    #[inline]
    pub(crate) fn get(&self, id: TextId) -> Option<&str> {
        self.all.get(id.0).map(|text| &**text)
    }
}

/// A place in the source.
pub(crate) struct Location {
    pub(crate) file: TextId,
    pub(crate) line: u32,
    pub(crate) column: u32,
    pub(crate) sites: Sites,
}

/// The locations.
pub(crate) struct Locations(Interner<Location>);

impl Locations {
    /// How many numbers there can be: they run from 1 to this.
    pub(crate) const NUMBERS: u32 = 2 * LOCATIONS as u32;

    pub(crate) fn new() -> Self {
        Locations(Interner::new(LOCATIONS))
    }

    /// The number of a location, 0 if there is no more room.
    pub(crate) fn intern(&self, file: TextId, line: u32, column: u32) -> LocationId {
        let words = [file.0, line, column];
        let hash = words.iter().fold(0, |hash, word| mix(hash, (*word).into()));
        LocationId(self.0.intern(
            hash ^ (hash >> 32),
            |kept| (kept.file, kept.line, kept.column) == (file, line, column),
            || Location {
                file,
                line,
                column,
                sites: Sites::default(),
            },
        ))
    }

    pub(crate) fn get(&self, id: LocationId) -> Option<&Location> {
        self.0.get(id.0)
    }

    /// All there are.
    pub(crate) fn all(&self) -> impl Iterator<Item = (LocationId, &Location)> {
        let all = self.0.all();
        all.map(|(number, location)| (LocationId(number), location))
    }

    /// How many there are.
    pub(crate) fn count(&self) -> u32 {
        self.0.count()
    }

    /// The files of all locations, some of them several times.
    pub(crate) fn files<'a>(&'a self, texts: &'a Texts) -> impl Iterator<Item = &'a str> {
        let locations = self.all();
        locations.filter_map(|(_, location)| texts.get(location.file))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_has_the_same_number_on_every_thread() {
        const COUNT: usize = if cfg!(miri) { 20 } else { 500 };
        let texts = Texts::new();
        let all: Vec<Vec<TextId>> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|_| {
                    scope.spawn(|| {
                        (0..COUNT)
                            .map(|n| texts.intern(&format!("text {n}")))
                            .collect()
                    })
                })
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect()
        });
        for n in 0..COUNT {
            let text = format!("text {n}");
            let id = texts.intern(&text);
            assert_eq!(texts.get(id), Some(text.as_str()));
            for ids in &all {
                assert_eq!(ids[n], id);
            }
        }
    }

    #[test]
    fn a_full_table_gives_no_number_and_keeps_the_old_ones() {
        let texts = Texts::new();
        let first = texts.intern("first");
        for n in 0..2 * TEXTS {
            texts.intern(&n.to_string());
        }
        assert_eq!(texts.intern("one too many"), TextId(0));
        assert_eq!(texts.intern("first"), first);
    }

    #[test]
    fn locations_differ_by_file_line_and_column() {
        let (texts, locations) = (Texts::new(), Locations::new());
        let id = |file, line, column| locations.intern(texts.intern(file), line, column);
        let main = id("src/main.rs", 3, 5);
        assert_eq!(id("src/main.rs", 3, 5), main);
        for other in [
            id("src/main.rs", 3, 6),
            id("src/main.rs", 4, 5),
            id("src/lib.rs", 3, 5),
        ] {
            assert_ne!(other, main);
        }
        let kept = locations.get(main).unwrap();
        assert_eq!(
            (texts.get(kept.file), kept.line, kept.column),
            (Some("src/main.rs"), 3, 5)
        );
    }
}
