//! A poll that keeps a worker thread for itself.

use std::time::Duration;

use super::never_yielded::NeverYielded;
use super::rule::{Finding, Group, Look, Rule};
use super::{Limit, Severity, Thresholds};
use crate::model::{Task, TaskKind, TaskState};
use crate::words::duration::human;

/// How long a poll that is over is still worth telling.
const RECENT: Duration = Duration::from_secs(10);

/// A poll that has been running for too long now, or did so a moment ago, between
/// two pictures. `spawn_blocking` is there to block. The future of `block_on` is
/// polled on a thread of its own, where reading a configuration or computing a
/// result takes nothing away from the workers of the usual runtime; so both are
/// left out.
pub(super) struct BusyPoll;

impl Rule for BusyPoll {
    fn name(&self) -> &'static str {
        "busy-poll"
    }

    fn explanation(&self) -> &'static str {
        "One poll of a task has lasted longer than the threshold, or did within the last ten \
         seconds. Its worker could poll nothing else meanwhile, nor look for timers and sockets."
    }

    fn advice(&self) -> &'static str {
        "The worker that runs it can run nothing else. Move blocking calls and long computations \
         to `spawn_blocking`, or yield now and then; inside `block_in_place` it is meant so."
    }

    fn severity(&self) -> Severity {
        Severity::Warning
    }

    fn limit<'a>(&self, limits: &'a mut Thresholds) -> Option<Limit<'a>> {
        Some(Limit::Time(&mut limits.poll))
    }

    fn watches_task(&self, task: &Task, limits: &Thresholds) -> bool {
        let may_block = matches!(task.kind, TaskKind::Blocking | TaskKind::BlockOn);
        !may_block && (task.state == TaskState::Running || task.longest_poll >= limits.poll)
    }

    fn judge_task(&self, look: &Look<'_>, task: &Task) -> Option<Finding> {
        let (now, limits) = (look.model.now, look.limits);
        if !self.watches_task(task, limits) {
            return None;
        }
        if task.state == TaskState::Running && task.state_for(now) >= limits.poll {
            let in_first = NeverYielded::is_in_first_poll(task);
            if in_first && task.state_for(now) >= limits.first_poll {
                // It is told by never-yielded.
                return None;
            }
            return Some(Finding::of_task(task, Severity::Warning));
        }
        let recent = now.since(task.longest_poll_seen) < RECENT;
        (recent && task.longest_poll >= limits.poll).then(|| Finding {
            since: task.longest_poll_seen,
            lasted: Some(task.longest_poll),
            ..Finding::of_task(task, Severity::Warning)
        })
    }

    fn message(&self, look: &Look<'_>, group: &Group) -> String {
        let longest = human(group.longest_for(look.model));
        match group.tasks {
            1 => format!("one poll of a task kept its worker busy for {longest}"),
            tasks => {
                format!("single polls of {tasks} tasks kept their workers busy for up to {longest}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use taskmon_proto::v1 as wire;

    use super::*;
    use crate::model::sample::Sample;
    use crate::rules::judge;

    fn running(kind: wire::TaskKind) -> Sample {
        let mut sample = Sample::new();
        let task = sample.task_of(1, 61, kind);
        sample.state(task, TaskState::Running);
        sample.model.tasks.get_mut(&task).unwrap().polls = 2;
        sample.pass(1);
        sample
    }

    #[test]
    fn a_long_poll_is_a_warning_while_it_lasts() {
        let sample = running(wire::TaskKind::Task);
        let alerts = judge(&sample.model);
        assert_eq!(alerts.len(), 1);
        assert_eq!(alerts[0].severity, Severity::Warning);
        assert_eq!(alerts[0].example.wait, "running");
    }

    #[test]
    fn what_may_block_is_left_alone() {
        for kind in [wire::TaskKind::Blocking, wire::TaskKind::BlockOn] {
            assert!(judge(&running(kind).model).is_empty());
        }
    }

    #[test]
    fn a_poll_that_has_just_begun_is_fine() {
        let mut sample = Sample::new();
        let task = sample.task(1);
        sample.state(task, TaskState::Running);
        assert!(judge(&sample.model).is_empty());
    }
}
