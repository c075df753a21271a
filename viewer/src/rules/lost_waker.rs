//! A task that can never run again.

use super::rule::{Finding, Group, Look, Rule};
use super::{Severity, Thresholds};
use crate::model::{Task, TaskState};
use crate::words::duration::human;

/// Pending with no waker left anywhere: nothing in the program can wake it. There
/// is no threshold, for it cannot get better with time.
pub(super) struct LostWaker;

impl Rule for LostWaker {
    fn name(&self) -> &'static str {
        "lost-waker"
    }

    fn explanation(&self) -> &'static str {
        "A task is pending and nothing in the program holds a waker of it: it can never run \
         again. There is no threshold, for that does not get better with time."
    }

    fn advice(&self) -> &'static str {
        "Look for a hand-written future that returns Pending without keeping the waker, for \
         `std::future::pending()`, or for one that was dropped by a `select!` around nothing else."
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn watches_task(&self, task: &Task, _: &Thresholds) -> bool {
        task.state == TaskState::Lost
    }

    fn judge_task(&self, look: &Look<'_>, task: &Task) -> Option<Finding> {
        let lost = self.watches_task(task, look.limits);
        lost.then(|| Finding::of_task(task, Severity::Error))
    }

    fn message(&self, look: &Look<'_>, group: &Group) -> String {
        let longest = human(group.longest_for(look.model));
        match group.tasks {
            1 => format!(
                "1 task is pending and has had no waker for {longest}: it can never run again"
            ),
            tasks => format!(
                "{tasks} tasks are pending and have had no waker for up to {longest}: they can \
                 never run again"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample::Sample;
    use crate::rules::judge;

    #[test]
    fn a_task_without_a_waker_is_reported_at_once() {
        let mut sample = Sample::new();
        let task = sample.task(1);
        assert!(judge(&sample.model).is_empty());
        sample.state(task, TaskState::Lost);
        let alerts = judge(&sample.model);
        assert_eq!(alerts.len(), 1);
        assert_eq!(alerts[0].severity, Severity::Error);
        assert_eq!(alerts[0].example.wait, "lost");
    }
}
