//! What became of the last action, or the keys that are of use in what is seen.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use unicode_width::UnicodeWidthStr;

use super::super::app::App;
use super::super::keys::{Action, Binding, COMMON, Key};

const BACK: Binding = Binding::new(Action::Back, "Esc Backspace", "back").short("back");

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, app: &App) {
    if let Some(name) = &app.file.name {
        return name.draw(frame, area, " write to: ", None, app.theme());
    }
    if let Some(told) = &app.told {
        let line = Line::raw(format!(" {told}"));
        return frame.render_widget(line.style(app.theme().title()), area);
    }
    frame.render_widget(
        Line::raw(keys(app, area.width.into())).style(app.theme().faint()),
        area,
    );
}

/// The first key of each binding that has a short name; of those with the same, all in
/// one. Where there is no room for all, those go that come later, but for the last two,
/// which lead to all others and out.
fn keys(app: &App, width: usize) -> String {
    let map = &app.chosen.options.keys;
    let back = app.pages.is_opened().then_some(&BACK);
    let of_view = app.pages.seen().keys().into_iter().flatten();
    let all = of_view.chain(back).chain(COMMON);
    let mut shown: Vec<(&str, String)> = Vec::new();
    let mut taken: Vec<Key> = Vec::new();
    for binding in all {
        let keys = map.keys(binding);
        // The first that something before does not stand for.
        let key = keys.iter().find(|key| !taken.contains(key));
        let key = key.filter(|_| !binding.short.is_empty()).map(Key::sign);
        taken.extend(keys);
        let Some(key) = key else {
            continue;
        };
        match shown.iter_mut().find(|(short, _)| *short == binding.short) {
            // The view's own stand for those that hold everywhere.
            Some((_, keys)) if binding.short == "back" || keys.contains(&key) => {}
            Some((_, keys)) => *keys += &format!(" {key}"),
            None => shown.push((binding.short, key)),
        }
    }
    let text = |(short, keys): &(&str, String)| format!(" {keys} {short} ");
    let (first, last) = shown.split_at(shown.len().saturating_sub(2));
    let last: String = last.iter().map(text).collect();
    let mut line = String::new();
    for next in first.iter().map(text) {
        if line.width() + next.width() + last.width() > width + 1 {
            break;
        }
        line += &next;
    }
    line + &last
}
