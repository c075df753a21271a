//! Everything about the selected task.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span, Text};
use ratatui::widgets::{Block, Paragraph, Wrap};

use super::super::app::{App, Selected};
use super::super::theme::Theme;
use super::header::bytes;
use crate::client::Picture;
use crate::model::{
    EndedTask, Model, Moment, Resource, ResourceKind, Task, TaskKey, TaskKind, Wait,
};
use crate::words::duration::human;
use crate::words::plain::plain;

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, app: &App, picture: &Picture, theme: Theme) {
    let selected = app.selected(picture);
    let (title, lines) = match &selected {
        None => (" no task is selected ".to_owned(), Vec::new()),
        Some(Selected::Live(task)) => (title(task), live(picture, task, theme)),
        Some(Selected::Ended(ended)) => (title(&ended.task), over(&picture.model, ended)),
    };
    let block = Block::bordered().title(title);
    let text = Paragraph::new(Text::from(lines))
        .block(block)
        .wrap(Wrap { trim: false });
    frame.render_widget(text, area);
}

fn title(task: &Task) -> String {
    match &*task.name {
        "" => format!(" task {} ", task.tokio_id),
        name => format!(" task {} \"{}\" ", task.tokio_id, plain(name)),
    }
}

fn live(picture: &Picture, task: &Task, theme: Theme) -> Vec<Line<'static>> {
    let model = &picture.model;
    let mut lines = vec![Line::from(vec![
        Span::styled(task.state.to_string(), theme.state(task.state)),
        Span::raw(format!(" for {}", human(task.state_for(model.now)))),
    ])];
    for wait in model.waits_of(task) {
        lines.push(Line::raw(wait_line(model, wait)));
    }
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
    lines.extend(facts(model, task, model.now));
    lines
}

/// `mpsc send for 5m12s on ch#18 (3/3 full, 1 sender waiting), receiver: task 4 …`
fn wait_line(model: &Model, wait: &Wait) -> String {
    let mut line = format!(
        "{} for {}",
        plain(wait.kind.as_str()),
        human(model.now.since(wait.since))
    );
    let resource = wait.resource.and_then(|key| model.resources.get(&key));
    if let Some(resource) = resource {
        line += &format!(" on {}", plain(&model.resource_text(resource)));
        if let Some(location) = &resource.location {
            line += &format!(" made at {}", plain(&location.to_string()));
        }
        line += &other_side(model, resource);
    }
    line
}

/// Who should receive, or holds the lock, and what that one is doing.
fn other_side(model: &Model, resource: &Resource) -> String {
    let (role, key) = match resource.kind {
        ResourceKind::Mpsc => ("receiver", resource.last_taker),
        _ => ("held by", resource.holder),
    };
    let taken = match (resource.kind, resource.last_taken) {
        (ResourceKind::Mpsc, Some(taken)) => {
            format!(", last received {} ago", human(model.now.since(taken)))
        }
        (ResourceKind::Mpsc, None) => ", nothing was ever received".to_owned(),
        _ => String::new(),
    };
    let who = key.map(|key| format!(", {role}: {}", other_task(model, key)));
    who.unwrap_or_default() + &taken
}

/// `task 4702 [mutex lock, 5m12s]`, or that it has ended.
fn other_task(model: &Model, key: TaskKey) -> String {
    match model.tasks.get(&key) {
        Some(task) => {
            let since = model.pending(task).first().map(|wait| wait.since);
            let doing = match since.zip(model.pending_text(task)) {
                Some((since, waits)) => {
                    format!("{}, {}", plain(&waits), human(model.now.since(since)))
                }
                None => format!("{}, {}", task.state, human(task.state_for(model.now))),
            };
            format!("task {} [{doing}]", task.tokio_id)
        }
        None => "a task that has ended".to_owned(),
    }
}

fn over(model: &Model, ended: &EndedTask) -> Vec<Line<'static>> {
    let ago = human(model.now.since(ended.ended_at));
    let how = match ended.end {
        crate::model::TaskEnd::Unknown => "ended".to_owned(),
        end => end.to_string(),
    };
    let mut lines = vec![Line::raw(format!("this task has {how}, {ago} ago"))];
    lines.extend(facts(model, &ended.task, ended.ended_at));
    lines
}

/// What is known of a task, up to `until`.
fn facts(model: &Model, task: &Task, until: Moment) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let mut spawned = match task.kind {
        TaskKind::Task => "task".to_owned(),
        kind => format!("{kind} task"),
    };
    if let Some(location) = &task.location {
        spawned += &format!(" spawned at {}", plain(&location.to_string()));
    }
    if let Some(id) = task.spawner_tokio_id {
        spawned += &format!(" by task {id}");
    }
    spawned += &format!(", {} ago", human(task.age(model.now)));
    lines.push(Line::raw(spawned));
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
