//! Everything about the selected task.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span, Text};
use ratatui::widgets::{Block, Paragraph, Wrap};

use super::super::app::{App, Selected};
use super::super::theme::Theme;
use super::header::bytes;
use crate::client::Picture;
use crate::faces::dump::rows::{Row, frames, lines};
use crate::faces::dump::task::spawn_rows;
use crate::model::{EndedTask, Model, Moment, Stack, Task, Wait};
use crate::words::duration::human;
use crate::words::plain::plain;

/// How many frames of a stack are shown; the whole screen has room for more.
const FRAMES: usize = 6;

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, app: &App, picture: &Picture, theme: Theme) {
    let selected = app.selected(picture);
    let block = Block::bordered();
    let width = block.inner(area).width;
    let (title, lines) = match &selected {
        None => (" no task is selected ".to_owned(), Vec::new()),
        Some(Selected::Live(task)) => (title(task), live(app, picture, task, width, theme)),
        Some(Selected::Ended(ended)) => (title(&ended.task), over(&picture.model, ended, width)),
    };
    let text = Paragraph::new(Text::from(lines))
        .block(block.title(title))
        .wrap(Wrap { trim: false });
    frame.render_widget(text, area);
}

fn title(task: &Task) -> String {
    format!(" {} ", plain(&task.title()))
}

fn live(app: &App, picture: &Picture, task: &Task, width: u16, theme: Theme) -> Vec<Line<'static>> {
    let model = &picture.model;
    let mut lines = vec![Line::from(vec![
        Span::styled(task.state.to_string(), theme.state(task.state)),
        Span::raw(format!(" for {}", human(task.state_for(model.now)))),
    ])];
    lines.extend(stacks(app, model, task, width));
    for alert in picture.alerts.active() {
        if alert.may_concern(model, task)
            && picture.alerts.of_task(task.key) == Some(alert.severity)
        {
            lines.push(Line::styled(
                format!("{}: {}", alert.rule, plain(&alert.message)),
                theme.severity(alert.severity),
            ));
            lines.push(Line::raw(alert.advice));
        }
    }
    lines.extend(facts(task, model.now));
    lines
}

/// What `task` waits for and where, and how it came to be; in as many cells as
/// there is room for.
fn stacks(app: &App, model: &Model, task: &Task, width: u16) -> Vec<Line<'static>> {
    let mut rows = Vec::new();
    for waits in model.waits_alike(task) {
        rows.push(Row::text(0, &model.alike_text(&waits)));
        if let Some(stack) = &waits.longest.stack {
            rows.extend(some_frames(app, stack));
        }
        rows.extend(made_at(model, waits.longest));
    }
    rows.extend(spawn_rows(model, task, usize::MAX));
    to_lines(&rows, width)
}

/// Not so many that nothing else is seen, unless the user wants all.
fn some_frames(app: &App, stack: &Stack) -> Vec<Row> {
    let mut frames = frames(stack, 2, app.all_frames);
    let more = frames.len().saturating_sub(FRAMES);
    if more > 1 && !app.all_frames {
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

fn over(model: &Model, ended: &EndedTask, width: u16) -> Vec<Line<'static>> {
    let ago = human(model.now.since(ended.ended_at));
    let how = match ended.end {
        crate::model::TaskEnd::Unknown => "ended".to_owned(),
        end => end.to_string(),
    };
    let mut lines = vec![Line::raw(format!("this task has {how}, {ago} ago"))];
    lines.extend(to_lines(&spawn_rows(model, &ended.task, usize::MAX), width));
    lines.extend(facts(&ended.task, ended.ended_at));
    lines
}

/// What is known of a task, up to `until`.
fn facts(task: &Task, until: Moment) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let boxed = match task.original_size {
        Some(original) => format!(" (boxed, {} before)", bytes(original)),
        None => String::new(),
    };
    lines.push(Line::raw(format!(
        "future of {}{boxed}; {} polls, the longest {}",
        bytes(task.size),
        task.polls,
        human(task.longest_poll)
    )));
    lines.push(Line::raw(format!(
        "busy {}, scheduled {}, idle {}",
        human(task.busy_at(until)),
        human(task.scheduled_at(until)),
        human(task.idle_at(until))
    )));
    lines.push(Line::raw(format!(
        "{} wakes, {} by itself; wakers: {} cloned, {} dropped",
        task.wakes, task.self_wakes, task.waker_clones, task.waker_drops
    )));
    if let Some(thread) = &task.thread {
        lines.push(Line::raw(format!("last polled on {}", plain(thread))));
    }
    lines
}
