//! The keys that are of use in what is seen.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::super::app::{App, View};
use super::super::theme::Theme;

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, app: &App, theme: Theme) {
    let keys = match (app.stacks.is_some(), app.view) {
        (true, _) if app.all_frames => " ↑↓ scroll  f fewer frames  Esc back  ? help  q quit",
        (true, _) => " ↑↓ scroll  f all frames  Esc back  ? help  q quit",
        (false, View::Tasks) => {
            " Enter details  d stacks  c channels  < > sort  Space pause  ? help  q quit"
        }
        (false, View::Channels) => {
            " Enter details  d stacks  c tasks  Space pause  Esc back  ? help  q quit"
        }
    };
    frame.render_widget(Line::raw(keys).style(theme.faint()), area);
}
