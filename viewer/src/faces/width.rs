//! Text in so many cells of a terminal.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The end of a path, which says more than its start, in at most `width` cells.
pub(crate) fn keep_end(text: &str, width: usize) -> String {
    if text.width() <= width || width == 0 {
        return text.to_owned();
    }
    let mut start = text.len();
    for (place, _) in text.char_indices().rev() {
        if text[place..].width() + 1 > width {
            break;
        }
        start = place;
    }
    format!("…{}", &text[start..])
}

/// The start of a line, which says more than its end, in at most `width` cells.
pub(crate) fn keep_start(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut used = 1;
    let kept = text.chars().take_while(|character| {
        used += character.width().unwrap_or(0);
        used <= width
    });
    kept.chain(['…']).collect()
}

/// `text` in lines of at most `width` cells, broken at spaces as far as there
/// are any; all but the first begin with `indent` spaces.
pub(crate) fn wrap(text: &str, width: usize, indent: usize) -> Vec<String> {
    let width = width.max(1);
    // A narrow terminal has no room for both.
    let spaces = |count: usize| " ".repeat(count.min(width / 4));
    let indent = spaces(indent);
    let words = text.trim_start_matches(' ');
    let mut line = spaces(text.len() - words.len());
    let mut lines = Vec::new();
    for word in words.split_inclusive(' ') {
        if line.width() + word.trim_end().width() > width && !line.trim().is_empty() {
            lines.push(std::mem::replace(&mut line, indent.clone()));
        }
        for character in word.chars() {
            let wide = character.width().unwrap_or(0);
            if line.width() + wide > width && character != ' ' && !line.trim().is_empty() {
                lines.push(std::mem::replace(&mut line, indent.clone()));
            }
            line.push(character);
        }
    }
    lines.push(line);
    for line in &mut lines {
        line.truncate(line.trim_end().len());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_path_the_end_is_kept() {
        assert_eq!(keep_end("src/api/products.rs:61:14", 12), "…ts.rs:61:14");
        assert_eq!(keep_end("src/api.rs:6:1", 20), "src/api.rs:6:1");
    }

    #[test]
    fn a_long_line_is_broken_between_words() {
        let text = "  mpsc send for 10s on channel ch#18";
        assert_eq!(wrap(text, 80, 4), [text]);
        let lines = wrap(text, 20, 4);
        assert_eq!(lines, ["  mpsc send for 10s", "    on channel ch#18"]);
    }

    #[test]
    fn no_line_is_too_wide_and_no_letter_is_lost() {
        for text in [
            "",
            "a",
            "生産者 生産者生産者",
            "  wait for averylongname in it",
        ] {
            for width in 2..30 {
                let lines = wrap(text, width, 4);
                assert!(lines.iter().all(|line| line.width() <= width), "{lines:?}");
                let letters = |text: &str| text.replace(' ', "");
                assert_eq!(letters(&lines.concat()), letters(text));
            }
        }
        assert!(!wrap("生 b", 0, 4).is_empty());
    }
}
