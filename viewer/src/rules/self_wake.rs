//! A task that wakes itself instead of waiting.

use std::time::Duration;

use super::rule::{Finding, Group, Look, Rule};
use super::{Limit, Severity, Thresholds};
use crate::model::{Task, TaskKind, TaskState, Wait, WaitKind};

/// Of fewer wakes no share can be told.
const ENOUGH: u64 = 1_000;
/// So often in a second of its life at least: who yields now and then, as is polite,
/// is far below, and who spins is far above.
const PER_SECOND: f64 = 1_000.0;
/// What it did before is over.
const RECENT: Duration = Duration::from_secs(5);
/// A poll that works before it yields is longer than this; one that only looks
/// whether something has changed is shorter.
const SHORT_POLL: Duration = Duration::from_micros(50);

/// More of its wakes than the threshold come from its own polls, thousands of them.
/// Since Tokio 1.23 `yield_now` lets the worker do the waking, so its wakes pass as
/// those of another: a task that does nothing but yield is told by its stack.
pub(super) struct SelfWake;

impl SelfWake {
    /// Whether `count` is as often as who spins, up to now.
    fn spins(look: &Look<'_>, task: &Task, count: u64) -> bool {
        let (now, age) = (look.model.now, task.age(look.model.now));
        let runs = matches!(task.state, TaskState::Running | TaskState::Scheduled);
        let recent = runs || task.last_poll.is_some_and(|at| now.since(at) < RECENT);
        recent && count >= ENOUGH && count as f64 >= PER_SECOND * age.as_secs_f64()
    }

    fn finding(task: &Task, wait: Option<&Wait>) -> Finding {
        Finding {
            since: task.spawned_at,
            wait: wait.map(|wait| wait.key),
            ..Finding::of_task(task, Severity::Warning)
        }
    }
}

