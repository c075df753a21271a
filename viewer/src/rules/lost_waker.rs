//! A task that nobody can wake.

use super::finding::{Finding, Group, Rule};
use super::{Severity, Thresholds};
use crate::faces::duration::human;
use crate::model::{Model, TaskState};

pub(super) const RULE: Rule = Rule {
    name: "lost-waker",
    advice: "A future returned Pending without keeping the waker that it was given (or \
             dropped it). Look at futures that are written by hand, and at `pending()`.",
    judge,
    message,
};

fn judge(model: &Model, _: &Thresholds, found: &mut Vec<Finding>) {
    for task in model.tasks.values() {
        if task.state == TaskState::Lost {
            found.push(Finding {
                task: task.key,
                severity: Severity::Error,
                since: task.state_since,
                lasted: task.state_for(model.now),
                resource: None,
                doing: Some("lost"),
            });
        }
    }
}

fn message(_: &Model, group: &Group<'_>) -> String {
    format!(
        "{} {} been pending for {} with no waker left: nothing can ever run {} again",
        group.tasks(),
        group.have(),
        human(group.first().0.lasted),
        if group.findings.len() == 1 {
            "it"
        } else {
            "them"
        },
    )
}
