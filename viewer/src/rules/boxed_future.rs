//! A future that the runtime boxed because it is large.

use super::large_future::is_spawned;
use super::rule::{Finding, Group, Look, Rule};
use super::thresholds::bytes_text;
use super::{Limit, Severity, Thresholds};
use crate::model::Task;

/// The threshold is the one from which Tokio boxes in a release build: a debug build
/// boxes from 2 KiB on, which says nothing about the program.
pub(super) struct BoxedFuture;

impl Rule for BoxedFuture {
    fn name(&self) -> &'static str {
        "boxed-future"
    }

    fn explanation(&self) -> &'static str {
        "The future of a task was so large that Tokio moved it into a box, and larger than the \
         threshold. Every spawn there allocates that much once more. Debug builds box from 2 KiB \
         on; the threshold is where release builds begin."
    }

    fn advice(&self) -> &'static str {
        "Box the part that is large yourself, where it is made (`Box::pin`), or keep buffers in \
         a `Vec`: then the rest stays small and is not copied. `clippy::large_futures` finds \
         where the bytes come from."
    }

    fn severity(&self) -> Severity {
        Severity::Warning
    }

    fn limit<'a>(&self, limits: &'a mut Thresholds) -> Option<Limit<'a>> {
        Some(Limit::Bytes(&mut limits.boxed_bytes))
    }

    fn watches_task(&self, task: &Task, limits: &Thresholds) -> bool {
        is_spawned(task) && task.original_size.is_some_and(|it| it > limits.boxed_bytes)
    }

    fn judge_task(&self, look: &Look<'_>, task: &Task) -> Option<Finding> {
        let boxed = self.watches_task(task, look.limits);
        boxed.then(|| Finding {
            since: task.spawned_at,
            ..Finding::of_task(task, Severity::Warning)
        })
    }

    fn message(&self, look: &Look<'_>, group: &Group) -> String {
        let task = look.model.tasks.get(&group.longest.task);
        let size = task.and_then(|task| task.original_size);
        let size = bytes_text(size.unwrap_or_default());
        match group.tasks {
            1 => format!("Tokio boxed the future of 1 task, of {size}"),
            tasks => format!("Tokio boxed the futures of {tasks} tasks, of {size} each"),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::model::sample::Sample;
    use crate::rules::judge;

    fn boxed(bytes: u64) -> Sample {
        let mut sample = Sample::new();
        let task = sample.task(1);
        let task = sample.model.tasks.get_mut(&task).unwrap();
        (task.size, task.original_size) = (8, Some(bytes));
        sample
    }

    #[test]
    fn a_future_that_was_boxed_for_its_size_is_told() {
        let alerts = judge(&boxed(20_000).model);
        assert_eq!(alerts.len(), 1);
        assert_eq!(alerts[0].rule, "boxed-future");
        let expected = "Tokio boxed the future of 1 task, of 20000 bytes";
        assert_eq!(alerts[0].message, expected);
    }

    #[test]
    fn what_only_a_debug_build_boxes_is_fine() {
        assert!(judge(&boxed(4 << 10).model).is_empty());
    }
}
