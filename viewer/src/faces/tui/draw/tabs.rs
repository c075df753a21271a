//! The tabs, and the way to what is seen.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::super::app::App;
use super::super::views::TABS;

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, app: &mut App) {
    let theme = app.theme();
    let pictures = app.shown().clone();
    let sight = app.chosen.sight(&pictures);
    let mut line = Line::default();
    let mut places = Vec::new();
    let mut x = area.x;
    for (number, tab) in TABS.iter().enumerate() {
        let is_seen = number == app.pages.tab();
        let badge = (tab.badge)(&pictures);
        let style = match is_seen {
            true => theme.selected(),
            false => Style::new(),
        };
        let mut spans = vec![Span::styled(format!(" {} {}", number + 1, tab.name), style)];
        if !badge.text.is_empty() {
            let colour = badge.severity.map(|severity| theme.severity(severity));
            let style = style.patch(colour.unwrap_or_default());
            spans.push(Span::styled(format!(" {}", badge.text), style));
        }
        spans.push(Span::styled(" ", style));
        let width: u16 = spans.iter().map(|span| span.width() as u16).sum();
        let place = Rect { x, width, ..area };
        places.push((place.intersection(area), number));
        x = x.saturating_add(width);
        for span in spans {
            line.push_span(span);
        }
    }
    for title in app.pages.path(&sight) {
        line.push_span(Span::styled(format!(" › {title}"), theme.title()));
    }
    app.mouse.tabs = places;
    frame.render_widget(line, area);
}
