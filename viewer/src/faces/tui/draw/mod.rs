//! Shows the state on a screen of any size.

mod alerts;
mod detail;
mod header;
mod help;
mod tasks;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};

use super::app::App;
use super::theme::Theme;
use crate::client::Picture;

/// The least rows of tasks that stay beside a detail pane.
const TASKS_BESIDE_DETAIL: u16 = 6;

/// Draws everything.
pub(super) fn screen(frame: &mut Frame<'_>, app: &mut App, shared: &Picture, theme: Theme) {
    let area = frame.area();
    let alert_rows = alerts::rows(app.shown(shared), area.height);
    let [header, alert_area, body, footer] = Layout::vertical([
        Constraint::Length(header::lines(app, shared)),
        Constraint::Length(alert_rows),
        Constraint::Min(1),
        Constraint::Length(u16::from(area.height > 5)),
    ])
    .areas(area);
    let (table, detail) = split(body, app.detail);
    // One row is the titles'.
    app.scroll(usize::from(table.height.saturating_sub(1)));

    let app: &App = app;
    let picture = app.shown(shared);
    header::draw(frame, header, app, shared, theme);
    alerts::draw(frame, alert_area, picture, theme);
    if app.help {
        help::draw(frame, body, theme);
    } else {
        tasks::draw(frame, table, app, picture, theme);
        if let Some(detail) = detail {
            detail::draw(frame, detail, app, picture, theme);
        }
    }
    frame.render_widget(
        Line::from(vec![Span::raw(
            " ↑↓ select  Enter details  < > sort  Space pause  ? help  q quit",
        )])
        .style(theme.faint()),
        footer,
    );
}

/// The table and the detail pane, which has all the room if there is little.
fn split(body: Rect, detail: bool) -> (Rect, Option<Rect>) {
    if !detail {
        return (body, None);
    }
    if body.height < 2 * TASKS_BESIDE_DETAIL {
        return (Rect { height: 0, ..body }, Some(body));
    }
    let wanted = (body.height / 2).clamp(TASKS_BESIDE_DETAIL, 18);
    let [table, detail] = Layout::vertical([
        Constraint::Min(TASKS_BESIDE_DETAIL),
        Constraint::Length(wanted),
    ])
    .areas(body);
    (table, Some(detail))
}
