//! A task whose first poll does not end.

use super::rule::{Finding, Group, Look, Rule};
use super::{Limit, Severity, Thresholds};
use crate::model::{Task, TaskKind, TaskState};
use crate::words::duration::human;

/// Not one poll has returned: most likely a loop or a call that never will. What
/// takes long and has yielded before is told by busy-poll. `spawn_blocking` need not
/// yield, and neither need the future of `block_on`, which has its thread for itself.
pub(super) struct NeverYielded;

impl NeverYielded {
    /// Whether `task` is in its first poll still.
    pub(super) fn is_in_first_poll(task: &Task) -> bool {
        task.state == TaskState::Running && task.polls <= 1
    }
}

impl Rule for NeverYielded {
    fn name(&self) -> &'static str {
        "never-yielded"
    }

    fn explanation(&self) -> &'static str {
        "The first poll of a task has not returned yet: since it was first polled the task has \
         had a worker for itself, and nothing can cancel it. Long polls of tasks that have \
         yielded before, and first polls that are shorter, are told by busy-poll."
    }

    fn advice(&self) -> &'static str {
        "Its worker runs nothing else, and it cannot be aborted. Move a loop that computes or \
         blocks to `spawn_blocking` or a thread of its own, or await something in it that really \
         waits, `tokio::task::yield_now()` at least."
    }

    fn severity(&self) -> Severity {
        Severity::Warning
    }

    fn limit<'a>(&self, limits: &'a mut Thresholds) -> Option<Limit<'a>> {
        Some(Limit::Time(&mut limits.first_poll))
    }

    fn watches_task(&self, task: &Task, _: &Thresholds) -> bool {
        let may_block = matches!(task.kind, TaskKind::Blocking | TaskKind::BlockOn);
        !may_block && NeverYielded::is_in_first_poll(task)
    }

    fn judge_task(&self, look: &Look<'_>, task: &Task) -> Option<Finding> {
        let too_long = self.watches_task(task, look.limits)
            && task.state_for(look.model.now) >= look.limits.first_poll;
        too_long.then(|| Finding::of_task(task, Severity::Warning))
    }

    fn message(&self, look: &Look<'_>, group: &Group) -> String {
        let longest = human(group.longest_for(look.model));
        let (tasks, up_to) = (group.tasks_have(), group.up_to());
        format!("{tasks} never yielded: the first poll has lasted {up_to}{longest}")
    }
}

#[cfg(test)]
mod tests {
    use taskmon_proto::v1::TaskKind as WireKind;

    use super::*;
    use crate::model::sample::Sample;
    use crate::rules::{AlertBook, Level, Settings, judge};

    fn running(kind: WireKind, polls: u64) -> Sample {
        let mut sample = Sample::new();
        let task = sample.task_of(1, 61, kind);
        sample.state(task, TaskState::Running);
        sample.model.tasks.get_mut(&task).unwrap().polls = polls;
        sample.pass(2);
        sample
    }

    fn rules(sample: &Sample) -> Vec<&'static str> {
        judge(&sample.model)
            .iter()
            .map(|alert| alert.rule)
            .collect()
    }

    #[test]
    fn a_first_poll_that_does_not_end_is_one_alert() {
        assert_eq!(rules(&running(WireKind::Task, 1)), ["never-yielded"]);
    }

    #[test]
    fn a_task_that_has_yielded_before_is_only_busy() {
        assert_eq!(rules(&running(WireKind::Task, 2)), ["busy-poll"]);
    }

    // tokio-rs/console 516, 528.
    #[test]
    fn what_may_block_need_not_yield() {
        for kind in [WireKind::Blocking, WireKind::BlockOn] {
            assert_eq!(rules(&running(kind, 1)), [""; 0]);
        }
    }

    #[test]
    fn if_it_is_off_the_poll_is_long_all_the_same() {
        let mut settings = Settings::default();
        settings.set_level("never-yielded", Level::Off).unwrap();
        let mut book = AlertBook::new(settings);
        book.update(&running(WireKind::Task, 1).model);
        assert_eq!(book.active()[0].rule, "busy-poll");
    }
}
