//! A task whose future is large.

use super::rule::{Finding, Group, Look, Rule};
use super::thresholds::bytes_text;
use super::{Limit, Severity, Thresholds};
use crate::model::{Task, TaskKind};

/// Whether it is the size of a future that is spawned: that of `block_on` is there
/// once, and that of `spawn_blocking` is none.
pub(super) fn is_spawned(task: &Task) -> bool {
    !matches!(task.kind, TaskKind::Blocking | TaskKind::BlockOn)
}

/// What a large future costs is copied at each spawn and kept for each task. Futures
/// that the runtime boxed are told by boxed-future.
pub(super) struct LargeFuture;

impl Rule for LargeFuture {
    fn name(&self) -> &'static str {
        "large-future"
    }

    fn explanation(&self) -> &'static str {
        "The future of a task is larger than the threshold and is moved as it is: over the stack \
         when it is spawned, with every task that there is. It can overflow a stack, and it is \
         memory for as long as the task lives."
    }

    fn advice(&self) -> &'static str {
        "Look for large arrays and buffers that live across an await, and for futures within \
         futures: put the buffer into a `Vec`, or `Box::pin` the largest of the futures that it \
         awaits. `clippy::large_futures` finds where they come from."
    }

    fn severity(&self) -> Severity {
        Severity::Warning
    }

    fn limit<'a>(&self, limits: &'a mut Thresholds) -> Option<Limit<'a>> {
        Some(Limit::Bytes(&mut limits.future_bytes))
    }

    fn watches_task(&self, task: &Task, limits: &Thresholds) -> bool {
        let boxed = task.original_size.is_some();
        is_spawned(task) && !boxed && task.size > limits.future_bytes
    }

    fn judge_task(&self, look: &Look<'_>, task: &Task) -> Option<Finding> {
        let large = self.watches_task(task, look.limits);
        large.then(|| Finding {
            since: task.spawned_at,
            ..Finding::of_task(task, Severity::Warning)
        })
    }

    fn message(&self, look: &Look<'_>, group: &Group) -> String {
        let task = look.model.tasks.get(&group.longest.task);
        let size = bytes_text(task.map_or(0, |task| task.size));
        match group.tasks {
            1 => format!("the future of 1 task has {size}"),
            tasks => format!("the futures of {tasks} tasks have {size} each"),
        }
    }
}

#[cfg(test)]
mod tests {
    use taskmon_proto::v1::TaskKind as WireKind;

    use crate::model::sample::Sample;
    use crate::rules::judge;

    fn future_of(size: u64, kind: WireKind) -> Sample {
        let mut sample = Sample::new();
        let task = sample.task_of(1, 61, kind);
        sample.model.tasks.get_mut(&task).unwrap().size = size;
        sample
    }

    #[test]
    fn a_future_above_the_threshold_is_large() {
        let alerts = judge(&future_of(12 << 10, WireKind::Task).model);
        assert_eq!(alerts.len(), 1);
        assert_eq!(alerts[0].rule, "large-future");
        assert_eq!(alerts[0].message, "the future of 1 task has 12 KiB");
    }

    #[test]
    fn a_connection_of_a_usual_server_is_not_large() {
        assert!(judge(&future_of(8 << 10, WireKind::Task).model).is_empty());
    }

    #[test]
    fn what_is_there_once_may_be_large() {
        for kind in [WireKind::BlockOn, WireKind::Blocking] {
            assert!(judge(&future_of(100 << 10, kind).model).is_empty());
        }
    }
}
