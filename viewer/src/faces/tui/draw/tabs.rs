//! The tabs, and the way to what is seen.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::super::app::App;
use super::super::theme::Theme;
use super::super::views::{Badge, TABS, Tab};
use crate::faces::width::keep_start;

/// What there is room for of the tabs that are not seen.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Others {
    Named,
    Numbered,
    Hidden,
}

/// On a narrow screen the tabs that are not seen give way to what is, and of the way to it
/// the end stays.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, app: &mut App) {
    let theme = app.theme();
    let pictures = app.shown().clone();
    let sight = app.chosen.sight(&pictures);
    let mut path = app.pages.path(&sight);
    let room = usize::from(area.width);
    let badges: Vec<Badge> = TABS.iter().map(|tab| (tab.badge)(&pictures)).collect();
    let labels = |others| labels(&badges, app.pages.tab(), others, theme);
    let mut tabs = labels(Others::Named);
    if width(&tabs) + path_width(&path) > room {
        tabs = labels(Others::Numbered);
    }
    if width(&tabs) + path_width(&path) > room && path.len() > 1 {
        path.splice(..path.len() - 1, ["…".to_owned()]);
    }
    if width(&tabs) + path_width(&path) > room && !path.is_empty() {
        tabs = labels(Others::Hidden);
    }
    if let Some(last) = path.pop() {
        let before = width(&tabs) + path_width(&path) + STEP.width();
        path.push(keep_start(&last, room.saturating_sub(before)));
    }

    let mut x = area.x;
    let places = tabs.iter().enumerate().map(|(number, label)| {
        let width = label.width() as u16;
        let place = Rect { x, width, ..area };
        x = x.saturating_add(width);
        (place.intersection(area), number)
    });
    app.mouse.tabs = places.collect();
    let steps = path.iter().map(|title| format!("{STEP}{title}"));
    let steps = steps.map(|step| Span::styled(step, theme.title()));
    let spans = tabs.into_iter().flatten().chain(steps);
    frame.render_widget(Line::from_iter(spans), area);
}

/// Between what was opened from another and it.
const STEP: &str = " › ";

fn path_width(path: &[String]) -> usize {
    let titles = path.iter().map(|title| title.width() + STEP.width());
    titles.sum()
}

fn width(tabs: &[Line<'_>]) -> usize {
    tabs.iter().map(Line::width).sum()
}

/// Each tab's number, its name, and what is to be known of it.
fn labels(badges: &[Badge], seen: usize, others: Others, theme: Theme) -> Vec<Line<'static>> {
    let label = |(number, (tab, badge)): (usize, (&Tab, &Badge))| {
        let is_seen = number == seen;
        let style = match is_seen {
            true => theme.selected(),
            false => Style::new(),
        };
        let is_named = is_seen || others == Others::Named;
        let called = match others {
            _ if is_named => format!(" {} {}", number + 1, tab.name),
            Others::Hidden => return Line::default(),
            _ => format!(" {}", number + 1),
        };
        let mut spans = vec![Span::styled(called, style)];
        // How many there are says nothing without a name.
        if !badge.text.is_empty() && (is_named || badge.severity.is_some()) {
            let colour = badge.severity.map(|severity| theme.severity(severity));
            let style = style.patch(colour.unwrap_or_default());
            spans.push(Span::styled(format!(" {}", badge.text), style));
        }
        spans.push(Span::styled(" ", style));
        Line::from(spans)
    };
    TABS.iter().zip(badges).enumerate().map(label).collect()
}
