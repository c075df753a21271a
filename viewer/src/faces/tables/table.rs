//! A table of text with aligned columns.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use crate::faces::width::keep_start;

/// How the cells of a column stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Right,
}

/// Rows under a heading. Cells are to be harmless for a terminal.
pub(super) struct Table<const COLUMNS: usize> {
    heading: [(&'static str, Align); COLUMNS],
    rows: Vec<[String; COLUMNS]>,
}

impl<const COLUMNS: usize> Table<COLUMNS> {
    pub(super) fn new(heading: [(&'static str, Align); COLUMNS]) -> Self {
        Table {
            heading,
            rows: Vec::new(),
        }
    }

    pub(super) fn push(&mut self, row: [String; COLUMNS]) {
        self.rows.push(row);
    }

    /// Writes the table; lines are cut at `width` columns of the terminal, if
    /// there is one.
    pub(super) fn write(&self, out: &mut impl Write, width: Option<usize>) -> io::Result<()> {
        let mut widths = self.heading.map(|(name, _)| name.width());
        for row in &self.rows {
            for (widest, cell) in widths.iter_mut().zip(row) {
                *widest = cell.width().max(*widest);
            }
        }
        let heading = self.heading.map(|(name, _)| name.to_owned());
        for row in std::iter::once(&heading).chain(&self.rows) {
            let line = self.line(row, &widths);
            match width {
                Some(width) => writeln!(out, "{}", keep_start(&line, width))?,
                None => writeln!(out, "{line}")?,
            }
        }
        Ok(())
    }

    fn line(&self, row: &[String; COLUMNS], widths: &[usize; COLUMNS]) -> String {
        let mut line = String::new();
        for (index, (cell, (_, align))) in row.iter().zip(&self.heading).enumerate() {
            if index > 0 {
                line.push_str("  ");
            }
            let missing = " ".repeat(widths[index] - cell.width());
            match align {
                Align::Left => line.extend([cell.as_str(), &missing]),
                Align::Right => line.extend([missing.as_str(), cell]),
            }
        }
        line.truncate(line.trim_end().len());
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(width: Option<usize>) -> String {
        let mut table = Table::new([("NAME", Align::Left), ("FOR", Align::Right)]);
        table.push(["日本".into(), "45µs".into()]);
        table.push(["a".into(), "5m12s".into()]);
        let mut out = Vec::new();
        table.write(&mut out, width).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn columns_are_aligned_by_what_a_terminal_shows() {
        assert_eq!(text(None), "NAME    FOR\n日本   45µs\na     5m12s\n");
    }

    #[test]
    fn a_terminal_gets_lines_that_fit() {
        assert_eq!(text(Some(8)), "NAME   …\n日本   …\na     5…\n");
    }
}
