//! All about one alert: what is so, what that means, what to do, and an example.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Text};
use ratatui::widgets::{Block, Borders, Paragraph};

use super::super::Sight;
use super::rows::Found;
use crate::faces::dump::rows::{Row, frames, lines};
use crate::rules::catalogue;
use crate::words::duration::human;
use crate::words::plain::plain;

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, found: &Found<'_>, sight: &Sight<'_>) {
    let block = Block::new().borders(Borders::TOP).title(title(found));
    let width = usize::from(area.width);
    let lines = lines(&rows(found, sight), Some(width)).into_iter();
    let text = Text::from_iter(lines.map(Line::raw));
    frame.render_widget(Paragraph::new(text).block(block), area);
}

/// The same in lines that are never cut.
pub(super) fn text(found: &Found<'_>, sight: &Sight<'_>) -> Vec<String> {
    let mut text = vec![title(found).trim().to_owned()];
    text.extend(lines(&rows(found, sight), None));
    text
}

fn title(found: &Found<'_>) -> String {
    let alert = found.alert;
    format!(
        " {}: {}, {} ",
        alert.severity,
        alert.rule,
        plain(&alert.place())
    )
}

fn rows(found: &Found<'_>, sight: &Sight<'_>) -> Vec<Row> {
    let alert = found.alert;
    let now = found.seen.picture.model.now;
    let mut rows = vec![Row::text(0, &alert.message)];
    let began = human(now.since(alert.since));
    rows.push(match alert.ended_at {
        None => Row::text(0, &format!("since {began}")),
        Some(ended) => Row::text(
            0,
            &format!(
                "over since {}; it began {began} ago",
                human(now.since(ended))
            ),
        ),
    });
    if sight.pictures.are_several() {
        rows.push(Row::text(0, &format!("in {}", found.seen.name)));
    }
    let rules = catalogue(found.seen.picture.alerts.settings());
    if let Some(rule) = rules.iter().find(|rule| rule.name == alert.rule) {
        rows.push(Row::text(
            0,
            &format!("What it means: {}", rule.explanation),
        ));
    }
    rows.push(Row::text(0, &format!("What to do: {}", alert.advice)));
    let example = &alert.example;
    let mut title = match &*example.name {
        "" => format!("For example task {}", example.tokio_id),
        name => format!("For example task {} \"{name}\"", example.tokio_id),
    };
    title += &format!(" [{}]", example.wait);
    if let Some(resource) = &example.resource {
        title += &format!(" on {resource}");
    }
    rows.push(Row::text(0, &title));
    if let Some(stack) = &example.stack {
        rows.extend(frames(stack, 2, sight.all_frames));
    }
    if let Some(at) = &example.spawned_at {
        rows.push(Row::at(2, "spawned at", Some(at)));
    }
    rows
}
