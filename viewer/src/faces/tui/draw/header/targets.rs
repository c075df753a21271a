//! A line for each of several programs.

use std::cmp::Reverse;

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::super::super::targets::{Pictures, Seen};
use super::super::super::theme::Theme;
use super::{alerts, link, notices, uptime};
use crate::client::Link;
use crate::rules::Severity;
use crate::words::duration::human;
use crate::words::plain::plain;

/// The names of targets are as wide as the widest, up to this.
const NAME: usize = 32;

/// A line for all, and one for each as far as a quarter of the screen has room: first
/// those that are down, then those with most alerts.
pub(super) fn lines(
    now: &Pictures,
    shown: &Pictures,
    theme: Theme,
    screen: Rect,
) -> Vec<Line<'static>> {
    let mut pairs: Vec<(&Seen, &Seen)> = now.all().iter().zip(shown.all()).collect();
    let is_live = |(now, _): &(&Seen, &Seen)| matches!(now.picture.link, Link::Live);
    let live = pairs.iter().filter(|pair| is_live(pair)).count();
    let mut lines = vec![all(live, shown, theme)];
    pairs.sort_by_key(|pair| (is_live(pair), Reverse(pair.1.picture.alerts.active().len())));
    let room = usize::from(screen.height / 4).max(1);
    // The last line says how many there are more.
    let told = if pairs.len() > room { room - 1 } else { room };
    let width = pairs
        .iter()
        .map(|(now, _)| now.short_name().chars().count())
        .max();
    let width = width.unwrap_or(0).min(NAME);
    let some = pairs.iter().take(told);
    lines.extend(some.map(|(now, shown)| one(now, shown, width, theme)));
    if pairs.len() > told {
        let more = pairs.len() - told;
        lines.push(Line::styled(format!("… and {more} more"), theme.faint()));
    }
    lines
}

fn all(live: usize, shown: &Pictures, theme: Theme) -> Line<'static> {
    let targets = shown.all().len();
    let connected = match live == targets {
        true => Span::styled(format!("● {live} live"), theme.fine()),
        false => Span::styled(
            format!("○ {} of {targets} down", targets - live),
            theme.severity(Severity::Error),
        ),
    };
    let count = |severity: Severity| match shown.alerts(severity) {
        0 => String::new(),
        1 => format!("  1 {severity}"),
        count => format!("  {count} {severity}s"),
    };
    Line::from(vec![
        Span::styled("taskmon ", theme.title()),
        Span::raw(format!("{targets} targets  ")),
        connected,
        Span::styled(format!("  {} tasks", shown.tasks()), theme.title()),
        Span::styled(count(Severity::Error), theme.severity(Severity::Error)),
        Span::styled(count(Severity::Warning), theme.severity(Severity::Warning)),
    ])
}

fn one(now: &Seen, shown: &Seen, width: usize, theme: Theme) -> Line<'static> {
    let name: String = now.short_name().chars().take(width).collect();
    let mut line = vec![
        Span::raw(format!("{name:<width$}  ")),
        link(&now.picture.link, theme),
    ];
    let model = &shown.picture.model;
    match notices::of_link(&now.picture.link) {
        Some(why) => line.push(Span::raw(format!("  {why}"))),
        None => {
            if let Some(program) = &model.program {
                line.push(Span::raw(format!(
                    "  {} (pid {}), up {}",
                    plain(&program.name),
                    program.pid,
                    human(uptime(model)),
                )));
            }
            line.push(Span::raw(format!("  {} tasks  ", model.tasks.len())));
            line.push(alerts(shown.picture.alerts.active(), theme));
        }
    }
    Line::from(line)
}
