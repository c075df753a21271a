//! Cuts the text of a filter into terms, and writes terms so that they are cut the
//! same way.

use std::borrow::Cow;
use std::ops::Range;

use super::amount::Operator;
use super::{FilterError, FilterProblem};

/// One term as it is written: `-polls:>100`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Word<'a> {
    /// Where the whole of it is.
    pub(super) span: Range<usize>,
    pub(super) negated: bool,
    /// What stands before the colon, if it is a field.
    pub(super) field: Option<&'a str>,
    pub(super) operator: Option<Operator>,
    pub(super) value: Cow<'a, str>,
    pub(super) is_quoted: bool,
}

/// The terms of `text`, in their order.
pub(super) struct Words<'a> {
    text: &'a str,
    /// How far it has been read.
    at: usize,
}

impl<'a> Words<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Words { text, at: 0 }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Reads one of these characters, if one is next.
    fn take(&mut self, characters: &[char]) -> Option<char> {
        let next = self.rest().chars().next()?;
        let taken = characters.contains(&next).then_some(next)?;
        self.at += taken.len_utf8();
        Some(taken)
    }

    fn word(&mut self) -> Result<Word<'a>, FilterError> {
        let start = self.at;
        let mark = self.take(&['-', '!']);
        let field = field_before_colon(self.rest());
        let mut operator = None;
        if let Some(field) = field {
            self.at += field.len() + 1;
            operator = Operator::at_start_of(self.rest());
            self.at += operator.map_or(0, |it| it.as_str().len());
        }
        let is_quoted = self.rest().starts_with('"');
        let value = match is_quoted {
            true => self.quoted()?,
            false => {
                let rest = self.rest();
                let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
                self.at += end;
                Cow::Borrowed(&rest[..end])
            }
        };
        let word = Word {
            span: start..self.at,
            negated: mark.is_some(),
            field,
            operator,
            value,
            is_quoted,
        };
        match mark {
            Some(mark) if field.is_none() && !is_quoted && word.value.is_empty() => {
                Err(error(word.span, FilterProblem::NothingNegated(mark)))
            }
            _ => Ok(word),
        }
    }

    /// Reads from one quote to the next; `\"` and `\\` stand for themselves.
    fn quoted(&mut self) -> Result<Cow<'a, str>, FilterError> {
        let start = self.at;
        let inner = &self.text[start + 1..];
        let mut value = String::new();
        let mut characters = inner.char_indices();
        while let Some((index, character)) = characters.next() {
            match character {
                '"' => {
                    let end = start + 1 + index + 1;
                    let after = self.text[end..].chars().next();
                    if let Some(after) = after.filter(|it| !it.is_whitespace()) {
                        let span = end..end + after.len_utf8();
                        return Err(error(span, FilterProblem::AfterQuote));
                    }
                    self.at = end;
                    return Ok(Cow::Owned(value));
                }
                '\\' if inner[index + 1..].starts_with(['"', '\\']) => {
                    value.extend(characters.next().map(|(_, escaped)| escaped));
                }
                other => value.push(other),
            }
        }
        Err(error(start..self.text.len(), FilterProblem::OpenQuote))
    }
}

impl<'a> Iterator for Words<'a> {
    type Item = Result<Word<'a>, FilterError>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
        if self.rest().is_empty() {
            return None;
        }
        let word = self.word();
        if word.is_err() {
            // There is no telling where the next one begins.
            self.at = self.text.len();
        }
        Some(word)
    }
}

fn error(span: Range<usize>, problem: FilterProblem) -> FilterError {
    FilterError { span, problem }
}

/// The letters and hyphens before the first colon. `shop::api` has none: that is the
/// path of a function.
fn field_before_colon(text: &str) -> Option<&str> {
    let (name, after) = text.split_once(':')?;
    let is_name = name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name
            .bytes()
            .all(|it| it.is_ascii_alphabetic() || it == b'-');
    (is_name && !after.starts_with(':')).then_some(name)
}

/// `text` as a term that is no field, in quotes if it must be.
pub(super) fn bare_text(text: &str) -> Cow<'_, str> {
    let is_more = text.starts_with(['-', '!']) || field_before_colon(text).is_some();
    in_quotes_if(text, is_more)
}

/// `text` as the value of a field, in quotes if it must be.
pub(super) fn bare_value(text: &str) -> Cow<'_, str> {
    // Two colons are no end of a field's name.
    let is_more = text.starts_with(':') || Operator::at_start_of(text).is_some();
    in_quotes_if(text, is_more)
}

fn in_quotes_if(text: &str, must: bool) -> Cow<'_, str> {
    let must =
        must || text.is_empty() || text.starts_with('"') || text.contains(char::is_whitespace);
    if !must {
        return Cow::Borrowed(text);
    }
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
    Cow::Owned(format!("\"{escaped}\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<Word<'_>> {
        Words::of(text).collect::<Result<_, _>>().unwrap()
    }

    fn refused(text: &str) -> FilterError {
        Words::of(text).find_map(Result::err).unwrap()
    }

    #[test]
    fn a_term_has_a_field_only_if_letters_stand_before_one_colon() {
        let field = |text| words(text)[0].field.map(str::to_owned);
        assert_eq!(field("wait:send").as_deref(), Some("wait"));
        assert_eq!(field("self-wakes:>1").as_deref(), Some("self-wakes"));
        for text in [
            "send",
            "src/api.rs:61",
            "shop::api",
            "ch#1:2",
            ":x",
            "\"wait:send\"",
        ] {
            assert_eq!(field(text), None, "{text}");
        }
    }

    #[test]
    fn quotes_hold_spaces_quotes_and_marks() {
        let words = words(r#"  "a b" -name:"say \"hi\" \\ \n" !"-x" "#);
        let values: Vec<_> = words.iter().map(|word| &*word.value).collect();
        assert_eq!(values, ["a b", r#"say "hi" \ \n"#, "-x"]);
        assert_eq!(
            words.iter().map(|it| it.negated).collect::<Vec<_>>(),
            [false, true, true]
        );
        assert_eq!(words[1].span, 8..32);
    }

    #[test]
    fn what_is_not_whole_is_refused_with_its_place() {
        let open = refused("a \"b c");
        assert_eq!((open.span, open.problem), (2..6, FilterProblem::OpenQuote));
        let after = refused("name:\"é\"é");
        assert_eq!(
            (after.span, after.problem),
            (9..11, FilterProblem::AfterQuote)
        );
        let alone = refused("a ! b");
        assert_eq!(
            (alone.span, alone.problem),
            (2..3, FilterProblem::NothingNegated('!'))
        );
    }
}
