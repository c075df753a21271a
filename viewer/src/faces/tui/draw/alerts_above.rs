//! What is wrong, above what is seen.

use std::cmp::Reverse;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span, Text};
use ratatui::widgets::Paragraph;

use super::super::targets::Pictures;
use super::super::theme::Theme;
use super::super::views::tasks::mark;
use crate::rules::{Alert, Severity};
use crate::words::plain::plain;

/// At most this many alerts are listed.
const ALERTS: usize = 4;
/// Up to so many have a second line, for all that there is to say.
const IN_FULL: usize = 2;

/// How many rows the alerts have on a screen of `height` rows.
pub(super) fn rows(pictures: &Pictures, height: u16) -> u16 {
    let alerts = pictures.alerts(Severity::Error) + pictures.alerts(Severity::Warning);
    let rows = match (height, alerts) {
        (..12, _) => alerts.min(1),
        (16.., ..=IN_FULL) => 2 * alerts,
        _ => alerts.min(ALERTS),
    };
    rows as u16
}

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, pictures: &Pictures, theme: Theme) {
    let active = pictures.all().iter().flat_map(|seen| {
        let active = seen.picture.alerts.active().iter();
        active.map(move |alert| (seen, alert))
    });
    let mut alerts: Vec<_> = active.collect();
    // Those of one program are in order already, and stay so among equals.
    alerts.sort_by_key(|(_, alert)| (Reverse(alert.severity), Reverse(alert.tasks)));
    let in_full = usize::from(area.height) == 2 * alerts.len();
    let mut lines = Vec::new();
    for (seen, alert) in alerts.into_iter().take(area.height.into()) {
        let (mut line, message) = title(alert, theme);
        if pictures.are_several() {
            line.push_span(Span::raw(format!("  {}", seen.short_name())));
        }
        if in_full {
            lines.push(line);
            lines.push(Line::raw(format!("   {message}")));
        } else {
            line.push_span(Span::raw(format!("  {message}")));
            lines.push(line);
        }
    }
    frame.render_widget(Paragraph::new(Text::from(lines)), area);
}

/// The rule and where to look; and what is so.
fn title(alert: &Alert, theme: Theme) -> (Line<'static>, String) {
    let rule = format!("{:2} {}", mark(Some(alert.severity)), alert.rule);
    let mut line = Line::from(Span::styled(rule, theme.severity(alert.severity)));
    if alert.site.is_some() {
        line.push_span(Span::raw("  "));
        let place = plain(&alert.place()).into_owned();
        line.push_span(Span::styled(place, theme.title()));
    }
    (line, plain(&alert.message).into_owned())
}
