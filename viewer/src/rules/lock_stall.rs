//! A lock that is not given back.

use super::finding::{Finding, Group, Rule};
use super::{Severity, Thresholds};
use crate::faces::duration::human;
use crate::model::{Model, Resource};

pub(super) const RULE: Rule = Rule {
    name: "lock-stall",
    advice: "Look at what the holder of the lock waits for, and let go of the lock before \
             that await: keep the guard in a block of its own.",
    judge,
    message,
};

fn judge(model: &Model, thresholds: &Thresholds, found: &mut Vec<Finding>) {
    for wait in model.waits.values() {
        let lasted = model.now.since(wait.since);
        if !wait.kind.is_lock() || lasted < thresholds.lock {
            continue;
        }
        let lock = wait.resource.and_then(|key| model.resources.get(&key));
        let moves = lock
            .and_then(|lock| lock.last_taken)
            .is_some_and(|given_back| given_back > wait.since);
        found.push(Finding {
            task: wait.task,
            severity: if moves {
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

fn message(model: &Model, group: &Group<'_>) -> String {
    let (finding, _) = group.first();
    let lock = finding.resource.and_then(|key| model.resources.get(&key));
    let on = match (group.resources(), lock) {
        (2.., _) => format!("{} locks", group.resources()),
        (_, Some(lock)) => lock.to_string(),
        (_, None) => "a lock".to_owned(),
    };
    let up_to = if group.findings.len() == 1 {
        ""
    } else {
        "up to "
    };
    let holder = lock.and_then(|lock| holder(model, lock));
    format!(
        "{} {} waited {up_to}{} for {on}{}",
        group.tasks(),
        group.have(),
        human(finding.lasted),
        match (group.severity, holder) {
            (_, Some(holder)) => format!("; {holder}"),
            (Severity::Error, None) => "; it was not given back meanwhile".to_owned(),
            (Severity::Warning, None) => "; it changes hands, but too slowly".to_owned(),
        }
    )
}

/// Who holds the lock and what that one waits for, if it is known.
fn holder(model: &Model, lock: &Resource) -> Option<String> {
    let holder = model.tasks.get(&lock.holder?)?;
    let name = match &*holder.name {
        "" => String::new(),
        name => format!(" {name:?}"),
    };
    let doing = match model.outstanding_text(holder) {
        wait if wait.is_empty() => format!("is {}", holder.state),
        wait => format!("itself waits for {wait}"),
    };
    Some(format!(
        "task {}{name} holds it and {doing}",
        holder.tokio_id
    ))
}
