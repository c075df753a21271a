//! The table of tasks as text and as JSON.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::super::super::targets::{Pictures, Seen, TaskOf};
use super::super::{Format, Sight, Writing};
use super::Tasks;
use super::columns::{self, ColumnName, Known};
use crate::faces::json::{ChosenTasks, Of};
use crate::faces::json_writer;
use crate::model::Task;

/// A task in a line, without what is empty.
pub(super) fn line(columns: &[ColumnName], known: Known, seen: &Seen, task: &Task) -> String {
    let cells = columns::known(columns, known).map(|(_, name)| name.cell(seen, task));
    let cells: Vec<String> = cells.filter(|cell| !cell.is_empty()).collect();
    cells.join("  ")
}

/// All rows of the table.
pub(super) fn all(tasks: &Tasks, format: Format, sight: &Sight<'_>) -> Writing {
    let rows = tasks.list.rows.clone();
    let pictures = sight.pictures.clone();
    let all_frames = sight.all_frames;
    match format {
        Format::Json => Box::new(move |out| json(out, &pictures, &rows, all_frames)),
        Format::Text => {
            let shown = columns::known(&tasks.columns, tasks.known);
            let columns = shown.map(|(_, name)| name).collect();
            Box::new(move |out| text(out, &pictures, &rows, columns))
        }
    }
}

/// Columns as wide as the widest of their cells.
fn text(
    out: &mut dyn Write,
    pictures: &Pictures,
    rows: &[TaskOf],
    columns: Vec<ColumnName>,
) -> io::Result<()> {
    let mut columns: Vec<(ColumnName, u16)> = columns
        .into_iter()
        .map(|name| (name, cells(name.column().shape.title)))
        .collect();
    let live = || rows.iter().filter_map(|key| pictures.task(*key));
    for (seen, task) in live() {
        for (name, width) in &mut columns {
            *width = cells(&name.cell(seen, task)).max(*width);
        }
    }
    let mut write = |texts: &mut dyn Iterator<Item = String>| {
        let fitted = texts.zip(&columns);
        let fitted: Vec<String> = fitted
            .map(|(text, (name, width))| name.column().shape.fit(&text, *width))
            .collect();
        writeln!(out, "{}", fitted.join("  ").trim_end())
    };
    write(
        &mut columns
            .iter()
            .map(|(name, _)| name.column().shape.title.to_owned()),
    )?;
    for (seen, task) in live() {
        write(&mut columns.iter().map(|(name, _)| name.cell(seen, task)))?;
    }
    Ok(())
}

fn cells(text: &str) -> u16 {
    text.width().try_into().unwrap_or(u16::MAX)
}

fn json(
    mut out: &mut dyn Write,
    pictures: &Pictures,
    rows: &[TaskOf],
    all_frames: bool,
) -> io::Result<()> {
    let live = rows.iter().filter_map(|key| pictures.task(*key));
    let written = ChosenTasks {
        programs: pictures.all().iter().map(of).collect(),
        tasks: live.map(|(seen, task)| (of(seen), task)),
        all_frames,
    };
    json_writer::write(&mut out, &written)
}

/// The program as JSON knows it.
pub(in super::super) fn of(seen: &Seen) -> Of<'_> {
    Of {
        target: &seen.name,
        model: &seen.picture.model,
        alerts: &seen.picture.alerts,
    }
}
