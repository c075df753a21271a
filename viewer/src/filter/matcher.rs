//! Holds rows against a filter.

use std::fmt::{Display, Write};
use std::sync::Arc;

use super::pattern::Pattern;
use super::{Field, Term, Test};
use crate::model::{KeyMap, Location};
use crate::words::plain::plain;

/// What a view has to compare of one of its rows. `'a` is for how long its picture
/// stands still.
pub trait Row<'a> {
    /// Shows everything that is seen of the row but what changes with time alone.
    fn visible(&self, probe: &mut Probe<'_, 'a>);

    /// Shows the texts of `field`, of which a row may have several.
    fn texts(&self, field: Field, probe: &mut Probe<'_, 'a>);

    /// The number of `field`: a count, bytes, or nanoseconds. `None` if it has none.
    fn number(&self, field: Field) -> Option<u64>;
}

/// Holds many rows of one picture against one filter.
pub struct Matcher<'f, 'a> {
    terms: &'f [Term],
    scratch: Vec<Scratch<'a>>,
}

/// What a term was found to be so far, and room to write in.
#[derive(Default)]
struct Scratch<'a> {
    text: String,
    folded: String,
    /// Whether the text of a place, by its address, has the pattern. Most rows are
    /// about few places.
    places: KeyMap<usize, (&'a Location, bool)>,
}

impl<'f, 'a> Matcher<'f, 'a> {
    pub(super) fn new(terms: &'f [Term]) -> Self {
        let scratch = terms.iter().map(|_| Scratch::default()).collect();
        Matcher { terms, scratch }
    }

    /// Whether `row` is to be seen.
    pub fn matches(&mut self, row: &impl Row<'a>) -> bool {
        let mut terms = self.terms.iter().zip(&mut self.scratch);
        terms.all(|(term, scratch)| holds(&term.test, scratch, row) != term.negated)
    }
}

fn holds<'a>(test: &Test, scratch: &mut Scratch<'a>, row: &impl Row<'a>) -> bool {
    match test {
        Test::Visible(pattern) => {
            let mut probe = Probe::new(pattern, scratch);
            row.visible(&mut probe);
            probe.found
        }
        Test::Text(field, pattern) => {
            let mut probe = Probe::new(pattern, scratch);
            row.texts(*field, &mut probe);
            // Who has no name is called nothing.
            probe.found || (!probe.any && pattern.as_str().is_empty())
        }
        Test::Number(field, comparison) => row
            .number(*field)
            .is_some_and(|number| comparison.holds_for(number)),
    }
}

/// Is shown the texts of a row, until the one that is searched for is found.
pub struct Probe<'p, 'a> {
    pattern: &'p Pattern,
    scratch: &'p mut Scratch<'a>,
    found: bool,
    /// Whether there was any text.
    any: bool,
    /// Takes all texts.
    #[cfg(test)]
    seen: Option<&'p mut Vec<String>>,
}

impl<'p, 'a> Probe<'p, 'a> {
    fn new(pattern: &'p Pattern, scratch: &'p mut Scratch<'a>) -> Self {
        Probe {
            pattern,
            scratch,
            found: false,
            any: false,
            #[cfg(test)]
            seen: None,
        }
    }

    /// Whether it is found, and nothing more needs to be shown.
    pub fn found(&self) -> bool {
        self.found
    }

    /// Shows a text, as [`plain`] has it.
    pub fn text(&mut self, text: &str) {
        if !self.found && !text.is_empty() {
            self.any = true;
            #[cfg(test)]
            if let Some(seen) = &mut self.seen {
                seen.push(plain(text).into_owned());
            }
            self.found = is_in(self.pattern, text, &mut self.scratch.folded);
        }
    }

    /// Shows a text if there is one.
    pub fn maybe(&mut self, text: Option<&str>) {
        if let Some(text) = text {
            self.text(text);
        }
    }

    /// Shows a text that is written for this.
    pub fn written(&mut self, write: impl FnOnce(&mut String)) {
        if self.found {
            return;
        }
        let mut text = std::mem::take(&mut self.scratch.text);
        text.clear();
        write(&mut text);
        self.text(&text);
        self.scratch.text = text;
    }

    /// Shows what `shown` is displayed as.
    pub fn shown(&mut self, shown: impl Display) {
        self.written(|text| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{shown}");
        });
    }

    /// Shows a place, if it is known.
    pub fn place(&mut self, place: Option<&'a Arc<Location>>) {
        let Some(place) = place.filter(|_| !self.found) else {
            return;
        };
        let address = Arc::as_ptr(place).addr();
        if let Some((_, known)) = self.scratch.places.get(&address) {
            self.any = true;
            self.found = *known;
            return;
        }
        self.shown(place);
        self.scratch.places.insert(address, (place, self.found));
    }
}

fn is_in(pattern: &Pattern, text: &str, folded: &mut String) -> bool {
    let is_plain = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    match is_plain {
        true => pattern.is_in(text, folded),
        false => pattern.is_in(&plain(text), folded),
    }
}

/// All texts that `show` shows, harmless.
#[cfg(test)]
pub(super) fn texts_of<'a>(show: impl Fn(&mut Probe<'_, 'a>)) -> Vec<String> {
    let mut texts = Vec::new();
    let never = Pattern::new("\u{0}", true);
    let mut scratch = Scratch::default();
    let mut probe = Probe::new(&never, &mut scratch);
    probe.seen = Some(&mut texts);
    show(&mut probe);
    texts
}
