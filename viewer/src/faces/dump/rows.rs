//! Rows of a dump: what is called, and beside it where.

use unicode_width::UnicodeWidthStr;

use crate::faces::width::{keep_end, wrap};
use crate::model::{Location, Stack};
use crate::words::plain::plain;

/// Names that are longer do not move the places of the others.
const WIDEST: usize = 60;
/// How far below a name its place begins, where they do not fit beside each
/// other.
const BELOW: usize = 2;

/// One row, harmless.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::faces) struct Row {
    indent: usize,
    /// What is called, spawned or waited for.
    what: String,
    /// Where; nothing for a row that has no place.
    place: String,
}

impl Row {
    /// A sentence, made harmless.
    pub(in crate::faces) fn text(indent: usize, text: &str) -> Self {
        Row {
            indent,
            what: plain(text).into_owned(),
            place: String::new(),
        }
    }

    /// Something and its place, made harmless.
    pub(in crate::faces) fn at(indent: usize, what: &str, place: Option<&Location>) -> Self {
        let place = place.map(|place| plain(&place.to_string()).into_owned());
        Row {
            place: place.unwrap_or_default(),
            ..Row::text(indent, what)
        }
    }

    /// The same with a remark after its place.
    pub(in crate::faces) fn remark(mut self, remark: &str) -> Self {
        let end = match self.place.is_empty() {
            true => &mut self.what,
            false => &mut self.place,
        };
        *end += &format!(", {}", plain(remark));
        self
    }

    /// The same row further in or out.
    pub(super) fn indented(self, indent: usize) -> Self {
        Row { indent, ..self }
    }

    /// The cells up to the end of what is called.
    fn reach(&self) -> usize {
        self.indent + self.what.width()
    }
}

/// The frames of `stack`, the innermost first.
pub(in crate::faces) fn frames(stack: &Stack, indent: usize, all: bool) -> Vec<Row> {
    let frames = stack.frames_shown(all).into_iter();
    frames
        .map(|frame| Row::at(indent, &frame.name(), frame.location.as_deref()))
        .collect()
}

/// The rows as lines, the places one below the other; in lines of at most
/// `width` cells if that is given.
pub(in crate::faces) fn lines(rows: &[Row], width: Option<usize>) -> Vec<String> {
    let placed = rows.iter().filter(|row| !row.place.is_empty());
    let reaches = placed.map(Row::reach).filter(|reach| *reach <= WIDEST);
    let column = reaches.max().unwrap_or(0) + 2;
    let fits = |row: &Row| {
        width.is_none_or(|width| column.max(row.reach() + 2) + row.place.width() <= width)
    };
    // All or none, so that it is read in one way.
    let beside = rows.iter().all(|row| row.place.is_empty() || fits(row));
    let mut lines = Vec::new();
    for row in rows {
        match width {
            Some(width) if row.place.is_empty() => lines.extend(wrapped(row, width)),
            Some(width) if !beside => lines.extend(below(row, width)),
            _ => lines.push(line(row, column)),
        }
    }
    lines
}

fn line(row: &Row, column: usize) -> String {
    let mut line = " ".repeat(row.indent) + &row.what;
    if !row.place.is_empty() {
        let gap = column.saturating_sub(row.reach()).max(2);
        line += &" ".repeat(gap);
        line += &row.place;
    }
    line
}

fn wrapped(row: &Row, width: usize) -> Vec<String> {
    wrap(&line(row, 0), width, row.indent + 2 * BELOW)
}

/// The place on a line of its own, and of what is too long the end.
fn below(row: &Row, width: usize) -> [String; 2] {
    let width = width.max(1);
    let end = |indent: usize, text: &str| {
        let indent = indent.min(width / 2);
        " ".repeat(indent) + &keep_end(text, width - indent)
    };
    [
        end(row.indent, &row.what),
        end(row.indent + BELOW, &row.place),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<Row> {
        let at = |line| Location {
            file: "src/producer.rs".into(),
            line,
            column: 9,
        };
        vec![
            Row::text(0, "task 1 [mpsc send, 10s]"),
            Row::at(2, "shop::producer::new_producer", Some(&at(41))),
            Row::at(2, "main", Some(&at(7))),
            Row::at(2, "nameless", None),
        ]
    }

    #[test]
    fn places_are_one_below_the_other() {
        assert_eq!(
            lines(&rows(), None),
            [
                "task 1 [mpsc send, 10s]",
                "  shop::producer::new_producer  src/producer.rs:41:9",
                "  main                          src/producer.rs:7:9",
                "  nameless",
            ]
        );
    }

    #[test]
    fn a_very_long_name_does_not_move_the_other_places() {
        let mut rows = rows();
        rows[1].what = "x".repeat(100);
        let lines = lines(&rows, None);
        assert!(lines[1].ends_with("x  src/producer.rs:41:9"));
        assert_eq!(lines[2], "  main  src/producer.rs:7:9");
    }

    #[test]
    fn on_a_narrow_terminal_a_place_is_below() {
        assert_eq!(
            lines(&rows(), Some(24)),
            [
                "task 1 [mpsc send, 10s]",
                "  …roducer::new_producer",
                "    src/producer.rs:41:9",
                "  main",
                "    src/producer.rs:7:9",
                "  nameless",
            ]
        );
        for width in 0..60 {
            for line in lines(&rows(), Some(width)) {
                assert!(line.width() <= width.max(1), "{width}: {line}");
            }
        }
    }

    #[test]
    fn a_remark_follows_the_place() {
        let rows = rows().into_iter().map(|row| row.remark("3s ago"));
        let lines = lines(&rows.collect::<Vec<_>>(), None);
        assert!(lines[2].ends_with("main                          src/producer.rs:7:9, 3s ago"));
        assert_eq!(lines[3], "  nameless, 3s ago");
    }

    #[test]
    fn names_and_places_are_harmless() {
        let place = Location {
            file: "\u{1b}[2J\n".into(),
            line: 1,
            column: 1,
        };
        let rows = [Row::at(0, "\u{9b}m\r", Some(&place)).remark("\u{7}")];
        let line = lines(&rows, None).concat();
        assert!(!line.contains(char::is_control), "{line:?}");
    }
}
