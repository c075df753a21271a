//! Shows the state on a screen of any size: what is around the view that is seen.

mod alerts_above;
mod footer;
mod header;
mod help;
mod tabs;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};

use super::app::App;

/// The least rows of a table that stay beside what is told of one of them.
const ROWS_BESIDE: u16 = 6;

/// Rows that are enough to tell of one thing, unless the screen has plenty.
const BESIDE: u16 = 18;

/// Draws everything.
pub(super) fn screen(frame: &mut Frame<'_>, app: &mut App) {
    let area = frame.area();
    let alerts = match app.pages.seen().has_alerts_above() && app.help.is_none() {
        true => alerts_above::rows(app.shown(), area.height),
        false => 0,
    };
    let header_lines = header::lines(app, area);
    let [tabs, header, alert_area, body, footer] = Layout::vertical([
        Constraint::Length(u16::from(area.height > 3)),
        Constraint::Length(header_lines.len() as u16),
        Constraint::Length(alerts),
        Constraint::Min(1),
        Constraint::Length(u16::from(area.height > 5)),
    ])
    .areas(area);
    tabs::draw(frame, tabs, app);
    header::draw(frame, header, header_lines);
    alerts_above::draw(frame, alert_area, app.shown(), app.theme());
    if app.help.is_some() {
        help::draw(frame, body, app);
    } else {
        let pictures = app.shown().clone();
        let sight = app.chosen.sight(&pictures);
        app.pages.seen_mut().draw(frame, body, &sight);
    }
    footer::draw(frame, footer, app);
    app.theme().finish(frame.buffer_mut());
}

/// A table and what is told of one of its rows beside it, which has all the room if
/// there is little.
pub(super) fn split(body: Rect, beside: bool) -> (Rect, Option<Rect>) {
    if !beside {
        return (body, None);
    }
    if body.height < 2 * ROWS_BESIDE {
        return (Rect { height: 0, ..body }, Some(body));
    }
    let wanted = (body.height - ROWS_BESIDE).min(BESIDE.max(body.height / 2));
    let [table, beside] =
        Layout::vertical([Constraint::Min(ROWS_BESIDE), Constraint::Length(wanted)]).areas(body);
    (table, Some(beside))
}
