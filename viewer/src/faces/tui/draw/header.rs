//! Who is watched, how it does, and whether what is seen is fresh.

use std::time::Instant;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span, Text};
use ratatui::widgets::Paragraph;

use super::super::app::App;
use super::super::theme::Theme;
use crate::client::{Link, Picture};
use crate::model::Level;
use crate::rules::Severity;
use crate::words::duration::human;
use crate::words::plain::plain;

/// How many lines it has: two, and one for each thing to notice.
pub(super) fn lines(app: &App, shared: &Picture) -> u16 {
    2 + notices(app, shared).len() as u16
}

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, app: &App, shared: &Picture, theme: Theme) {
    let picture = app.shown(shared);
    let mut lines = vec![program(app, shared, theme), state(app, picture, theme)];
    for notice in notices(app, shared) {
        lines.push(Line::styled(notice, theme.notice()));
    }
    frame.render_widget(Paragraph::new(Text::from(lines)), area);
}

fn program(app: &App, shared: &Picture, theme: Theme) -> Line<'static> {
    let mut line = vec![
        Span::styled("taskmon ", theme.title()),
        Span::raw(plain(&app.target).into_owned()),
        Span::raw("  "),
        match shared.link {
            Link::Live => Span::styled("● live", theme.fine()),
            Link::Connecting { .. } => Span::raw("○ connecting"),
            Link::Lost { .. } => Span::styled("○ lost", theme.severity(Severity::Error)),
        },
    ];
    let model = &app.shown(shared).model;
    if let Some(program) = &model.program {
        let started = program.anchor.duration_since(program.started);
        let uptime = started.unwrap_or_default() + model.now.since_zero();
        line.push(Span::raw(format!(
            "  {} (pid {}) on {}, up {}, level {}",
            plain(&program.name),
            program.pid,
            plain(&program.host),
            human(uptime),
            program.level.as_str(),
        )));
    }
    Line::from(line)
}

fn state(app: &App, picture: &Picture, theme: Theme) -> Line<'static> {
    let model = &picture.model;
    if model.program.is_none() {
        return Line::raw("waiting for a program");
    }
    let counts = model.state_counts();
    let alerts = picture.alerts.active();
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
        match alerts {
            [] => Span::styled("no alerts", theme.fine()),
            [one] => Span::styled("1 alert", theme.severity(one.severity)),
            [worst, ..] => Span::styled(
                format!("{} alerts", alerts.len()),
                theme.severity(worst.severity),
            ),
        },
    ];
    if model.process.resident_bytes > 0 {
        line.push(Span::raw(format!(
            "  RSS {}",
            bytes(model.process.resident_bytes)
        )));
    }
    if let Some(cpu) = app.cpu() {
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

/// What the user should know about what they see.
fn notices(app: &App, shared: &Picture) -> Vec<String> {
    let mut notices = Vec::new();
    let age = app.age().map(human).unwrap_or_default();
    if app.paused.is_some() {
        notices.push(format!(
            "paused: this picture is {age} old; the program goes on (Space to go on too)"
        ));
    }
    // What changes comes first: the rest may not fit.
    let again = |at: &Instant| {
        let wait = at.saturating_duration_since(Instant::now());
        format!("next try in {}s", wait.as_secs() + 1)
    };
    match &shared.link {
        Link::Live => {}
        Link::Connecting { error, retry_at } => {
            if let (Some(error), Some(at)) = (error, retry_at) {
                notices.push(format!("not connected, {}: {}", again(at), plain(error)));
            }
        }
        Link::Lost {
            since,
            error,
            retry_at,
        } => notices.push(format!(
            "lost {} ago, {}: {}",
            human(since.elapsed()),
            again(retry_at),
            plain(error)
        )),
    }
    if let Some(program) = &shared.model.program {
        if program.level == Level::Tasks {
            notices.push(
                "the program records at level tasks; TASKMON_LEVEL=channels adds channels and locks"
                    .to_owned(),
            );
        }
        for missing in &program.missing {
            notices.push(plain(missing).into_owned());
        }
    }
    let totals = &shared.model.totals;
    if totals.tasks_unrecorded > 0 {
        notices.push(format!(
            "{} tasks found no room in the program's tables and are not shown",
            totals.tasks_unrecorded
        ));
    }
    if totals.stacks_over_budget > 0 {
        notices.push(format!(
            "of {} waits no stack was taken, to save time: build with -C force-frame-pointers=yes",
            totals.stacks_over_budget
        ));
    }
    if totals.stacks_unrecorded > 0 {
        notices.push(format!(
            "the stacks of {} waits found no room in the program's table",
            totals.stacks_unrecorded
        ));
    }
    if shared.model.oddities > 0 {
        notices.push(format!(
            "{} things that the program said made no sense",
            shared.model.oddities
        ));
    }
    notices
}

/// A number of bytes for people: `12.3 MB`.
pub(super) fn bytes(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.2} GB", bytes as f64 / 1e9),
    }
}
