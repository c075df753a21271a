//! A wait for a mutex or a read-write lock that takes too long.

use super::rule::{Finding, Group, Look, Rule, task_and_its_wait};
use super::{Limit, Severity, Thresholds};
use crate::model::Wait;
use crate::words::duration::human;

/// An error if the lock was not given back since the wait began, as in a
/// deadlock; a warning if it changes hands and this task still does not get it.
pub(super) struct LockStall;

impl Rule for LockStall {
    fn name(&self) -> &'static str {
        "lock-stall"
    }

    fn explanation(&self) -> &'static str {
        "A task has waited for a mutex or a read-write lock for longer than the threshold. If \
         the lock was not given back since, it may be a deadlock; if it was, others got it and \
         this task did not."
    }

    fn advice(&self) -> &'static str {
        "Look at the holder: it keeps the guard over an await that takes long or never ends. \
         Drop the guard before awaiting, and take several locks in one order everywhere."
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn warning_while(&self) -> Option<&'static str> {
        Some("while the lock changes hands")
    }

    fn limit<'a>(&self, limits: &'a mut Thresholds) -> Option<Limit<'a>> {
        Some(Limit::Time(&mut limits.lock))
    }

    fn watches_wait(&self, wait: &Wait) -> bool {
        wait.kind.is_lock()
    }

    fn judge_wait(&self, look: &Look<'_>, wait: &Wait) -> Option<Finding> {
        let waited = look.model.now.since(wait.since);
        if !self.watches_wait(wait) || waited < look.limits.lock {
            return None;
        }
        Some(Finding::of_wait(look.model, wait))
    }

    fn message(&self, look: &Look<'_>, group: &Group) -> String {
        let model = look.model;
        let lock = group
            .longest
            .resource
            .and_then(|key| model.resources.get(&key));
        let name = match lock {
            None => "a lock that is not known".to_owned(),
            Some(lock) if group.several_resources => {
                format!("several locks, the longest for {lock}")
            }
            Some(lock) => lock.to_string(),
        };
        let mut message = format!(
            "{} waited {}{} for {name}",
            group.tasks_have(),
            group.up_to(),
            human(group.longest_for(model)),
        );
        if group.longest.moves {
            message.push_str("; it changes hands, but not to this one");
        }
        let holder = lock.and_then(|lock| task_and_its_wait(model, lock.holder?));
        if let Some(holder) = holder {
            message.push_str(&format!("; it is held by {holder}"));
        }
        message
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample::Sample;
    use crate::model::{Moment, ResourceKind, WaitKind};
    use crate::rules::judge;

    #[test]
    fn a_deadlock_names_the_holder_and_what_it_waits_for() {
        let mut sample = Sample::new();
        let (first, second) = (sample.task(1), sample.task(2));
        let lock = sample.resource(ResourceKind::Mutex, 4);
        let channel = sample.resource(ResourceKind::Mpsc, 2);
        sample.wait_on(first, WaitKind::MutexLock, 88, lock);
        sample.wait_on(second, WaitKind::MpscRecv, 80, channel);
        sample.model.resources.get_mut(&lock).unwrap().holder = Some(second);
        let alerts = judge(&sample.model);
        assert_eq!(alerts.len(), 1);
        assert_eq!(alerts[0].severity, Severity::Error);
        assert_eq!(
            alerts[0].message,
            "1 task has waited 12s for mutex#4; it is held by task 2, which waits for mpsc recv \
             on ch#2"
        );
    }

    #[test]
    fn a_contended_lock_that_changes_hands_is_a_warning() {
        let mut sample = Sample::new();
        let task = sample.task(1);
        let lock = sample.resource(ResourceKind::Mutex, 4);
        sample.wait_on(task, WaitKind::RwlockWrite, 88, lock);
        let taken = Some(Moment::from_nanos(99_000_000_000));
        sample.model.resources.get_mut(&lock).unwrap().last_taken = taken;
        assert_eq!(judge(&sample.model)[0].severity, Severity::Warning);
    }

    #[test]
    fn a_semaphore_may_be_waited_for() {
        let mut sample = Sample::new();
        let task = sample.task(1);
        sample.wait(task, WaitKind::SemaphoreAcquire, 1);
        assert!(judge(&sample.model).is_empty());
    }
}
