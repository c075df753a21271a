//! What a task does, and on whom that depends, in words: the same in every face.
//!
//! The words hold names that the observed program chose; faces must make them
//! harmless.

use std::sync::Arc;
use std::time::Duration;

use super::{
    Location, Model, Moment, Resource, ResourceKind, Task, TaskKey, TaskState, Wait, WaitsAlike,
};
use crate::words::duration::human;

impl Model {
    /// What `task` is doing, and for how long: `mpsc send, 5m12s`,
    /// `running, 3ms`, `lost, mpsc recv, 10s`.
    pub fn doing_text(&self, task: &Task) -> String {
        let lasted = human(self.lasted(task));
        match (task.state, self.wait_text(task)) {
            (TaskState::Lost, Some(waits)) => format!("lost, {waits}, {lasted}"),
            (_, Some(waits)) => format!("{waits}, {lasted}"),
            (state, None) => format!("{state}, {lasted}"),
        }
    }

    /// How long `task` has been doing what it does: its longest wait, or its
    /// state if it waits for nothing that is known.
    pub fn lasted(&self, task: &Task) -> Duration {
        self.now.since(self.doing_since(task))
    }

    /// Since when it does: see [`Model::lasted`].
    pub(crate) fn doing_since(&self, task: &Task) -> Moment {
        let longest = self.each_wait_of(task).map(|wait| wait.since).min();
        longest.unwrap_or(task.state_since)
    }

    /// Where `task` waits: the place in the program's own code of its longest
    /// wait that has one, or else the innermost place that is known of its
    /// longest wait. `None` if it does not wait or no stack was taken.
    pub fn waiting_at<'a>(&'a self, task: &'a Task) -> Option<&'a Arc<Location>> {
        let waits = self.waits_of(task);
        let innermost = |wait: &&'a Wait| wait.stack.as_ref()?.innermost();
        waits
            .iter()
            .find_map(|wait| wait.site())
            .or_else(|| waits.iter().find_map(innermost))
    }

    /// Waits that are alike: `mpsc send ×3 for 5m12s on channel ch#18 (3/3 full)…`;
    /// see [`Model::waits_on_text`].
    pub fn alike_text(&self, waits: &WaitsAlike<'_>) -> String {
        let lasted = human(self.now.since(waits.longest.since));
        let mut text = waits.longest.kind.to_string();
        match waits.count {
            1 => text += &format!(" for {lasted}"),
            count => text += &format!(" ×{count} for up to {lasted}"),
        }
        if let Some(on) = self.alike_on_text(waits) {
            text += &format!(" on {on}");
        }
        text
    }

    /// What waits that are alike wait on: that of the longest of them.
    pub fn alike_on_text(&self, waits: &WaitsAlike<'_>) -> Option<String> {
        let on = self.waits_on_text(waits.longest)?;
        Some(match waits.several_resources {
            true => format!("several, the longest on {on}"),
            false => on,
        })
    }

    /// What `wait` waits on, and who could end it: `channel ch#18 (3/3 full, 1
    /// sender waiting), receiver: task 4702 [mutex lock, 5m12s], last received
    /// 5m13s ago`. `None` if that is not known.
    pub fn waits_on_text(&self, wait: &Wait) -> Option<String> {
        let resource = self.resources.get(&wait.resource?)?;
        let mut text = self.resource_text(resource);
        if resource.kind == ResourceKind::Mpsc {
            text.insert_str(0, "channel ");
        }
        let (role, other) = match resource.kind {
            ResourceKind::Mpsc => ("receiver", resource.last_taker),
            _ => ("holder", resource.holder),
        };
        if let Some(other) = other.filter(|other| *other != wait.task) {
            text += &format!(", {role}: {}", self.other_task_text(other));
        }
        if resource.kind == ResourceKind::Mpsc {
            text += &format!(", {}", self.received_text(resource));
        }
        Some(text)
    }

    /// When something was last taken from `channel`: `last received 3s ago`.
    pub fn received_text(&self, channel: &Resource) -> String {
        match channel.last_taken {
            Some(taken) => format!("last received {} ago", human(self.now.since(taken))),
            None => "nothing was ever received".to_owned(),
        }
    }

    /// Writes what a task that may have ended is called to the end of `text`; nothing
    /// if it is forgotten.
    pub(crate) fn write_task_title(&self, key: TaskKey, text: &mut String) {
        if let Some(task) = self.task_or_ended(key) {
            text.push_str(&task.title());
        }
    }

