//! What every task waits for and where, in the shape of a goroutine dump: as
//! `taskmon dump` prints it, and as the terminal UI shows it of one task.
//!
//! It is to be read and pasted, so its lines are never cut.

mod group;
pub(super) mod rows;
pub(super) mod task;
#[cfg(test)]
mod tests;

use std::io::{self, Write};

use self::rows::{Row, lines};
use crate::model::{Model, Task};
use crate::words::plain::plain;
use crate::words::time::rfc3339;

/// Writes these `tasks` of `model` under a title; with all frames of their
/// stacks, or with those of the program and its libraries.
///
/// # Errors
///
/// If `out` fails.
pub fn tasks(
    out: &mut impl Write,
    model: &Model,
    tasks: &[&Task],
    all_frames: bool,
) -> io::Result<()> {
    write_title(out, model, tasks.len())?;
    let mut each = tasks.iter();
    each.try_for_each(|task| write_rows(out, &task_rows(model, task, all_frames)))
}

/// Writes these `tasks` of `model`, each after an empty line; with the frames of the
/// program and its libraries.
///
/// # Errors
///
/// If `out` fails.
pub fn these(out: &mut impl Write, model: &Model, tasks: &[&Task]) -> io::Result<()> {
    let mut each = tasks.iter();
    each.try_for_each(|task| write_rows(out, &task_rows(model, task, false)))
}

/// Writes these `tasks` of `model` under a title, those that do the same at the same place once: the
/// largest group first.
///
/// # Errors
///
/// If `out` fails.
pub fn groups(
    out: &mut impl Write,
    model: &Model,
    tasks: &[&Task],
    all_frames: bool,
) -> io::Result<()> {
    write_title(out, model, tasks.len())?;
    for group in model.task_groups(tasks, all_frames) {
        write_rows(out, &group::rows(model, &group, all_frames))?;
    }
    Ok(())
}

/// A task, its waits, and where it was spawned.
fn task_rows(model: &Model, task: &Task, all_frames: bool) -> Vec<Row> {
    let mut rows = task::rows(model, task, all_frames);
    rows.extend(task::spawn_rows(model, task, 1));
    rows
}

/// `3 tasks in shop (pid 4242) on web-1, 2026-03-01T12:34:56.789Z`, or `2 of 3 tasks`.
fn write_title(out: &mut impl Write, model: &Model, shown: usize) -> io::Result<()> {
    let mut title = match model.tasks.len() {
        1 => "1 task".to_owned(),
        count => format!("{count} tasks"),
    };
    if shown != model.tasks.len() {
        title.insert_str(0, &format!("{shown} of "));
    }
    if let Some(program) = &model.program {
        title += &format!(
            " in {} (pid {}) on {}",
            program.name, program.pid, program.host
        );
    }
    if let Some(time) = model.system_time(model.now) {
        title += &format!(", {}", rfc3339(time));
    }
    writeln!(out, "{}", plain(&title))
}

fn write_rows(out: &mut impl Write, rows: &[Row]) -> io::Result<()> {
    writeln!(out)?;
    for line in lines(rows, None) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}
