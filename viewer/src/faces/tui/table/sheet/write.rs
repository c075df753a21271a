//! A sheet as text, for a file or the clipboard.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::super::super::targets::Pictures;
use super::super::super::theme::Theme;
use super::super::super::views::{Format, Sight, Writing};
use super::act::shown_columns;
use super::{Cell, Rank, Record, Sheet};
use crate::faces::json_writer;

/// As wide as a cell may want to be.
const WIDTH: u16 = 40;

impl<R: Record> Sheet<R> {
    /// What is told of the selected row, in one line.
    pub(in super::super::super) fn copied(&self, sight: &Sight<'_>) -> Option<String> {
        let row = self.selected()?;
        let texts = texts(row, sight.pictures, sight.theme)?;
        let texts = texts.into_iter().filter(|text| !text.trim().is_empty());
        Some(texts.collect::<Vec<_>>().join("  "))
    }

    /// Writes all rows that are shown.
    pub(in super::super::super) fn written(&self, format: Format, sight: &Sight<'_>) -> Writing {
        let (rows, pictures) = (self.found.rows.clone(), sight.pictures.clone());
        let theme = sight.theme;
        Box::new(move |mut out| match format {
            Format::Json => json_writer::write(&mut out, &objects(&rows, &pictures, theme)),
            Format::Text => lines(&mut out, &rows, &pictures, theme),
        })
    }
}

/// The cells of `row`; `None` if its program is not looked at.
fn texts<R: Record>(row: &R, pictures: &Pictures, theme: Theme) -> Option<Vec<String>> {
    let cell = Cell {
        seen: pictures.get(row.key().target)?,
        theme,
        width: WIDTH,
    };
    let columns = shown_columns::<R>(pictures).into_iter();
    Some(
        columns
            .map(|index| (R::columns()[index].cell)(row, &cell))
            .collect(),
    )
}

fn lines<R: Record>(
    out: &mut dyn Write,
    rows: &[R],
    pictures: &Pictures,
    theme: Theme,
) -> io::Result<()> {
    let titles = shown_columns::<R>(pictures).into_iter();
    let titles = titles.map(|index| R::columns()[index].shape.title.to_owned());
    let mut all = vec![titles.collect::<Vec<_>>()];
    all.extend(rows.iter().filter_map(|row| texts(row, pictures, theme)));
    let mut widths = vec![0; all[0].len()];
    for row in &all {
        for (width, text) in widths.iter_mut().zip(row) {
            *width = text.width().max(*width);
        }
    }
    for row in &all {
        let mut line = String::new();
        for (text, width) in row.iter().zip(&widths) {
            line += text;
            line += &" ".repeat(width - text.width() + 2);
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// An object for each row, with a field for each column: a number where it is one.
fn objects<R: Record>(rows: &[R], pictures: &Pictures, theme: Theme) -> serde_json::Value {
    let object = |row: &R| {
        let texts = texts(row, pictures, theme)?;
        let columns = shown_columns::<R>(pictures)
            .into_iter()
            .map(|index| &R::columns()[index]);
        let fields = columns.zip(texts).map(|(column, text)| {
            let name = column.shape.title.to_lowercase().replace(' ', "_");
            let value = match ((column.rank)(row), text.parse::<u64>()) {
                (Rank::Number(_), Ok(number)) => number.into(),
                _ => text.into(),
            };
            (name, value)
        });
        Some(serde_json::Value::Object(fields.collect()))
    };
    rows.iter().filter_map(object).collect()
}
