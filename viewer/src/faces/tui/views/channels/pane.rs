//! Everything about the selected channel.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Text};
use ratatui::widgets::{Block, Paragraph};

use super::super::super::targets::ResourceOf;
use super::super::super::theme::Meaning;
use super::super::Sight;
use super::super::resource::title;
use crate::faces::dump::rows::{Row, lines};
use crate::model::{Channel, Model, Wait};
use crate::words::duration::human;

pub(super) fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    channel: Option<ResourceOf>,
    sight: &Sight<'_>,
) {
    let block = Block::bordered().border_style(sight.theme.style(Meaning::Border));
    let inner = block.inner(area);
    let seen = channel.and_then(|of| sight.pictures.get(of.target));
    let model = seen.map(|seen| &seen.picture.model);
    let known = channel.zip(model);
    let known = known.and_then(|(of, model)| Some((model, model.channel(of.key)?)));
    let (title, rows) = match &known {
        Some((model, channel)) => (
            format!(" {} ", title(channel.resource)),
            rows(model, channel, inner.height),
        ),
        None => (" this channel is gone ".to_owned(), Vec::new()),
    };
    let lines = lines(&rows, Some(inner.width.into()));
    let text = Text::from_iter(lines.into_iter().map(Line::raw));
    frame.render_widget(Paragraph::new(text).block(block.title(title)), area);
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
