//! Shows the state on a screen of any size.

mod alerts;
mod channel;
mod channels;
mod detail;
mod footer;
mod header;
mod help;
mod stacks;
mod table;
mod tasks;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};

use super::app::{App, View};
use super::theme::Theme;
use crate::client::Picture;

/// The least rows of tasks that stay beside a detail pane.
const TASKS_BESIDE_DETAIL: u16 = 6;

/// Rows that are enough for a detail pane, unless the screen has plenty.
const DETAIL: u16 = 18;

/// Draws everything.
pub(super) fn screen(frame: &mut Frame<'_>, app: &mut App, shared: &Picture, theme: Theme) {
    let area = frame.area();
    let alert_rows = match app.stacks {
        Some(_) => 0,
        None => alerts::rows(app.shown(shared), area.height),
    };
    let [header, alert_area, body, footer] = Layout::vertical([
        Constraint::Length(header::lines(app, shared)),
        Constraint::Length(alert_rows),
        Constraint::Min(1),
        Constraint::Length(u16::from(area.height > 5)),
    ])
    .areas(area);
    header::draw(frame, header, app, shared, theme);
    alerts::draw(frame, alert_area, app.shown(shared), theme);
    if app.help {
        help::draw(frame, body, theme);
    } else if app.stacks.is_some() {
        whole(frame, body, app, shared);
    } else {
        tables(frame, body, app, shared, theme);
    }
    footer::draw(frame, footer, app, theme);
}

/// The stacks, which have all the room.
fn whole(frame: &mut Frame<'_>, body: Rect, app: &mut App, shared: &Picture) {
    let all = stacks::all(app, app.shown(shared), body.width);
    if let Some(scroll) = &mut app.stacks {
        scroll.fit(all.len(), body.height.into());
    }
    stacks::draw(frame, body, app, all);
}

/// The table, and beside it what is selected.
fn tables(frame: &mut Frame<'_>, body: Rect, app: &mut App, shared: &Picture, theme: Theme) {
    let (table, detail) = split(body, app.detail);
    // One row is the titles'.
    app.scroll(usize::from(table.height.saturating_sub(1)));
    let app: &App = app;
    let picture = app.shown(shared);
    match app.view {
        View::Tasks => tasks::draw(frame, table, app, picture, theme),
        View::Channels => channels::draw(frame, table, app, picture, theme),
    }
    match (detail, app.view) {
        (None, _) => {}
        (Some(area), View::Tasks) => detail::draw(frame, area, app, picture, theme),
        (Some(area), View::Channels) => channel::draw(frame, area, app, picture),
    }
}

/// The table and the detail pane, which has all the room if there is little.
fn split(body: Rect, detail: bool) -> (Rect, Option<Rect>) {
    if !detail {
        return (body, None);
    }
    if body.height < 2 * TASKS_BESIDE_DETAIL {
        return (Rect { height: 0, ..body }, Some(body));
    }
    let wanted = (body.height - TASKS_BESIDE_DETAIL).min(DETAIL.max(body.height / 2));
    let [table, detail] = Layout::vertical([
        Constraint::Min(TASKS_BESIDE_DETAIL),
        Constraint::Length(wanted),
    ])
    .areas(body);
    (table, Some(detail))
}
