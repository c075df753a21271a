//! What is wrong, above the tasks.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span, Text};
use ratatui::widgets::Paragraph;

use super::super::columns::mark;
use super::super::theme::Theme;
use crate::client::Picture;
use crate::rules::Alert;
use crate::words::plain::plain;

/// At most this many alerts are listed.
const ALERTS: usize = 4;
/// Up to so many have a second line, for all that there is to say.
const IN_FULL: usize = 2;

/// How many rows the alerts have on a screen of `height` rows.
pub(super) fn rows(picture: &Picture, height: u16) -> u16 {
    let alerts = picture.alerts.active().len();
    let rows = match (height, alerts) {
        (..12, _) => alerts.min(1),
        (16.., ..=IN_FULL) => 2 * alerts,
        _ => alerts.min(ALERTS),
    };
    rows as u16
}

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, picture: &Picture, theme: Theme) {
    let alerts = picture.alerts.active();
    let in_full = usize::from(area.height) == 2 * alerts.len();
    let mut lines = Vec::new();
    for alert in alerts.iter().take(area.height.into()) {
        let (mut line, message) = title(alert, theme);
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