    /// A task that something else depends on: `task 4702 [mutex lock, 5m12s]`, or
    /// that it has ended.
    pub fn other_task_text(&self, key: TaskKey) -> String {
        match (self.tasks.get(&key), self.task_or_ended(key)) {
            (Some(task), _) => format!("{} [{}]", task.title(), self.doing_text(task)),
            (None, Some(ended)) => format!("{} [ended]", ended.title()),
            (None, None) => "a task that has ended".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample::Sample;
    use crate::model::{EndedTask, ResourceKey, TaskEnd, WaitKind};

    fn doing(sample: &Sample, task: TaskKey) -> String {
        sample.model.doing_text(&sample.model.tasks[&task])
    }

    fn alike(sample: &Sample, task: TaskKey) -> String {
        let model = &sample.model;
        let waits = model.waits_alike(&model.tasks[&task]);
        model.alike_text(&waits[0])
    }

    fn send(sample: &mut Sample) -> (TaskKey, ResourceKey) {
        let task = sample.task(4711);
        let channel = sample.resource(ResourceKind::Mpsc, 18);
        sample.model.resources.get_mut(&channel).unwrap().capacity = Some(3);
        sample.wait_on(task, WaitKind::MpscSend, 10, channel);
        (task, channel)
    }

    #[test]
    fn a_task_says_what_it_does_and_for_how_long() {
        let mut sample = Sample::new();
        let (task, _) = send(&mut sample);
        assert_eq!(doing(&sample, task), "mpsc send, 1m30s");
        sample.state(task, TaskState::Lost);
        assert_eq!(doing(&sample, task), "lost, mpsc send, 1m30s");
        sample.state(task, TaskState::Running);
        sample.pass(2);
        assert_eq!(doing(&sample, task), "running, 2s");
        let unknown = sample.task(1);
        assert_eq!(doing(&sample, unknown), "waiting, 0");
    }

    #[test]
    fn a_send_says_who_should_receive_and_what_that_one_waits_for() {
        let mut sample = Sample::new();
        let (task, channel) = send(&mut sample);
        assert_eq!(
            alike(&sample, task),
            "mpsc send for 1m30s on channel ch#18 (3/3 full, 1 sender waiting), nothing was ever \
             received"
        );
        let receiver = sample.task(4702);
        sample.wait(receiver, WaitKind::MutexLock, 11);
        let channel = sample.model.resources.get_mut(&channel).unwrap();
        channel.last_taker = Some(receiver);
        channel.last_taken = Some(Moment::from_nanos(9_000_000_000));
        assert_eq!(
            alike(&sample, task),
            "mpsc send for 1m30s on channel ch#18 (3/3 full, 1 sender waiting), receiver: task \
             4702 [mutex lock, 1m29s], last received 1m31s ago"
        );
    }

    #[test]
    fn who_receives_is_not_told_about_itself() {
        let mut sample = Sample::new();
        let task = sample.task(1);
        let channel = sample.resource(ResourceKind::Mpsc, 2);
        sample.wait_on(task, WaitKind::MpscRecv, 10, channel);
        sample.model.resources.get_mut(&channel).unwrap().last_taker = Some(task);
        assert!(!alike(&sample, task).contains("receiver"));
    }

    #[test]
    fn a_lock_says_who_holds_it_even_if_that_one_has_ended() {
        let mut sample = Sample::new();
        let task = sample.task(1);
        let lock = sample.resource(ResourceKind::Mutex, 4);
        sample.wait_on(task, WaitKind::MutexLock, 10, lock);
        sample.model.resources.get_mut(&lock).unwrap().holder = Some(TaskKey(77));
        let text = "mutex lock for 1m30s on mutex#4 (1 waiting), holder: a task that has ended";
        assert_eq!(alike(&sample, task), text);
        let mut holder = sample.model.tasks[&task].clone();
        (holder.key, holder.tokio_id, holder.name) = (TaskKey(77), 7, "cart".into());
        sample.model.ended.push_back(EndedTask {
            task: holder,
            end: TaskEnd::Cancelled,
            ended_at: sample.model.now,
        });
        assert!(alike(&sample, task).ends_with("holder: task 7 \"cart\" [ended]"));
    }

    #[test]
    fn a_task_waits_where_its_longest_wait_with_a_known_place_is() {
        use taskmon_proto::v1::FrameOrigin::{Dependency, Own, Runtime};
        use taskmon_proto::v1::WaitKind::{MpscSend, Sleep};
        let mut sample = Sample::new();
        let task = sample.task(1);
        let at = |sample: &Sample| {
            let task = &sample.model.tasks[&task];
            sample.model.waiting_at(task).map(|at| at.line)
        };
        assert_eq!(at(&sample), None);
        let library = sample.stack(MpscSend, &[("a", 1, Runtime), ("hyper", 7, Dependency)]);
        sample.waker_wait(task, library, 10, 1);
        assert_eq!(at(&sample), Some(7));
        let own = sample.stack(Sleep, &[("a", 1, Runtime), ("shop", 41, Own)]);
        let sleep = sample.wait(task, WaitKind::Sleep, 20);
        sample.stack_of(sleep, own);
        assert_eq!(at(&sample), Some(41));
        sample.state(task, TaskState::Running);
        assert_eq!(at(&sample), None);
    }
}
