//! The filter language: which rows of a view are to be seen.
//!
//! A text that a person typed comes in and is read once, by [`Filter::parse`]; out
//! comes a [`Filter`] that rows are held against, a million of them at a time, or a
//! [`FilterError`] that names the place and what is possible. `words` cuts the text
//! into terms, `parse` gives them their meaning, `rows` says what each view has to
//! compare.

mod amount;
mod error;
mod field;
mod matcher;
mod parse;
mod pattern;
pub mod rows;
#[cfg(test)]
mod tests;
mod words;

use std::fmt;

pub use self::amount::Operator;
pub use self::error::{FilterError, FilterProblem};
pub use self::field::{Field, Holds, Subject};
pub use self::matcher::{Matcher, Probe, Row};

use self::amount::Comparison;
use self::pattern::Pattern;
use self::words::{bare_text, bare_value};

/// What rows must be like to be seen: every term holds. Without terms all are.
///
/// Its `Display` is a text that is read as the same filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    subject: Subject,
    terms: Vec<Term>,
}

/// One word of a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Term {
    negated: bool,
    test: Test,
}

/// What a row is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Test {
    /// Whether anything that is seen of it has this text.
    Visible(Pattern),
    /// Whether the field has this text.
    Text(Field, Pattern),
    /// Whether the field's number compares so.
    Number(Field, Comparison),
}

impl Filter {
    /// The longest text that is read, in bytes.
    pub const LONGEST: usize = 4 << 10;
    /// How many terms a filter has at most.
    pub const TERMS: usize = 64;

    /// All rows of `subject`.
    pub fn all(subject: Subject) -> Filter {
        Filter {
            subject,
            terms: Vec::new(),
        }
    }

    /// The rows of `subject` of which something that is seen has `text` in it,
    /// whatever characters that holds.
    pub fn text(subject: Subject, text: &str) -> Filter {
        Filter::of(subject, Test::Visible(Pattern::new(text, false)))
    }

    /// The rows of `subject` whose `field` has `text` in it or, if it is to be the
    /// `whole`, is that text. For fields that hold text or a word.
    pub fn field_text(subject: Subject, field: Field, text: &str, whole: bool) -> Filter {
        Filter::of(subject, Test::Text(field, Pattern::new(text, whole)))
    }

    fn of(subject: Subject, test: Test) -> Filter {
        let terms = vec![Term {
            negated: false,
            test,
        }];
        Filter { subject, terms }
    }

    /// Both this filter and `other`, of the same subject.
    #[must_use]
    pub fn and(mut self, other: Filter) -> Filter {
        self.terms.extend(other.terms);
        self
    }

    /// What it chooses from.
    pub fn subject(&self) -> Subject {
        self.subject
    }

    /// Whether it leaves nothing out.
    pub fn is_all(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether `row` is to be seen. For many rows, see [`Filter::matcher`].
    pub fn matches<'a>(&self, row: &impl Row<'a>) -> bool {
        self.matcher().matches(row)
    }

    /// Holds many rows of one picture against this filter, quicker than one at a time.
    pub fn matcher<'a>(&self) -> Matcher<'_, 'a> {
        Matcher::new(&self.terms)
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, term) in self.terms.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            write!(f, "{term}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.negated {
            f.write_str("-")?;
        }
        match &self.test {
            Test::Visible(pattern) => f.write_str(&bare_text(pattern.as_str())),
            Test::Text(field, pattern) => {
                let whole = if pattern.is_whole() { "=" } else { "" };
                write!(f, "{field}:{whole}{}", bare_value(pattern.as_str()))
            }
            Test::Number(field, comparison) => {
                write!(f, "{field}:")?;
                comparison.write(f, field.holds())
            }
        }
    }
}
