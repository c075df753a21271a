//! The keys of what is seen.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span, Text};
use ratatui::widgets::{Block, Paragraph};

use super::super::app::{App, tab_bindings};
use super::super::keys::{Binding, COMMON};
use super::super::theme::Meaning;

/// The widest that the keys are.
const KEYS: usize = 20;

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, app: &mut App) {
    let theme = app.theme();
    let map = &app.chosen.options.keys;
    let of_view = app.pages.seen().keys().into_iter().flatten().copied();
    let mut bindings: Vec<Binding> = Vec::new();
    for binding in of_view.chain(tab_bindings()).chain(COMMON.iter().copied()) {
        // Those of the view stand for those that hold everywhere.
        if bindings.iter().all(|it| it.action != binding.action) {
            bindings.push(binding);
        }
    }
    let lines: Vec<Line<'_>> = bindings
        .iter()
        .filter(|binding| !map.keys(binding).is_empty())
        .map(|binding| {
            let keys = map.signs(binding);
            Line::from(vec![
                Span::styled(format!("  {keys:<KEYS$}"), theme.title()),
                Span::raw(binding.says),
            ])
        })
        .collect();
    let block = Block::bordered().border_style(theme.style(Meaning::Border));
    let inner = block.inner(area);
    let title = match lines.len() > usize::from(inner.height) {
        true => " keys (↑ ↓ for more) ",
        false => " keys ",
    };
    let block = block.title(title);
    if let Some(scroll) = &mut app.help {
        scroll.fit(lines.len(), inner.height.into());
        let text = Text::from_iter(lines.into_iter().skip(scroll.top));
        frame.render_widget(Paragraph::new(text).block(block), area);
    }
}
