//! A text that is searched for: in letters of any case, unless it has a capital.

/// What is searched for in texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern {
    /// As it was written.
    text: Box<str>,
    /// Whether it is to be the whole of a text and not a part.
    whole: bool,
    case: Case,
}

/// What letters are the same as others.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Case {
    /// None.
    Exact,
    /// Small and capital ones of ASCII: there are no others in the pattern.
    Ascii,
    /// Small and capital ones; the pattern in small ones.
    Folded(Box<str>),
}

impl Pattern {
    pub(super) fn new(text: &str, whole: bool) -> Self {
        let case = match text.chars().any(char::is_uppercase) {
            true => Case::Exact,
            false => Case::of_any(text),
        };
        let text = text.into();
        Pattern { text, whole, case }
    }

    /// The same for one that is found in letters of any case, capital or not.
    pub(super) fn of_any_case(text: &str, whole: bool) -> Self {
        Pattern {
            text: text.into(),
            whole,
            case: Case::of_any(text),
        }
    }

    /// As it was written.
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    pub(super) fn is_whole(&self) -> bool {
        self.whole
    }

    /// Whether `text` has it, or is it. `folded` is written to where that is needed.
    pub(super) fn is_in(&self, text: &str, folded: &mut String) -> bool {
        match (&self.case, self.whole) {
            (Case::Exact, true) => text == &*self.text,
            (Case::Exact, false) => text.contains(&*self.text),
            (Case::Ascii, true) => text.eq_ignore_ascii_case(&self.text),
            (Case::Ascii, false) => has_ascii(text.as_bytes(), self.text.as_bytes()),
            (Case::Folded(pattern), whole) => {
                folded.clear();
                folded.extend(text.chars().flat_map(char::to_lowercase));
                match whole {
                    true => folded == &**pattern,
                    false => folded.contains(&**pattern),
                }
            }
        }
    }
}

impl Case {
    fn of_any(text: &str) -> Self {
        match text.is_ascii() {
            true => Case::Ascii,
            // Letter by letter, as the texts are.
            false => Case::Folded(text.chars().flat_map(char::to_lowercase).collect()),
        }
    }
}

fn has_ascii(text: &[u8], pattern: &[u8]) -> bool {
    let Some((first, rest)) = pattern.split_first() else {
        return true;
    };
    let Some(last) = text.len().checked_sub(pattern.len()) else {
        return false;
    };
    (0..=last).any(|at| {
        text[at].eq_ignore_ascii_case(first)
            && text[at + 1..at + pattern.len()].eq_ignore_ascii_case(rest)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(text: &str, pattern: &str) -> bool {
        Pattern::new(pattern, false).is_in(text, &mut String::new())
    }

    #[test]
    fn small_letters_are_found_in_any_case_and_capitals_only_as_they_are() {
        assert!(has("newProducer", "producer") && has("newProducer", "Producer"));
        assert!(!has("newproducer", "Producer"));
        assert!(has("Größe", "größe") && !has("größe", "Größe"));
    }

    #[test]
    fn nothing_is_in_everything_and_the_whole_is_the_whole() {
        assert!(has("", "") && has("a", ""));
        assert!(!has("a", "ab"));
        let whole = Pattern::new("sleep", true);
        assert!(whole.is_in("Sleep", &mut String::new()));
        assert!(!whole.is_in("sleep?", &mut String::new()));
    }
}
