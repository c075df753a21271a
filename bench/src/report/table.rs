//! Markdown tables that can be read as they are, in a terminal.

use std::fmt::{self, Display};

/// A table whose first column is words and whose others are figures.
#[derive(Clone, Debug, Default)]
pub struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// With these titles.
    pub fn new(titles: impl IntoIterator<Item = String>) -> Self {
        Table {
            rows: vec![titles.into_iter().collect()],
        }
    }

    /// A row: as many cells as there are titles.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// Whether there is nothing in it but titles.
    pub fn is_empty(&self) -> bool {
        self.rows.len() < 2
    }
}

impl Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        for (number, row) in self.rows.iter().enumerate() {
            for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
                match column {
                    0 => write!(f, "| {cell:<width$} |")?,
                    _ => write!(f, " {cell:>width$} |")?,
                }
            }
            writeln!(f)?;
            if number == 0 {
                for (column, width) in widths.iter().enumerate() {
                    match column {
                        0 => write!(f, "|{}|", "-".repeat(width + 2))?,
                        _ => write!(f, "{}:|", "-".repeat(width + 1))?,
                    }
                }
                writeln!(f)?;
            }
        }
        Ok(())
    }
}

/// What a table says, however wide its columns are.
#[cfg(test)]
pub(super) fn single_spaced(text: &str) -> String {
    let lines = text.lines();
    let lines = lines.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_in_the_source_too() {
        let mut table = Table::new(["".to_owned(), "yield".to_owned()]);
        table.row(["floor".to_owned(), "450 ±1%".to_owned()]);
        table.row(["console".to_owned(), "–".to_owned()]);
        let expected = "\
|         |   yield |
|---------|--------:|
| floor   | 450 ±1% |
| console |       – |
";
        assert_eq!(table.to_string(), expected);
    }
}
