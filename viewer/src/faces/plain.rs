//! Text from a program, made harmless.

use std::borrow::Cow;

/// `text` without anything that a terminal acts on: control characters and those
/// that change the direction of writing are shown as their code, `<1b>`.
pub fn plain(text: &str) -> Cow<'_, str> {
    if !text.chars().any(acts_on_a_terminal) {
        return Cow::Borrowed(text);
    }
    let mut harmless = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        if acts_on_a_terminal(character) {
            harmless.push_str(&format!("<{:x}>", u32::from(character)));
        } else {
            harmless.push(character);
        }
    }
    Cow::Owned(harmless)
}

/// Control characters of ASCII and Latin-1, line and paragraph separators, and
/// the marks that isolate, embed, override or set a direction.
fn acts_on_a_terminal(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'
                ..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{200b}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_text_stays_as_it_is() {
        for text in ["", "producer", "naïve ☃ 生産者"] {
            assert!(matches!(plain(text), Cow::Borrowed(same) if same == text));
        }
    }

    #[test]
    fn nothing_that_a_terminal_acts_on_is_left() {
        let hostile = "\u{1b}[2J\r\n\u{9b}31m\u{202e}\0\u{7f}";
        assert_eq!(plain(hostile), "<1b>[2J<d><a><9b>31m<202e><0><7f>");
    }
}
