//! The table of tasks. Only the rows that are seen are made.

use ratatui::Frame;
use ratatui::layout::{Alignment, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::super::app::App;
use super::super::columns::{self, COLUMNS, Column};
use super::super::theme::Theme;
use crate::client::Picture;
use crate::faces::width::keep_end;
use crate::model::Task;

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, app: &App, picture: &Picture, theme: Theme) {
    if area.height == 0 {
        return;
    }
    let columns = columns::layout(area.width, app.named);
    let row = |number: u16| Rect {
        y: area.y + number,
        height: 1,
        ..area
    };
    frame.render_widget(titles(&columns, app).style(theme.heading()), row(0));
    if app.rows.is_empty() && area.height > 1 && picture.model.complete {
        frame.render_widget(Line::raw("no task is alive"), row(1));
    }
    let seen = app.rows.iter().skip(app.top);
    for (number, key) in (1..area.height).zip(seen) {
        if let Some(task) = picture.model.tasks.get(key) {
            let mut line = cells(&columns, picture, task, theme);
            if app.is_selected(*key) {
                // To the end of the row, not of the text.
                line = line.style(theme.selected());
                frame.buffer_mut().set_style(row(number), theme.selected());
            }
            frame.render_widget(line, row(number));
        }
    }
}

fn titles(columns: &[(&'static Column, u16)], app: &App) -> Line<'static> {
    let sorted_by = COLUMNS[app.sort.column].title;
    let spans = columns.iter().map(|(column, width)| {
        let mut title = column.title.to_owned();
        if column.title == sorted_by {
            title.push(if app.sort.reversed { '▲' } else { '▼' });
        }
        Span::raw(fit(&title, *width, column.alignment) + " ")
    });
    Line::from_iter(spans)
}

fn cells(
    columns: &[(&'static Column, u16)],
    picture: &Picture,
    task: &Task,
    theme: Theme,
) -> Line<'static> {
    let severity = picture.alerts.of_task(task.key);
    let style = match severity {
        Some(severity) => theme.severity(severity),
        None => theme.state(task.state),
    };
    let spans = columns.iter().map(|(column, width)| {
        let text = (column.cell)(picture, task);
        let text = if column.title == "SPAWNED AT" {
            keep_end(&text, (*width).into())
        } else {
            text
        };
        let style = match column.title {
            "" | "STATE" | "WAIT" | "FOR" => style,
            _ => Style::new(),
        };
        Span::styled(fit(&text, *width, column.alignment) + " ", style)
    });
    Line::from_iter(spans)
}

/// How many cells of the terminal a text takes.
fn cells_of(text: &str) -> usize {
    Span::raw(text).width()
}

/// `text` in exactly `width` cells: cut with an ellipsis, or filled up.
fn fit(text: &str, width: u16, alignment: Alignment) -> String {
    let width = usize::from(width);
    let mut fitting = text.to_owned();
    if cells_of(text) > width {
        fitting.clear();
        for character in text.chars() {
            if cells_of(&fitting) + cells_of(character.encode_utf8(&mut [0; 4])) + 1 > width {
                break;
            }
            fitting.push(character);
        }
        if width > 0 {
            fitting.push('…');
        }
    }
    let room = " ".repeat(width.saturating_sub(cells_of(&fitting)));
    match alignment {
        Alignment::Right => room + &fitting,
        _ => fitting + &room,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_as_wide_as_its_column() {
        for text in ["", "a", "abcdefgh", "☃☃☃☃☃☃☃☃", "生産者生産者"] {
            for width in 0..12 {
                let left = fit(text, width, Alignment::Left);
                let right = fit(text, width, Alignment::Right);
                assert_eq!(cells_of(&left), usize::from(width), "{text} {left}");
                assert_eq!(cells_of(&right), usize::from(width), "{text} {right}");
            }
        }
    }
}
