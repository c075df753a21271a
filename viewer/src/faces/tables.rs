//! Tables for a terminal or a pipe.

use crate::model::{Model, Task};
use crate::rules::{AlertBook, Severity};
use crate::words::duration::human;
use crate::words::plain::plain;

/// The live tasks in the order in which people want them: those with an alert
/// first, the worst of them on top, then those that have waited the longest.
pub fn in_order<'a>(model: &'a Model, alerts: &AlertBook) -> Vec<&'a Task> {
    let mut tasks: Vec<_> = model
        .tasks
        .values()
        .map(|task| {
            let since = model
                .waits_of(task)
                .first()
                .map_or(task.state_since, |wait| wait.since);
            let rank = (std::cmp::Reverse(alerts.of_task(task.key)), since, task.key);
            (rank, task)
        })
        .collect();
    tasks.sort_unstable_by_key(|(rank, _)| *rank);
    tasks.into_iter().map(|(_, task)| task).collect()
}

/// How long a task has been doing what it does: its longest wait, if it has one.
pub fn lasted(model: &Model, task: &Task) -> std::time::Duration {
    let since = model
        .waits_of(task)
        .first()
        .map_or(task.state_since, |wait| wait.since);
    model.now.since(since)
}

/// `tasks` as a table.
pub fn tasks(model: &Model, alerts: &AlertBook, tasks: &[&Task]) -> String {
    let rows = tasks.iter().map(|task| {
        let mark = match alerts.of_task(task.key) {
            Some(Severity::Error) => "!!",
            Some(Severity::Warning) => "!",
            None => "",
        };
        let location = task.location.as_ref();
        [
            mark.to_owned(),
            task.tokio_id.to_string(),
            plain(&task.name).into_owned(),
            task.state.to_string(),
            plain(&model.wait_text(task).unwrap_or_default()).into_owned(),
            human(lasted(model, task)),
            task.polls.to_string(),
            human(task.busy_at(model.now)),
            location.map_or(String::new(), |location| {
                plain(&location.to_string()).into_owned()
            }),
        ]
    });
    let header = [
        "",
        "ID",
        "NAME",
        "STATE",
        "WAIT",
        "FOR",
        "POLLS",
        "BUSY",
        "SPAWNED AT",
    ];
    aligned(header, rows.collect())
}

/// Columns as wide as their widest cell, two spaces apart.
fn aligned<const N: usize>(header: [&str; N], rows: Vec<[String; N]>) -> String {
    let width = |text: &str| ratatui::text::Span::raw(text).width();
    let widths: [usize; N] = std::array::from_fn(|column| {
        rows.iter()
            .map(|row| width(&row[column]))
            .chain([width(header[column])])
            .max()
            .unwrap_or(0)
    });
    let mut table = String::new();
    let header = header.map(str::to_owned);
    for row in std::iter::once(&header).chain(&rows) {
        let mut line = String::new();
        for (cell, room) in row.iter().zip(widths) {
            line.push_str(cell);
            line.push_str(&" ".repeat(room - width(cell) + 2));
        }
        table.push_str(line.trim_end());
        table.push('\n');
    }
    table
}
