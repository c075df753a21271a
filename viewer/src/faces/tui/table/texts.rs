//! Texts as numbers: of a million tasks most say the same, and numbers are quick to
//! sort.

use std::collections::HashMap;
use std::sync::Arc;

use crate::model::{KeyHash, KeyMap, Location};
use crate::words::plain::plain;

/// Each text that was met, once, with a number.
#[derive(Default)]
pub(in super::super) struct Texts {
    numbers: HashMap<Box<str>, u32, KeyHash>,
    /// By the address of the location, which is shared by all that are there.
    places: KeyMap<usize, u32>,
}

impl Texts {
    /// The number of `text`.
    pub(in super::super) fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        // There are no more than tasks, of which there is a limit far below.
        let number = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        self.numbers.insert(text.into(), number);
        number
    }

    /// The number of a place's text, which is empty if the place is not known.
    pub(in super::super) fn number_of_place(&mut self, place: Option<&Arc<Location>>) -> u32 {
        let address = place.map_or(0, |place| Arc::as_ptr(place).addr());
        if let Some(number) = self.places.get(&address) {
            return *number;
        }
        let text = place.map_or_else(String::new, |place| place.to_string());
        let number = self.number(&plain(&text));
        self.places.insert(address, number);
        number
    }

    /// By number: how many texts come before that one.
    pub(in super::super) fn into_ranks(self) -> Vec<u32> {
        let mut texts: Vec<(Box<str>, u32)> = self.numbers.into_iter().collect();
        texts.sort_unstable();
        let mut ranks = vec![0; texts.len()];
        for (rank, (_, number)) in (0..).zip(texts) {
            ranks[number as usize] = rank;
        }
        ranks
    }
}
