//! Makes text from outside harmless for a terminal.

use std::borrow::Cow;
use std::fmt::Write;

/// `text` with everything that could move the cursor, colour, reorder or hide
/// what is around it made visible as `\u{1b}`. Newlines and tabs too: what comes
/// out is one line.
///
/// What the compiler and the user's own names contain (letters of any script,
/// punctuation, symbols) is unchanged.
pub fn plain(text: &str) -> Cow<'_, str> {
    let Some(first) = text.find(is_harmful) else {
        return Cow::Borrowed(text);
    };
    let (clean, rest) = text.split_at(first);
    let mut out = String::with_capacity(text.len() + 16);
    out.push_str(clean);
    for character in rest.chars() {
        match character {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            harmful if is_harmful(harmful) => {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\u{{{:x}}}", u32::from(harmful));
            }
            harmless => out.push(harmless),
        }
    }
    Cow::Owned(out)
}

/// What someone at the other end said, harmless and on one short line.
pub(crate) fn quoted(text: &str) -> String {
    const CHARACTERS: usize = 200;
    let text = plain(text.trim());
    match text.char_indices().nth(CHARACTERS) {
        None if text.is_empty() => "no reason given".to_owned(),
        None => text.into_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

/// Whether [`plain`] makes `character` visible instead of leaving it to the
/// terminal.
pub fn is_harmful(character: char) -> bool {
    // `is_control` is C0, DEL and C1.
    character.is_control()
        || matches!(character,
            // Marks that reorder the text around them.
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
            // Line and paragraph separators.
            | '\u{2028}' | '\u{2029}'
            // Characters without a width, which make two names look like one.
            | '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{180e}'
            // Tags and variation selectors.
            | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_other_end_says_is_harmless_and_cut() {
        assert_eq!(quoted("a\u{1b}b\n"), "a\\u{1b}b");
        assert_eq!(quoted(" "), "no reason given");
        assert_eq!(quoted(&"é".repeat(5_000)).chars().count(), 201);
    }

    #[test]
    fn ordinary_names_are_untouched_and_not_copied() {
        for name in [
            "",
            "newProducer",
            "src/api.rs:61:14",
            "größe/日本.rs",
            "a b",
        ] {
            assert!(matches!(plain(name), Cow::Borrowed(same) if same == name));
        }
    }

    #[test]
    fn an_escape_sequence_is_shown_instead_of_obeyed() {
        assert_eq!(plain("a\u{1b}[31mb"), "a\\u{1b}[31mb");
        assert_eq!(plain("\u{9b}2J"), "\\u{9b}2J");
        assert_eq!(plain("\u{7}\u{8}\u{7f}"), "\\u{7}\\u{8}\\u{7f}");
    }

    #[test]
    fn what_comes_out_is_one_line() {
        assert_eq!(plain("a\r\nb\tc\u{2028}d"), "a\\r\\nb\\tc\\u{2028}d");
    }

    #[test]
    fn text_that_reorders_or_hides_itself_is_made_visible() {
        assert_eq!(plain("evil\u{202e}sr.txt"), "evil\\u{202e}sr.txt");
        assert_eq!(plain("a\u{200b}b"), "a\\u{200b}b");
    }

    #[test]
    fn no_character_at_all_gets_through_as_a_control_character() {
        let all: String = (0..=u32::from(char::MAX))
            .filter_map(char::from_u32)
            .collect();
        assert!(!plain(&all).chars().any(char::is_control));
    }
}
