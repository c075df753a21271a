//! What is copied.

use super::super::views::Copied;

/// The most that is copied: terminals take no more, or drop it.
const MOST_BYTES: usize = 64 * 1_024;

/// What is to be copied, and the sentence that says so.
pub(super) fn copy(copied: Copied) -> (String, String) {
    let Copied { what, mut text } = copied;
    if text.len() <= MOST_BYTES {
        return (text, format!("copied {what}"));
    }
    let end = (0..=MOST_BYTES)
        .rev()
        .find(|end| text.is_char_boundary(*end));
    text.truncate(end.unwrap_or(0));
    (text, format!("copied the first 64 KiB of {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_long_is_cut_between_characters_and_that_is_said() {
        let short = copy(Copied {
            what: "the task",
            text: "task 1".to_owned(),
        });
        assert_eq!(short, ("task 1".to_owned(), "copied the task".to_owned()));
        let (text, told) = copy(Copied {
            what: "the stacks",
            text: format!("a{}", "ö".repeat(MOST_BYTES)),
        });
        assert_eq!(text.len(), MOST_BYTES - 1);
        assert!(told.contains("the first 64 KiB"), "{told}");
    }
}
