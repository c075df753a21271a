//! A send on a bounded channel that does not get through.

use super::finding::{Finding, Group, Rule};
use super::{Severity, Thresholds};
use crate::faces::duration::human;
use crate::model::{Model, Wait, WaitKind};

pub(super) const RULE: Rule = Rule {
    name: "send-stall",
    advice: "Look at who should receive: it is gone but for a handle that keeps the channel \
             open, or it waits for something itself. Drop the receiver when nobody reads any \
             more, or give the send a timeout.",
    judge,
    message,
};

fn judge(model: &Model, thresholds: &Thresholds, found: &mut Vec<Finding>) {
    // Whatever the task does at this moment: one that is polled because another
    // branch of its `select!` ticks is no less stuck.
    for wait in model.waits.values() {
        let lasted = model.now.since(wait.since);
        if wait.kind == WaitKind::MpscSend && lasted >= thresholds.send {
            found.push(Finding {
                task: wait.task,
                severity: if moves(model, wait) {
                    Severity::Warning
                } else {
                    Severity::Error
                },
                since: wait.since,
                lasted,
                resource: wait.resource,
                doing: None,
            });
        }
    }
}

/// Whether something was taken from the channel since the send began.
fn moves(model: &Model, wait: &Wait) -> bool {
    let channel = wait.resource.and_then(|key| model.resources.get(&key));
    channel
        .and_then(|channel| channel.last_taken)
        .is_some_and(|taken| taken > wait.since)
}

fn message(model: &Model, group: &Group<'_>) -> String {
    let (finding, _) = group.first();
    let channel = finding.resource.and_then(|key| model.resources.get(&key));
    let on = match (group.resources(), channel) {
        (2.., _) => format!("{} channels", group.resources()),
        (_, Some(channel)) => model.describe(channel),
        (_, None) => "a channel".to_owned(),
    };
    let up_to = if group.findings.len() == 1 {
        ""
    } else {
        "up to "
    };
    let (tasks, have) = (group.tasks(), group.have());
    let lasted = human(finding.lasted);
    let what_is_wrong = match (group.severity, group.resources()) {
        (Severity::Error, 2..) => "nothing was taken from any of them meanwhile",
        (Severity::Error, _) => "nothing was taken from it meanwhile",
        (Severity::Warning, 2..) => "they move, but too slowly for their senders",
        (Severity::Warning, _) => "it moves, but too slowly for its senders",
    };
    format!("{tasks} {have} waited {up_to}{lasted} to send on {on}; {what_is_wrong}")
}
