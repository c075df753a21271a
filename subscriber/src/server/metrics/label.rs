//! Texts that may stand in a label.

/// How many characters a label's value has at most.
const LONGEST: usize = 200;

/// A place in the source as `src/api.rs:61:14`, without what is 0 and so not
/// known.
pub(super) fn site(file: &str, line: u32, column: u32) -> String {
    let place = match (line, column) {
        (0, _) => String::new(),
        (line, 0) => format!(":{line}"),
        (line, column) => format!(":{line}:{column}"),
    };
    let file = clean(short(file));
    // The end of a path tells more than its beginning.
    let room = LONGEST - place.len();
    match file.chars().count().checked_sub(room) {
        None | Some(0) => file + &place,
        Some(over) => {
            let end = file.chars().skip(over + 1);
            std::iter::once('…')
                .chain(end)
                .chain(place.chars())
                .collect()
        }
    }
}

/// Any other text.
pub(super) fn text(text: &str) -> String {
    let text = clean(text);
    match text.char_indices().nth(LONGEST - 1) {
        Some((end, last)) if text.len() > end + last.len_utf8() => format!("{}…", &text[..end]),
        _ => text,
    }
}

/// The file without where Cargo keeps libraries and rustc the standard library.
fn short(file: &str) -> &str {
    let after = |folder| Some(file.split_once(folder)?.1);
    // What follows is the index, or the compiler's version.
    let below = |path: &'static str| Some(after(path)?.split_once('/')?.1);
    below("/registry/src/")
        .or_else(|| Some(file.strip_prefix("/rustc/")?.split_once('/')?.1))
        .or_else(|| after("/git/checkouts/"))
        .unwrap_or(file)
}

/// Without control characters and those that reorder the text around them; what
/// else the format cannot hold is escaped when it is written.
fn clean(text: &str) -> String {
    let harmful = |c: &char| {
        c.is_control()
            || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    text.chars().filter(|c| !harmful(c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_as_viewers_show_it() {
        assert_eq!(site("src/api.rs", 61, 14), "src/api.rs:61:14");
        assert_eq!(site("src/api.rs", 61, 0), "src/api.rs:61");
        assert_eq!(site("src/api.rs", 0, 0), "src/api.rs");
        let axum = "/home/me/.cargo/registry/src/index.crates.io-1949/axum-0.8.9/src/serve.rs";
        assert_eq!(site(axum, 1, 2), "axum-0.8.9/src/serve.rs:1:2");
        let std = "/rustc/0123abc/library/std/src/thread.rs";
        assert_eq!(site(std, 1, 2), "library/std/src/thread.rs:1:2");
    }

    #[test]
    fn what_is_long_is_cut_where_it_says_least() {
        let path = site(&format!("{}/end.rs", "é".repeat(5_000)), 61, 14);
        assert!(path.starts_with("…é") && path.ends_with("/end.rs:61:14"));
        assert_eq!(path.chars().count(), LONGEST);
        let name = text(&format!("begin{}", "é".repeat(5_000)));
        assert!(name.starts_with("begin") && name.ends_with('…'));
        assert_eq!(name.chars().count(), LONGEST);
        let exact = "é".repeat(LONGEST);
        assert_eq!(text(&exact), exact);
        assert_eq!(
            site(&"é".repeat(LONGEST - 4), 12, 0).chars().count(),
            LONGEST - 1
        );
    }

    #[test]
    fn nothing_that_a_terminal_obeys_gets_through() {
        let all: String = (0..=0x3000).filter_map(char::from_u32).collect();
        for part in all.chars() {
            let part = format!("a{part}");
            assert!(!text(&part).contains(char::is_control));
            assert!(!site(&part, 1, 1).contains(['\u{202e}', '\u{200b}', '\n']));
        }
    }
}
