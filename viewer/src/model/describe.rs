//! Waits and resources in words, the same in every face and alert.
//!
//! The words hold names that the observed program chose; faces must make them
//! harmless.

use std::fmt::Write;

use super::{Model, Resource, Task, Wait, WaitKind};

/// How many kinds of wait a `select(…)` names before it is cut.
const KINDS_NAMED: usize = 4;

impl Model {
    /// What `task` waits for: `mpsc send`, or `select(mpsc send | sleep)` if it
    /// waits for several operations. `None` if it does not wait, or its waits
    /// are not known.
    pub fn wait_text(&self, task: &Task) -> Option<String> {
        words(&kinds(&self.waits_of(task)))
    }

    /// Writes the same to the end of `text`, nothing if there is none: quicker for
    /// the many tasks that have one wait.
    pub(crate) fn write_wait(&self, task: &Task, text: &mut String) {
        let mut waits = self.each_wait_of(task);
        match (waits.next(), waits.next()) {
            (None, _) => {}
            (Some(wait), None) if wait.count == 1 && !wait.maybe_over => {
                text.push_str(wait.kind.as_str());
            }
            _ => text.push_str(&self.wait_text(task).unwrap_or_default()),
        }
    }

    /// The same for what was pending when `task` was last polled, even if it is
    /// running or about to run now.
    pub fn pending_text(&self, task: &Task) -> Option<String> {
        words(&kinds(&self.pending(task)))
    }

    /// `resource` in words: `ch#18 (3/3 full, 12 senders waiting)`,
    /// `ch#18 (capacity 3)`, `mutex#4 (held by task 7, 2 waiting)`.
    pub fn resource_text(&self, resource: &Resource) -> String {
        let mut notes = Vec::new();
        let senders = self.senders_waiting(resource);
        match (senders, resource.capacity) {
            (0, None) => {}
            (0, Some(capacity)) => notes.push(format!("capacity {capacity}")),
            (_, Some(capacity)) => notes.push(format!("{capacity}/{capacity} full")),
            (_, None) => notes.push("full".to_owned()),
        }
        match senders {
            0 => {}
            1 => notes.push("1 sender waiting".to_owned()),
            _ => notes.push(format!("{senders} senders waiting")),
        }
        if let Some(holder) = resource.holder.and_then(|key| self.tasks.get(&key)) {
            notes.push(format!("held by task {}", holder.tokio_id));
        }
        let lock_waits = resource.waiting.for_lock;
        if lock_waits > 0 {
            notes.push(format!("{lock_waits} waiting"));
        }
        if notes.is_empty() {
            return resource.to_string();
        }
        format!("{resource} ({})", notes.join(", "))
    }

    /// A full channel without its queue: `ch#18 (3/3 full)`.
    pub fn full_channel_text(&self, channel: &Resource) -> String {
        match channel.capacity {
            Some(capacity) => format!("{channel} ({capacity}/{capacity} full)"),
            None => format!("{channel} (full)"),
        }
    }

    /// How many sends wait on `resource`; if any does, the channel is full.
    pub fn senders_waiting(&self, resource: &Resource) -> usize {
        resource.waiting.senders
    }
}

/// Waits of one kind.
#[derive(Clone, Copy, Debug)]
pub(super) struct Alike<'a> {
    pub(super) kind: &'a WaitKind,
    pub(super) count: usize,
    /// Whether they may be over.
    pub(super) maybe_over: bool,
}

/// What kinds these are.
fn kinds<'a>(waits: &[&'a Wait]) -> Vec<Alike<'a>> {
    let alike = |wait: &&'a Wait| Alike {
        kind: &wait.kind,
        count: wait.count as usize,
        maybe_over: wait.maybe_over,
    };
    waits.iter().map(alike).collect()
}

