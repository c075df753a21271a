//! The stacks of what is selected, on the whole screen.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Text};
use ratatui::widgets::Paragraph;

use super::super::app::{App, Selected, View};
use super::channel;
use crate::client::Picture;
use crate::faces::dump::rows::{Row, lines};
use crate::faces::dump::task;

/// All lines, as wide as the screen.
pub(super) fn all(app: &App, picture: &Picture, width: u16) -> Vec<String> {
    let rows = match app.view {
        View::Tasks => of_task(app, picture),
        View::Channels => channel::stacks(app, picture),
    };
    lines(&rows, Some(width.into()))
}

fn of_task(app: &App, picture: &Picture) -> Vec<Row> {
    let model = &picture.model;
    match app.selected(picture) {
        None => vec![Row::text(0, "no task is selected")],
        Some(Selected::Live(task)) => {
            let mut rows = task::rows(model, &task, app.all_frames);
            rows.extend(task::spawn_rows(model, &task, usize::MAX));
            rows
        }
        Some(Selected::Ended(ended)) => {
            let title = format!("{} has ended", ended.task.title());
            let mut rows = vec![Row::text(0, &title)];
            rows.extend(task::spawn_rows(model, &ended.task, usize::MAX));
            rows
        }
    }
}

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, app: &App, all: Vec<String>) {
    let top = app.stacks.map_or(0, |scroll| scroll.top);
    let seen = all.into_iter().skip(top).take(area.height.into());
    let text = Text::from_iter(seen.map(Line::raw));
    frame.render_widget(Paragraph::new(text), area);
}
