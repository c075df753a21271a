//! Who is watched, how it does, and whether what is seen is fresh.

mod notices;
mod targets;

use std::time::Duration;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span, Text};
use ratatui::widgets::Paragraph;

use super::super::app::App;
use super::super::targets::Seen;
use super::super::theme::Theme;
use crate::client::Link;
use crate::model::Model;
use crate::rules::{Alert, Severity};
use crate::words::bytes::bytes;
use crate::words::duration::human;
use crate::words::plain::plain;

/// The lines that there are on a screen of this size: of one program two, of several
/// one for all and one for each; and one for each thing to notice.
pub(super) fn lines(app: &App, screen: Rect) -> Vec<Line<'static>> {
    let theme = app.theme();
    let (now, shown) = (app.now(), app.shown());
    let mut lines = Vec::new();
    if let ([now], [shown]) = (now.all(), shown.all()) {
        lines.push(program(now, shown, theme));
        lines.push(state(shown, theme));
    } else {
        lines.extend(targets::lines(now, shown, theme, screen));
    }
    let notices = notices::all(app, now);
    lines.extend(
        notices
            .into_iter()
            .map(|it| Line::styled(it, theme.notice())),
    );
    lines
}

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, lines: Vec<Line<'static>>) {
    frame.render_widget(Paragraph::new(Text::from(lines)), area);
}

/// A sign and a word for how the connection is.
fn link(link: &Link, theme: Theme) -> Span<'static> {
    match link {
        Link::Live => Span::styled("● live", theme.fine()),
        Link::Connecting { .. } => Span::raw("○ connecting"),
        Link::Lost { .. } => Span::styled("○ lost", theme.severity(Severity::Error)),
    }
}

/// The target and its program; the connection is that of now.
fn program(now: &Seen, shown: &Seen, theme: Theme) -> Line<'static> {
    let mut line = vec![
        Span::styled("taskmon ", theme.title()),
        Span::raw(shown.name.to_string()),
        Span::raw("  "),
        link(&now.picture.link, theme),
    ];
    let model = &shown.picture.model;
    if let Some(program) = &model.program {
        line.push(Span::raw(format!(
            "  {} (pid {}) on {}, up {}, level {}",
            plain(&program.name),
            program.pid,
            plain(&program.host),
            human(uptime(model)),
            program.level.as_str(),
        )));
    }
    Line::from(line)
}

/// For how long the program runs; zero if it is not known.
fn uptime(model: &Model) -> Duration {
    let started = model.program.as_ref().map(|program| {
        let started = program.anchor.duration_since(program.started);
        started.unwrap_or_default() + model.now.since_zero()
    });
    started.unwrap_or_default()
}

/// How much is wrong.
fn alerts(active: &[Alert], theme: Theme) -> Span<'static> {
    match active {
        [] => Span::styled("no alerts", theme.fine()),
        [one] => Span::styled("1 alert", theme.severity(one.severity)),
        [worst, ..] => Span::styled(
            format!("{} alerts", active.len()),
            theme.severity(worst.severity),
        ),
    }
}

fn state(seen: &Seen, theme: Theme) -> Line<'static> {
    let picture = &seen.picture;
    let model = &picture.model;
    if model.program.is_none() {
        return Line::raw("waiting for a program");
    }
    let counts = model.state_counts();
    let mut line = vec![
        Span::styled(format!("{} tasks", counts.live()), theme.title()),
        Span::raw(format!(
            "  {} running  {} scheduled  {} waiting  ",
            counts.running, counts.scheduled, counts.waiting
        )),
        match counts.lost {
            0 => Span::raw("0 lost"),
            lost => Span::styled(format!("{lost} lost"), theme.severity(Severity::Error)),
        },
        Span::raw("  "),
        alerts(picture.alerts.active(), theme),
    ];
    if model.process.resident_bytes > 0 {
        line.push(Span::raw(format!(
            "  RSS {}",
            bytes(model.process.resident_bytes)
        )));
    }
    if let Some(cpu) = seen.cpu {
        line.push(Span::raw(format!("  CPU {:.0}%", 100.0 * cpu)));
    }
    if model.process.threads > 0 {
        line.push(Span::raw(format!(
            "  {} threads ({} workers)",
            model.process.threads, model.process.worker_threads
        )));
    }
    Line::from(line)
}
