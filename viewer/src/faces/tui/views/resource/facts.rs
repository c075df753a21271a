//! What there is to say of a channel, a lock or a semaphore itself.

use ratatui::text::{Line, Span};

use super::super::super::theme::Theme;
use super::super::super::widgets::bar;
use crate::model::{AttributeValue, Channel, Fill, Level, Model, Resource, ResourceKind};
use crate::rules::Severity;
use crate::words::duration::human;
use crate::words::plain::plain;

/// How wide the bar of a channel is.
const BAR: u16 = 20;

/// Its name, and what it is of.
pub(in super::super) fn title(resource: &Resource) -> String {
    match &resource.element_type {
        Some(element) => format!("{resource} of {}", plain(element)),
        None => resource.to_string(),
    }
}

/// One line for each thing.
pub(in super::super) fn lines(
    model: &Model,
    resource: &Resource,
    theme: Theme,
) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let text = |text: String| Line::raw(plain(&text).into_owned());
    if let Some(channel) = model.channel(resource.key) {
        lines.extend(fill(&channel, theme));
        let state = model.resource_text(resource);
        lines.push(text(format!("{state}, {}", model.received_text(resource))));
    } else {
        lines.push(text(model.resource_text(resource)));
    }
    if let Some(attributes) = attributes(resource) {
        lines.push(text(attributes));
    }
    let ago = human(model.now.since(resource.created_at));
    let by = resource.creator.map(|key| model.other_task_text(key));
    let by = by.map_or_else(String::new, |by| format!(" by {by}"));
    let at = resource.made_at().map(|at| format!(" at {at}"));
    lines.push(text(format!(
        "made {ago} ago{}{by}",
        at.unwrap_or_default()
    )));
    let level = model.program.as_ref().map(|program| program.level);
    if resource.kind != ResourceKind::Mpsc && level != Some(Level::All) {
        let note = "who holds it and its permits are known at level all: TASKMON_LEVEL=all";
        lines.push(Line::styled(note, theme.faint()));
    }
    lines
}

/// How full a channel is: only that it is full or empty is ever known.
fn fill(channel: &Channel<'_>, theme: Theme) -> Option<Line<'static>> {
    let capacity = channel.resource.capacity?;
    let (filled, words) = match channel.fill {
        Fill::Full => (capacity, format!(" {capacity}/{capacity}")),
        Fill::Empty => (0, format!(" 0/{capacity}")),
        Fill::Unknown => return None,
    };
    let mut line = bar::line(
        filled,
        capacity,
        BAR,
        fill_style(channel.fill, theme),
        theme,
    );
    line.push_span(Span::raw(words));
    Some(line)
}

/// How a channel looks that is as full as that.
pub(in super::super) fn fill_style(fill: Fill, theme: Theme) -> ratatui::style::Style {
    match fill {
        Fill::Full => theme.severity(Severity::Warning),
        Fill::Empty | Fill::Unknown => ratatui::style::Style::new(),
    }
}

/// Tokio's own words on it: `permits 3, kind sync`.
pub(in super::super) fn attributes(resource: &Resource) -> Option<String> {
    let told = resource.attributes.iter().map(|attribute| {
        let value = match &attribute.value {
            AttributeValue::Unsigned(value) => value.to_string(),
            AttributeValue::Signed(value) => value.to_string(),
            AttributeValue::Flag(value) => value.to_string(),
            AttributeValue::Text(value) => value.to_string(),
        };
        let unit = attribute.unit.as_deref().unwrap_or_default();
        format!("{} {value}{unit}", attribute.name)
    });
    let told: Vec<String> = told.collect();
    (!told.is_empty()).then(|| told.join(", "))
}
