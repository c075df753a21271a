//! The table of tasks.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

use super::super::app::App;
use super::super::columns::{self, COLUMNS};
use super::super::theme::Theme;
use super::table::{self, cell};
use crate::client::Picture;
use crate::model::Task;

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, app: &App, picture: &Picture, theme: Theme) {
    let columns = columns::layout(area.width, app.known);
    let rows = app.tasks.rows.iter().skip(app.tasks.top).map(|key| {
        let task = picture.model.tasks.get(key)?;
        let line = cells(&columns, picture, task, theme);
        Some((line, app.tasks.is_selected(*key)))
    });
    let none = match (picture.model.complete, picture.model.tasks.is_empty()) {
        (true, true) => "no task is alive",
        (true, false) if app.is_settled() => "no task is like that",
        _ => "",
    };
    table::draw(frame, area, theme, titles(&columns, app), none, rows);
}

fn titles(columns: &[(usize, u16)], app: &App) -> Line<'static> {
    let cells = columns.iter().map(|(index, width)| {
        let shape = &COLUMNS[*index].shape;
        let mut title = shape.title.to_owned();
        if *index == app.sort.column {
            title.push(if app.sort.reversed { '▲' } else { '▼' });
        }
        cell(shape, &title, *width, Style::new())
    });
    Line::from_iter(cells)
}

fn cells(columns: &[(usize, u16)], picture: &Picture, task: &Task, theme: Theme) -> Line<'static> {
    let severity = picture.alerts.of_task(task.key);
    let of_state = match severity {
        Some(severity) => theme.severity(severity),
        None => theme.state(task.state),
    };
    let cells = columns.iter().map(|(index, width)| {
        let column = &COLUMNS[*index];
        let style = match column.shape.title {
            "" | "STATE" | "WAIT" | "FOR" => of_state,
            _ => Style::new(),
        };
        let text = (column.cell)(picture, task);
        cell(&column.shape, &text, *width, style)
    });
    Line::from_iter(cells)
}
