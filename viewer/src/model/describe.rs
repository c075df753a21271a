//! Waits and resources in words, the same in every face and alert.

use super::{Model, Resource, ResourceKind, Task, Wait, WaitKind};

impl Model {
    /// What `task` waits for, in words: `mpsc send`, `select(mpsc send | sleep)`,
    /// or nothing if that is not known.
    pub fn wait_text(&self, task: &Task) -> String {
        wait_text(&self.waits_of(task))
    }

    /// As [`Model::wait_text`], but also for a task that is about to be polled:
    /// what it waits for until that says otherwise.
    pub fn outstanding_text(&self, task: &Task) -> String {
        wait_text(&self.outstanding(task))
    }

    /// What `wait` is on, in words: `ch#18 (3/3 full, 12 senders waiting)`.
    /// `None` if that is not known.
    pub fn resource_text(&self, wait: &Wait) -> Option<String> {
        let resource = self.resources.get(&wait.resource?)?;
        Some(self.describe(resource))
    }

    /// A resource in words.
    pub fn describe(&self, resource: &Resource) -> String {
        let waiting = resource.waits.len();
        let details = match (resource.kind, resource.capacity) {
            (ResourceKind::Mpsc, Some(capacity)) if waiting > 0 => {
                let senders = if waiting == 1 { "sender" } else { "senders" };
                format!("{capacity}/{capacity} full, {waiting} {senders} waiting")
            }
            (ResourceKind::Mpsc, Some(capacity)) => format!("capacity {capacity}"),
            (ResourceKind::Semaphore, Some(permits)) => format!("of {permits} permits"),
            _ if waiting > 1 => format!("{waiting} waiting"),
            _ => String::new(),
        };
        if details.is_empty() {
            resource.to_string()
        } else {
            format!("{resource} ({details})")
        }
    }
}

/// Several waits in words. Those of one kind are counted: `select(mpsc send | 3 ×
/// sleep)`.
pub fn wait_text(waits: &[&Wait]) -> String {
    let mut kinds: Vec<(&WaitKind, usize)> = Vec::new();
    for wait in waits {
        match kinds.iter_mut().find(|(kind, _)| *kind == &wait.kind) {
            Some((_, count)) => *count += 1,
            None => kinds.push((&wait.kind, 1)),
        }
    }
    let words: Vec<String> = kinds
        .iter()
        .map(|(kind, count)| match count {
            1 => kind.to_string(),
            count => format!("{count} × {kind}"),
        })
        .collect();
    match waits.len() {
        0 | 1 => words.join(""),
        _ => format!("select({})", words.join(" | ")),
    }
}
