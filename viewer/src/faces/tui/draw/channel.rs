//! Everything about the selected channel.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Text};
use ratatui::widgets::{Block, Paragraph};

use super::super::app::App;
use crate::client::Picture;
use crate::faces::dump::rows::{Row, lines};
use crate::faces::dump::task;
use crate::model::{Channel, Model, Resource, Task, Wait};
use crate::words::duration::human;
use crate::words::plain::plain;

/// How many of the tasks at its ends are shown with their stacks.
const ENDS: usize = 100;

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, app: &App, picture: &Picture) {
    let model = &picture.model;
    let block = Block::bordered();
    let inner = block.inner(area);
    let channel = app.selected_channel().and_then(|key| model.channel(key));
    let (title, rows) = match &channel {
        Some(channel) => (title(channel.resource), rows(model, channel, inner.height)),
        None => (" this channel is gone ".to_owned(), Vec::new()),
    };
    let lines = lines(&rows, Some(inner.width.into()));
    let text = Text::from_iter(lines.into_iter().map(Line::raw));
    frame.render_widget(Paragraph::new(text).block(block.title(title)), area);
}

fn title(resource: &Resource) -> String {
    match &resource.element_type {
        Some(element) => format!(" {resource} of {} ", plain(element)),
        None => format!(" {resource} "),
    }
}

/// At most as many senders as there are rows for.
fn rows(model: &Model, channel: &Channel<'_>, height: u16) -> Vec<Row> {
    let resource = channel.resource;
    let state = model.resource_text(resource);
    let mut rows = vec![Row::text(
        0,
        &format!("{state}, {}", model.received_text(resource)),
    )];
    rows.extend(resource.last_taker.map(|key| {
        let receiver = format!("receiver: {}", model.other_task_text(key));
        let task = model.tasks.get(&key);
        let at = task.and_then(|task| model.waiting_at(task));
        Row::at(0, &receiver, at.map(AsRef::as_ref))
    }));
    let made = format!("made {} ago", human(model.now.since(resource.created_at)));
    rows.push(match resource.made_at() {
        Some(at) => Row::at(0, &format!("{made} at"), Some(at)),
        None => Row::text(0, &made),
    });
    if !channel.senders.is_empty() {
        rows.push(Row::text(0, "senders waiting:"));
    }
    let seen = channel.senders.iter().take(height.into());
    rows.extend(seen.map(|wait| sender(model, wait)));
    rows
}

fn sender(model: &Model, wait: &Wait) -> Row {
    let lasted = human(model.now.since(wait.since));
    let who = match model.tasks.get(&wait.task) {
        Some(task) => task.title(),
        None => "a task that has ended".to_owned(),
    };
    let at = wait.site().map(AsRef::as_ref);
    Row::at(2, &format!("{who} for {lasted}"), at)
}

/// The tasks at the ends of the selected channel, with their stacks: its
/// receiver, and those that wait to send.
pub(super) fn stacks(app: &App, picture: &Picture) -> Vec<Row> {
    let model = &picture.model;
    let channel = app.selected_channel().and_then(|key| model.channel(key));
    let Some(channel) = channel else {
        return vec![Row::text(0, "this channel is gone")];
    };
    let receiver = channel.resource.last_taker;
    let receiver = receiver.and_then(|key| model.tasks.get(&key));
    let senders = channel.senders.iter().take(ENDS);
    let senders: Vec<_> = senders
        .filter_map(|wait| model.tasks.get(&wait.task))
        .collect();
    let mut rows = Vec::new();
    let mut add = |role: &str, task: &Task| {
        rows.push(Row::text(0, role));
        rows.extend(task::rows(model, task, app.all_frames));
        rows.extend(task::spawn_rows(model, task, 1));
        rows.push(Row::text(0, ""));
    };
    if let Some(receiver) = receiver {
        add("receiver:", receiver);
    }
    for sender in senders {
        add("sender:", sender);
    }
    if rows.is_empty() {
        rows.push(Row::text(0, "nobody is known to use this channel now"));
    }
    rows
}
