//! A poll that keeps its worker from everyone else.

use std::time::Duration;

use super::finding::{Finding, Group, Rule};
use super::{Severity, Thresholds};
use crate::faces::duration::human;
use crate::model::{Model, TaskKind, TaskState};

pub(super) const RULE: Rule = Rule {
    name: "busy-poll",
    advice: "Something in the task computes or blocks without an await. Move it to \
             `spawn_blocking`, or yield in between.",
    judge,
    message,
};

/// How long a poll that has ended is still worth telling.
const RECENT: Duration = Duration::from_secs(10);

fn judge(model: &Model, thresholds: &Thresholds, found: &mut Vec<Finding>) {
    for task in model.tasks.values() {
        // Blocking tasks may block, and so may the root of a program before it
        // serves anyone.
        if !matches!(task.kind, TaskKind::Task | TaskKind::Local) {
            continue;
        }
        let running = match task.state {
            TaskState::Running => task.state_for(model.now),
            _ => Duration::ZERO,
        };
        let (since, lasted) = if running >= thresholds.poll {
            (task.state_since, running)
        } else if task.longest_poll >= thresholds.poll
            && model.now.since(task.longest_poll_seen) < RECENT
        {
            (task.longest_poll_seen, task.longest_poll)
        } else {
            continue;
        };
        found.push(Finding {
            task: task.key,
            severity: Severity::Warning,
            since,
            lasted,
            resource: None,
            doing: Some("running"),
        });
    }
}

fn message(_: &Model, group: &Group<'_>) -> String {
    format!(
        "a poll of {} kept its worker busy for {}",
        match group.findings.len() {
            1 => "a task".to_owned(),
            count => format!("one of {count} tasks"),
        },
        human(group.first().0.lasted),
    )
}