impl Rule for SelfWake {
    fn name(&self) -> &'static str {
        "self-wake"
    }

    fn explanation(&self) -> &'static str {
        "More than the threshold of a task's wakes came from within its own polls, a thousand \
         and more in each second of its life; or it does nothing but `yield_now`. It spins: it \
         asks again and again instead of waiting to be told. A task that yields now and then, or \
         that ran out of its budget, is not meant."
    }

    fn advice(&self) -> &'static str {
        "It takes a processor and waits for something all the same. Await the thing itself, a \
         `Notify`, a channel or a timer; in a hand-written future, keep the waker where the \
         event can find it instead of calling `wake_by_ref` before returning Pending."
    }

    fn severity(&self) -> Severity {
        Severity::Warning
    }

    fn limit<'a>(&self, limits: &'a mut Thresholds) -> Option<Limit<'a>> {
        Some(Limit::Percent(&mut limits.self_wakes))
    }

    fn watches_task(&self, task: &Task, limits: &Thresholds) -> bool {
        let share = u128::from(task.wakes) * u128::from(limits.self_wakes);
        task.self_wakes >= ENOUGH && u128::from(task.self_wakes) * 100 > share
    }

    fn watches_wait(&self, wait: &Wait) -> bool {
        wait.kind == WaitKind::Yield
    }

    fn judge_task(&self, look: &Look<'_>, task: &Task) -> Option<Finding> {
        let spins =
            self.watches_task(task, look.limits) && SelfWake::spins(look, task, task.self_wakes);
        spins.then(|| SelfWake::finding(task, None))
    }

    fn judge_wait(&self, look: &Look<'_>, wait: &Wait) -> Option<Finding> {
        let task = look.model.tasks.get(&wait.task)?;
        if !self.watches_wait(wait) || task.kind == TaskKind::BlockOn {
            return None;
        }
        let short =
            task.busy < SHORT_POLL.saturating_mul(task.polls.try_into().unwrap_or(u32::MAX));
        // Polls, for a hundred of its yields in a row may be all that it has.
        let only_yields = look.model.pending(task).len() == 1;
        let spins = short && only_yields && SelfWake::spins(look, task, task.polls);
        spins.then(|| SelfWake::finding(task, Some(wait)))
    }

    fn message(&self, look: &Look<'_>, group: &Group) -> String {
        let Some(task) = look.model.tasks.get(&group.longest.task) else {
            return "a task wakes itself".to_owned();
        };
        let others = match group.tasks {
            1 => String::new(),
            tasks => format!("{tasks} tasks spin; of one, "),
        };
        match group.longest.wait {
            Some(_) => format!("{others}{} polls did nothing but yield", task.polls),
            None => {
                let percent = u128::from(task.self_wakes) * 100 / u128::from(task.wakes.max(1));
                let (own, all) = (task.self_wakes, task.wakes);
                format!("{others}{own} of {all} wakes ({percent}%) came from the task itself")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Moment;
    use crate::model::sample::Sample;
    use crate::rules::judge;

    /// A task of ten seconds with so many wakes, and so many of these its own.
    fn woken(wakes: u64, self_wakes: u64) -> (Sample, crate::model::TaskKey) {
        let mut sample = Sample::new();
        let key = sample.task(1);
        let task = sample.model.tasks.get_mut(&key).unwrap();
        (task.wakes, task.self_wakes, task.polls) = (wakes, self_wakes, wakes);
        task.spawned_at = Moment::from_nanos(90_000_000_000);
        task.last_poll = Some(Moment::from_nanos(99_000_000_000));
        (sample, key)
    }

    #[test]
    fn a_task_that_mostly_wakes_itself_spins() {
        let (sample, _) = woken(100_000, 99_000);
        let alerts = judge(&sample.model);
        assert_eq!(alerts.len(), 1);
        assert_eq!(alerts[0].rule, "self-wake");
        let expected = "99000 of 100000 wakes (99%) came from the task itself";
        assert_eq!(alerts[0].message, expected);
    }

    #[test]
    fn half_of_the_wakes_is_not_more_than_half() {
        assert!(judge(&woken(100_000, 50_000).0.model).is_empty());
        assert_eq!(judge(&woken(100_000, 50_001).0.model).len(), 1);
    }

    #[test]
    fn few_wakes_are_no_share_and_a_polite_task_does_not_spin() {
        assert!(judge(&woken(1, 1).0.model).is_empty());
        assert!(judge(&woken(999, 999).0.model).is_empty());
        assert!(
            judge(&woken(5_000, 5_000).0.model).is_empty(),
            "500 in a second"
        );
    }

    #[test]
    fn a_task_that_spun_and_now_waits_is_fine() {
        let (mut sample, _) = woken(100_000, 99_000);
        sample.pass(5);
        assert!(judge(&sample.model).is_empty());
    }

    // tokio-rs/console 512: `yield_now` is no self-wake for who counts wakes.
    #[test]
    fn a_task_that_does_nothing_but_yield_spins_too() {
        use taskmon_proto::v1::FrameOrigin::{Own, Runtime};
        let (mut sample, key) = woken(100_000, 0);
        let frames = [("leaf", 1, Runtime), ("shop::poll", 41, Own)];
        let stack = sample.stack(taskmon_proto::v1::WaitKind::Yield, &frames);
        let before = sample.model.tasks[&key].clone();
        sample.waker_wait(key, stack, 99, 1);
        let waits = sample.model.tasks[&key].waker_waits.clone();
        let task = sample.model.tasks.get_mut(&key).unwrap();
        *task = crate::model::Task {
            waker_waits: waits,
            ..before
        };
        let alerts = judge(&sample.model);
        assert_eq!(alerts.len(), 1);
        assert_eq!(alerts[0].site.as_ref().unwrap().line, 41);
        // It computes between one yield and the next: that is what they are for.
        sample.model.tasks.get_mut(&key).unwrap().busy = Duration::from_secs(8);
        assert!(judge(&sample.model).is_empty());
    }
}
