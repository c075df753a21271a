//! What became of the last action, or the keys that are of use in what is seen.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::super::app::App;
use super::super::keys::{Action, Binding, COMMON};

const BACK: Binding = Binding::new(Action::Back, "Esc Backspace", "back").short("back");

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, app: &App) {
    if let Some(told) = &app.told {
        let line = Line::raw(format!(" {told}"));
        return frame.render_widget(line.style(app.theme().title()), area);
    }
    frame.render_widget(Line::raw(keys(app)).style(app.theme().faint()), area);
}

/// The first key of each binding that has a short name; of those with the same, all in
/// one.
fn keys(app: &App) -> String {
    let map = &app.chosen.options.keys;
    let back = app.pages.is_opened().then_some(&BACK);
    let of_view = app.pages.seen().keys().into_iter().flatten();
    let all = of_view.chain(back).chain(COMMON);
    let mut shown: Vec<(&str, String)> = Vec::new();
    for binding in all.filter(|binding| !binding.short.is_empty()) {
        let keys = map.keys(binding);
        let Some(key) = keys.first().map(super::super::keys::Key::sign) else {
            continue;
        };
        match shown.iter_mut().find(|(short, _)| *short == binding.short) {
            Some((_, keys)) => *keys += &format!(" {key}"),
            None => shown.push((binding.short, key)),
        }
    }
    let shown = shown.iter().map(|(short, keys)| format!(" {keys} {short}"));
    shown.collect::<Vec<_>>().join(" ")
}
