//! Everything about the selected channel.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Text};
use ratatui::widgets::{Block, Paragraph};

use super::super::super::targets::{Of, Pictures, ResourceOf, TaskOf};
use super::super::Sight;
use crate::faces::dump::rows::{Row, lines};
use crate::faces::dump::task;
use crate::model::{Channel, Model, Resource, ResourceKey, Task, Wait};
use crate::words::duration::human;
use crate::words::plain::plain;

/// How many of the tasks at its ends are shown with their stacks.
const ENDS: usize = 100;

pub(super) fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    channel: Option<ResourceOf>,
    sight: &Sight<'_>,
) {
    let block = Block::bordered();
    let inner = block.inner(area);
    let seen = channel.and_then(|of| sight.pictures.get(of.target));
    let model = seen.map(|seen| &seen.picture.model);
    let known = channel.zip(model);
    let known = known.and_then(|(of, model)| Some((model, model.channel(of.key)?)));
    let (title, rows) = match &known {
        Some((model, channel)) => (title(channel.resource), rows(model, channel, inner.height)),
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

/// The tasks at the ends of a channel, with their stacks: its receiver, and those that
/// wait to send.
pub(in super::super) fn stacks(model: &Model, key: ResourceKey, all_frames: bool) -> Vec<Row> {
    let Some(channel) = model.channel(key) else {
        return vec![Row::text(0, "this channel is gone")];
    };
    let mut rows = Vec::new();
    for (role, task) in at_ends(model, &channel) {
        rows.push(Row::text(0, role));
        rows.extend(task::rows(model, task, all_frames));
        rows.extend(task::spawn_rows(model, task, 1));
        rows.push(Row::text(0, ""));
    }
    if rows.is_empty() {
        rows.push(Row::text(0, "nobody is known to use this channel now"));
    }
    rows
}

/// The tasks at the ends of a channel.
pub(in super::super) fn ends(pictures: &Pictures, of: ResourceOf) -> Vec<TaskOf> {
    let Some(seen) = pictures.get(of.target) else {
        return Vec::new();
    };
    let model = &seen.picture.model;
    let channel = model.channel(of.key);
    let ends = channel
        .map(|channel| at_ends(model, &channel))
        .unwrap_or_default();
    let named = ends.into_iter().map(|(_, task)| Of {
        target: of.target,
        key: task.key,
    });
    named.collect()
}

/// Its receiver, and the first of its senders.
fn at_ends<'a>(model: &'a Model, channel: &Channel<'a>) -> Vec<(&'static str, &'a Task)> {
    let receiver = channel.resource.last_taker;
    let receiver = receiver.and_then(|key| model.tasks.get(&key));
    let senders = channel.senders.iter().take(ENDS);
    let senders = senders.filter_map(|wait| model.tasks.get(&wait.task));
    let senders = senders.map(|task| ("sender:", task));
    receiver
        .map(|task| ("receiver:", task))
        .into_iter()
        .chain(senders)
        .collect()
}
