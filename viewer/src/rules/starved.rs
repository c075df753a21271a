//! A task that could run and is not polled.

use super::rule::{Finding, Group, Look, Rule};
use super::{Limit, Severity, Thresholds};
use crate::model::{Task, TaskKind, TaskState};
use crate::words::duration::human;

/// While the workers poll one task after the other, a task that was woken has to wait
/// for its turn: after a burst of spawns for quite some time, and all is well. So
/// this is how many times as long it may wait then.
const QUEUED: u32 = 10;

/// Woken, and no worker takes it. `spawn_blocking` has a queue of its own, and when
/// the thread of a `block_on` is woken nobody tells; both are left out.
pub(super) struct Starved;

impl Rule for Starved {
    fn name(&self) -> &'static str {
        "starved"
    }

    fn explanation(&self) -> &'static str {
        "A task is ready to run and no worker polls it: for as long as the threshold while no \
         worker begins a poll at all, for they are blocked; or for ten times as long while they \
         do, for then there is more to do than they can."
    }

    fn advice(&self) -> &'static str {
        "Look for what keeps the workers busy: the tasks that are `running`, and alerts of \
         busy-poll. Move blocking calls to `spawn_blocking`, spread long computations, or give \
         the runtime more workers; a current_thread runtime runs nothing while its thread is \
         elsewhere."
    }

    fn severity(&self) -> Severity {
        Severity::Warning
    }

    fn limit<'a>(&self, limits: &'a mut Thresholds) -> Option<Limit<'a>> {
        Some(Limit::Time(&mut limits.scheduled))
    }

    fn watches_task(&self, task: &Task, _: &Thresholds) -> bool {
        task.state == TaskState::Scheduled
            && !matches!(task.kind, TaskKind::Blocking | TaskKind::BlockOn)
    }

    fn judge_task(&self, look: &Look<'_>, task: &Task) -> Option<Finding> {
        if !self.watches_task(task, look.limits) {
            return None;
        }
        let (now, limit) = (look.model.now, look.limits.scheduled);
        let waited = task.state_for(now);
        let blocked = look.last_poll.is_none_or(|began| now.since(began) >= limit);
        let most = match blocked {
            true => limit,
            false => limit.saturating_mul(QUEUED),
        };
        (waited >= most).then(|| Finding {
            moves: !blocked,
            ..Finding::of_task(task, Severity::Warning)
        })
    }

    fn message(&self, look: &Look<'_>, group: &Group) -> String {
        let longest = human(group.longest_for(look.model));
        let workers = match group.longest.moves {
            false => "no worker polls anything",
            true => "the workers poll others",
        };
        let (tasks, up_to) = (group.tasks_have(), group.up_to());
        format!("{tasks} been ready to run for {up_to}{longest}; {workers}")
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::model::Moment;
    use crate::model::sample::Sample;
    use crate::rules::judge;

    fn ready_for(seconds: u64) -> (Sample, crate::model::TaskKey) {
        let mut sample = Sample::new();
        let task = sample.task(1);
        sample.state(task, TaskState::Scheduled);
        sample.pass(seconds);
        (sample, task)
    }

    #[test]
    fn a_task_that_no_worker_takes_is_starved() {
        let (sample, _) = ready_for(3);
        let alerts = judge(&sample.model);
        assert_eq!(alerts.len(), 1);
        assert_eq!(
            (alerts[0].rule, alerts[0].severity),
            ("starved", Severity::Warning)
        );
        let expected = "1 task has been ready to run for 3s; no worker polls anything";
        assert_eq!(alerts[0].message, expected);
    }

    #[test]
    fn who_waits_for_its_turn_while_others_are_polled_is_fine_for_a_while() {
        let (mut sample, _) = ready_for(0);
        let other = sample.task(2);
        for nanos in [100_500_000_000, 101_000_000_000] {
            sample.apply(taskmon_proto::v1::Page {
                at_nanos: nanos,
                ..Default::default()
            });
            let now = Some(Moment::from_nanos(nanos - 1_000_000));
            sample.model.tasks.get_mut(&other).unwrap().last_poll = now;
            let alerts = judge(&sample.model);
            let waited = Duration::from_nanos(nanos - 100_000_000_000);
            assert_eq!(alerts.len(), usize::from(waited >= Duration::from_secs(1)));
        }
        let message = &judge(&sample.model)[0].message;
        assert!(message.ends_with("the workers poll others"), "{message}");
    }

    #[test]
    fn what_waits_for_a_blocking_thread_is_left_alone() {
        let mut sample = Sample::new();
        let task = sample.task_of(1, 61, taskmon_proto::v1::TaskKind::Blocking);
        sample.state(task, TaskState::Scheduled);
        sample.pass(3);
        assert!(judge(&sample.model).is_empty());
    }
}
