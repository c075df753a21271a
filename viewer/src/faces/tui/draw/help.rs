//! The keys.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span, Text};
use ratatui::widgets::{Block, Paragraph};

use super::super::keys::HELP;
use super::super::theme::Theme;

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, theme: Theme) {
    let lines = HELP.iter().map(|(keys, meaning)| {
        Line::from(vec![
            Span::styled(format!("  {keys:<18}"), theme.title()),
            Span::raw(*meaning),
        ])
    });
    let block = Block::bordered().title(" keys ");
    frame.render_widget(Paragraph::new(Text::from_iter(lines)).block(block), area);
}
