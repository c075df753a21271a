//! What is wrong, one line each.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span, Text};
use ratatui::widgets::Paragraph;

use super::super::columns::mark;
use super::super::theme::Theme;
use crate::client::Picture;
use crate::words::plain::plain;

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, picture: &Picture, theme: Theme) {
    let lines: Vec<Line<'_>> = picture
        .alerts
        .active()
        .iter()
        .take(area.height.into())
        .map(|alert| {
            let site = alert.site.as_ref();
            let site = site.map_or_else(String::new, |site| {
                format!("  {}", plain(&site.to_string()))
            });
            Line::from(vec![
                Span::styled(
                    format!("{:2} {}", mark(Some(alert.severity)), alert.rule),
                    theme.severity(alert.severity),
                ),
                Span::styled(site, theme.title()),
                Span::raw(format!("  {}", plain(&alert.message))),
            ])
        })
        .collect();
    frame.render_widget(Paragraph::new(Text::from(lines)), area);
}