/// Each kind once, in the order in which they come: a task that joins a thousand
/// receives says `mpsc recv ×1000`, and what may be over, `tcp read?`.
pub(super) fn words(waits: &[Alike<'_>]) -> Option<String> {
    let mut kinds: Vec<Alike<'_>> = Vec::new();
    let mut more = false;
    for wait in waits {
        let same =
            |known: &Alike<'_>| (known.kind, known.maybe_over) == (wait.kind, wait.maybe_over);
        match kinds.iter().position(same) {
            Some(index) => kinds[index].count += wait.count,
            None if kinds.len() < KINDS_NAMED => kinds.push(*wait),
            None => more = true,
        }
    }
    let mut text = String::new();
    for (index, alike) in kinds.iter().enumerate() {
        if index > 0 {
            text.push_str(" | ");
        }
        text.push_str(alike.kind.as_str());
        if alike.count > 1 {
            // Writing to a string cannot fail.
            let _ = write!(text, " ×{}", alike.count);
        }
        if alike.maybe_over {
            text.push('?');
        }
    }
    if more {
        text.push_str(" | …");
    }
    match waits {
        [] => None,
        [Alike { count: 1, .. }] => Some(text),
        _ => Some(format!("select({text})")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample::Sample;
    use crate::model::{ResourceKind, TaskState};

    #[test]
    fn a_single_wait_is_its_kind_and_several_are_a_select() {
        let mut sample = Sample::new();
        let task = sample.task(1);
        sample.wait(task, WaitKind::MpscSend, 10);
        assert_eq!(sample.wait_text(task).as_deref(), Some("mpsc send"));
        sample.wait(task, WaitKind::Sleep, 20);
        sample.wait(task, WaitKind::Sleep, 20);
        let text = sample.wait_text(task);
        assert_eq!(text.as_deref(), Some("select(mpsc send | sleep ×2)"));
    }

    #[test]
    fn what_may_be_over_has_a_question_mark() {
        let mut sample = Sample::new();
        let task = sample.task(1);
        let stack = sample.stack(taskmon_proto::v1::WaitKind::TcpRead, &[]);
        sample.waker_wait(task, stack, 10, 1);
        let known = sample.model.tasks.get_mut(&task).unwrap();
        let mut other = known.waker_waits[0].clone();
        other.maybe_over = true;
        known.waker_waits.push(other);
        let text = sample.wait_text(task);
        assert_eq!(text.as_deref(), Some("select(tcp read | tcp read?)"));
    }

    #[test]
    fn a_long_select_is_cut() {
        let mut sample = Sample::new();
        let task = sample.task(1);
        for kind in ["a", "b", "c", "d", "e"] {
            sample.wait(task, WaitKind::Other(kind.into()), 10);
        }
        let text = sample.wait_text(task);
        assert_eq!(text.as_deref(), Some("select(a | b | c | d | …)"));
    }

    #[test]
    fn a_task_that_runs_waits_for_nothing_but_its_pending_operations_are_known() {
        let mut sample = Sample::new();
        let task = sample.task(1);
        sample.wait(task, WaitKind::MpscSend, 10);
        sample.state(task, TaskState::Running);
        assert_eq!(sample.wait_text(task), None);
        let task = &sample.model.tasks[&task];
        assert_eq!(
            sample.model.pending_text(task).as_deref(),
            Some("mpsc send")
        );
    }

    #[test]
    fn a_channel_is_full_only_while_a_sender_waits() {
        let mut sample = Sample::new();
        let task = sample.task(1);
        let channel = sample.resource(ResourceKind::Mpsc, 18);
        sample.model.resources.get_mut(&channel).unwrap().capacity = Some(3);
        let text = |sample: &Sample| {
            let model = &sample.model;
            model.resource_text(&model.resources[&channel])
        };
        assert_eq!(text(&sample), "ch#18 (capacity 3)");
        sample.wait_on(task, WaitKind::MpscRecv, 10, channel);
        assert_eq!(text(&sample), "ch#18 (capacity 3)");
        sample.wait_on(task, WaitKind::MpscSend, 10, channel);
        assert_eq!(text(&sample), "ch#18 (3/3 full, 1 sender waiting)");
        sample.wait_on(task, WaitKind::MpscSend, 10, channel);
        assert_eq!(text(&sample), "ch#18 (3/3 full, 2 senders waiting)");
    }

    #[test]
    fn a_lock_names_its_holder() {
        let mut sample = Sample::new();
        let (holder, waiter) = (sample.task(7), sample.task(8));
        let lock = sample.resource(ResourceKind::Mutex, 4);
        sample.wait_on(waiter, WaitKind::MutexLock, 10, lock);
        sample.model.resources.get_mut(&lock).unwrap().holder = Some(holder);
        let model = &sample.model;
        let text = model.resource_text(&model.resources[&lock]);
        assert_eq!(text, "mutex#4 (held by task 7, 1 waiting)");
    }
}
