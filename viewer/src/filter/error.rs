//! Why a text is no filter.

use std::ops::Range;

use super::amount::Operator;
use super::{Field, Filter, Holds, Subject};
use crate::words::plain::quoted;

/// Why a text is no filter, and where in it. Shown, it is harmless for a terminal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct FilterError {
    /// The bytes of the text that it is about; both ends are between characters.
    pub span: Range<usize>,
    /// What is wrong with them.
    pub problem: FilterProblem,
}

impl FilterError {
    /// The same with the term that it is about, one of `text`: `in 'age:>soon': …`.
    pub fn in_text(&self, text: &str) -> String {
        let whole = 0..text.len();
        match text.get(self.span.clone()) {
            Some(term) if self.span != whole => format!("in '{}': {self}", quoted(term)),
            _ => self.to_string(),
        }
    }
}

/// What is wrong with a filter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "the message of each says what it is")]
pub enum FilterProblem {
    #[error("a quote is not closed: a '\"' is missing")]
    OpenQuote,
    #[error("a space is missing after the quote")]
    AfterQuote,
    #[error("'{0}' stands alone: write what is not to be there right after it, or quote it")]
    NothingNegated(char),
    #[error(
        "{subject} have no field '{}': there are {}; for the text itself, quote it",
        quoted(name), names(*subject)
    )]
    UnknownField { name: String, subject: Subject },
    #[error("a value is missing after '{field}:': {}", expected(*field, *subject))]
    NoValue { field: Field, subject: Subject },
    #[error("'{}' is no value of '{field}': {}", quoted(value), expected(*field, *subject))]
    BadValue {
        field: Field,
        value: String,
        subject: Subject,
    },
    #[error("'{field}' is no number and cannot be compared with '{operator}': {}", expected(*field, *subject))]
    NotCompared {
        field: Field,
        operator: Operator,
        subject: Subject,
    },
    #[error("it is longer than {} bytes", Filter::LONGEST)]
    TooLong,
    #[error("it has more than {} terms", Filter::TERMS)]
    TooMany,
}

/// What a value may be.
fn expected(field: Field, subject: Subject) -> String {
    match field.holds() {
        Holds::Text => format!(
            "it is a text, as in {field}:word, {field}:\"two words\" or, if it is to be all, {field}:=word"
        ),
        Holds::Word => format!("it is one of {}", field.choices(subject).join(", ")),
        Holds::Number => format!("it is a number, as in {field}:42, {field}:>100 or {field}:<=10k"),
        Holds::Duration => {
            format!(
                "it is a time with its unit, as in {field}:>30s, {field}:<100ms or {field}:>=1h30m"
            )
        }
        Holds::Bytes => {
            format!("it is a size, as in {field}:>4096, {field}:<=16KiB or {field}:>1MB")
        }
    }
}

/// All fields of `subject`.
fn names(subject: Subject) -> String {
    let names: Vec<_> = subject.fields().map(|field| field.name()).collect();
    names.join(", ")
}
