//! Everything about a task in lines.

use ratatui::text::{Line, Span};

use super::super::super::targets::Seen;
use super::super::super::theme::{Meaning, Theme};
use super::super::Sight;
use super::Selected;
use crate::client::Picture;
use crate::faces::dump::rows::{Row, frames, lines};
use crate::faces::dump::task::spawn_rows;
use crate::faces::width::wrap;
use crate::model::{EndedTask, Model, Moment, Stack, Task, Wait};
use crate::words::bytes::bytes;
use crate::words::duration::human;
use crate::words::plain::plain;

/// How many frames of a stack are shown; the whole screen has room for more.
const FRAMES: usize = 6;

/// The task for people, harmless.
pub(super) fn title(task: &Task) -> String {
    plain(&task.title()).into_owned()
}

/// What a task does, what is wrong with it and how it came to be, in as many cells as
/// there is room for.
pub(super) fn story(
    selected: &Selected,
    seen: &Seen,
    sight: &Sight<'_>,
    width: u16,
) -> Vec<Line<'static>> {
    let mut lines = match selected {
        Selected::Live(task) => live(sight, &seen.picture, task, width),
        Selected::Ended(ended) => over(&seen.picture.model, ended, width, sight.theme),
    };
    if sight.pictures.are_several() {
        lines.insert(0, Line::raw(format!("in {}", seen.name)));
    }
    lines
}

fn live(sight: &Sight<'_>, picture: &Picture, task: &Task, width: u16) -> Vec<Line<'static>> {
    let model = &picture.model;
    let theme = sight.theme;
    let mut lines = vec![Line::from(vec![
        Span::styled(task.state.to_string(), theme.state(task.state)),
        Span::raw(format!(" for {}", human(task.state_for(model.now)))),
    ])];
    lines.extend(stacks(sight, model, task, width));
    lines.extend(alerts(picture, task, width, theme));
    lines
}

/// What is wrong with the task, and what to do about it.
fn alerts(picture: &Picture, task: &Task, width: u16, theme: Theme) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    for alert in picture.alerts.active() {
        if alert.may_concern(&picture.model, task)
            && picture.alerts.of_task(task.key) == Some(alert.severity)
        {
            let style = theme.severity(alert.severity);
            let message = format!("{}: {}", alert.rule, plain(&alert.message));
            let wrapped = |text: &str| wrap(text, width.into(), 2).into_iter();
            lines.extend(wrapped(&message).map(|line| Line::styled(line, style)));
            lines.extend(wrapped(alert.advice).map(Line::raw));
        }
    }
    lines
}

/// What `task` waits for and where, and how it came to be; in as many cells as
/// there is room for.
fn stacks(sight: &Sight<'_>, model: &Model, task: &Task, width: u16) -> Vec<Line<'static>> {
    let mut rows = Vec::new();
    for waits in model.waits_alike(task) {
        rows.push(Row::text(0, &model.alike_text(&waits)));
        if let Some(stack) = &waits.longest.stack {
            rows.extend(some_frames(sight, stack));
        }
        rows.extend(made_at(model, waits.longest));
    }
    rows.extend(spawn_rows(model, task, usize::MAX));
    to_lines(&rows, width)
}

/// Not so many that nothing else is seen, unless the user wants all.
fn some_frames(sight: &Sight<'_>, stack: &Stack) -> Vec<Row> {
    let mut frames = frames(stack, 2, sight.all_frames);
    let more = frames.len().saturating_sub(FRAMES);
    if more > 1 && !sight.all_frames {
        frames.truncate(FRAMES);
        frames.push(Row::text(2, &format!("… and {more} more (d shows all)")));
    }
    frames
}

/// Where the channel or the lock was made that `wait` waits on.
fn made_at(model: &Model, wait: &Wait) -> Option<Row> {
    let resource = model.resources.get(&wait.resource?)?;
    let made_at = resource.made_at()?;
    Some(Row::at(2, &format!("{resource} made at"), Some(made_at)))
}

fn to_lines(rows: &[Row], width: u16) -> Vec<Line<'static>> {
    let lines = lines(rows, Some(width.into())).into_iter();
    lines.map(Line::raw).collect()
}

fn over(model: &Model, ended: &EndedTask, width: u16, theme: Theme) -> Vec<Line<'static>> {
    let ago = human(model.now.since(ended.ended_at));
    let how = match ended.end {
        crate::model::TaskEnd::Unknown => "ended".to_owned(),
        end => end.to_string(),
    };
    let mut lines = vec![Line::styled(
        format!("this task has {how}, {ago} ago"),
        theme.style(Meaning::Done),
    )];
    lines.extend(to_lines(&spawn_rows(model, &ended.task, usize::MAX), width));
    lines
}

/// The least width of a fact, with the gap after it.
const FACT: usize = 38;
/// The width of what a fact is called.
const CALLED: usize = 14;

/// Everything that is counted of a task, beside each other as far as there is room.
pub(super) fn facts(
    selected: &Selected,
    seen: &Seen,
    sight: &Sight<'_>,
    width: u16,
) -> Vec<Line<'static>> {
    let columns = (usize::from(width) / FACT).clamp(1, 3);
    let wide = usize::from(width) / columns;
    let facts = each_fact(selected, seen.picture.model.now);
    let rows = facts.len().div_ceil(columns);
    let line = |row: usize| {
        let mut line = Line::default();
        for (name, value) in facts.iter().skip(row).step_by(rows) {
            let called = format!("  {name:<CALLED$}");
            let room = wide.saturating_sub(CALLED + 2);
            line.push_span(Span::styled(called, sight.theme.faint()));
            line.push_span(Span::raw(format!("{value:<room$}")));
        }
        line
    };
    (0..rows).map(line).collect()
}

fn each_fact(selected: &Selected, now: Moment) -> Vec<(&'static str, String)> {
    let (task, until) = match selected {
        Selected::Live(task) => (task, now),
        Selected::Ended(ended) => (&ended.task, ended.ended_at),
    };
    let mut size = bytes(task.size);
    if let Some(original) = task.original_size {
        size += &format!(" (boxed, {} before)", bytes(original));
    }
    let share = |part: u64, whole: u64| match whole {
        0 => part.to_string(),
        _ => format!("{part} ({}%)", u128::from(part) * 100 / u128::from(whole)),
    };
    let mut facts = vec![
        ("id", task.tokio_id.to_string()),
        ("kind", task.kind.to_string()),
        ("age", human(task.age(until))),
        ("future", size),
        ("polls", task.polls.to_string()),
        ("longest poll", human(task.longest_poll)),
        ("busy", human(task.busy_at(until))),
        ("scheduled", human(task.scheduled_at(until))),
        ("idle", human(task.idle_at(until))),
        ("wakes", task.wakes.to_string()),
        ("by itself", share(task.self_wakes, task.wakes)),
        ("wakers cloned", task.waker_clones.to_string()),
        ("and dropped", task.waker_drops.to_string()),
    ];
    if let Some(at) = task.last_poll {
        facts.push(("last poll", format!("{} ago", human(now.since(at)))));
    }
    if let Some(thread) = &task.thread {
        facts.push(("last polled on", format!(" {}", plain(thread))));
    }
    facts
}
