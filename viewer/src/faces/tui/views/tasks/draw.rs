//! The table of tasks on the screen.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

use super::super::super::table::draw::{self, cell};
use super::super::super::targets::Seen;
use super::super::super::theme::Theme;
use super::super::Sight;
use super::Tasks;
use super::columns::{self, ColumnName};
use crate::model::Task;

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, tasks: &mut Tasks, sight: &Sight<'_>) {
    let columns = columns::layout(&tasks.columns, area.width, tasks.known);
    tasks.list.drawn(area, &columns);
    // One row is the titles'.
    tasks
        .list
        .scroll(usize::from(area.height.saturating_sub(1)));
    let tasks: &Tasks = tasks;
    let rows = tasks.list.rows.iter().skip(tasks.list.top).map(|key| {
        let (seen, task) = sight.pictures.task(*key)?;
        let line = cells(tasks, &columns, seen, task, sight.theme);
        Some((line, tasks.list.is_selected(*key)))
    });
    let mut all = sight.pictures.all().iter();
    let is_complete = all.any(|seen| seen.picture.model.complete);
    let none = match (is_complete, sight.pictures.tasks()) {
        (true, 0) => "no task is alive",
        (true, _) if tasks.has_settled() => "no task is like that",
        _ => "",
    };
    draw::draw(
        frame,
        area,
        sight.theme,
        titles(tasks, &columns),
        none,
        rows,
    );
}

fn titles(tasks: &Tasks, columns: &[(usize, u16)]) -> Line<'static> {
    let cells = columns.iter().map(|(index, width)| {
        let name = tasks.columns[*index];
        let shape = &name.column().shape;
        let mut title = shape.title.to_owned();
        if name == tasks.sort.column {
            title.push(if tasks.sort.reversed { '▲' } else { '▼' });
        }
        cell(shape, &title, *width, Style::new())
    });
    Line::from_iter(cells)
}

fn cells(
    tasks: &Tasks,
    columns: &[(usize, u16)],
    seen: &Seen,
    task: &Task,
    theme: Theme,
) -> Line<'static> {
    let severity = seen.picture.alerts.of_task(task.key);
    let of_state = match severity {
        Some(severity) => theme.severity(severity),
        None => theme.state(task.state),
    };
    let cells = columns.iter().map(|(index, width)| {
        let name = tasks.columns[*index];
        let style = match name {
            ColumnName::Alert | ColumnName::State | ColumnName::Wait | ColumnName::For => of_state,
            _ => Style::new(),
        };
        cell(&name.column().shape, &name.cell(seen, task), *width, style)
    });
    Line::from_iter(cells)
}
