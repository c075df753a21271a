//! One pass of all rules over the picture.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::rule::{Finding, Group};
use super::{Alert, Example, RULES, Severity, Thresholds};
use crate::model::{Location, Model, SiteRole, Stack, Task, TaskKey, Wait};

/// What tells one alert from another.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct AlertKey {
    rule: &'static str,
    site: Option<Arc<Location>>,
    site_role: SiteRole,
    severity: Severity,
}

impl AlertKey {
    pub(super) fn of(alert: &Alert) -> Self {
        AlertKey {
            rule: alert.rule,
            site: alert.site.clone(),
            site_role: alert.site_role,
            severity: alert.severity,
        }
    }
}

/// What is one alert: findings of the rule with this index.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct GroupKey {
    rule: usize,
    site: Option<Arc<Location>>,
    site_role: SiteRole,
    severity: Severity,
}

/// What all rules found.
#[derive(Default)]
pub(super) struct Pass {
    groups: HashMap<GroupKey, Group>,
    /// The tasks that have more than one wait, by the rule that counted them.
    counted: HashSet<(usize, TaskKey)>,
    pub(super) concerned: HashMap<TaskKey, Severity>,
}

impl Pass {
    /// Goes once through the waits and once through the tasks of `model`.
    pub(super) fn over(model: &Model, thresholds: &Thresholds) -> Self {
        Pass::over_those(model, thresholds, |_| true)
    }

    /// As [`Pass::over`], but judges only tasks for which `concerns` holds. All others
    /// are still there to be named by a message.
    pub(super) fn over_those(
        model: &Model,
        thresholds: &Thresholds,
        concerns: impl Fn(&Task) -> bool,
    ) -> Self {
        let mut pass = Pass::default();
        // What may be over is no ground for an alert.
        for wait in model.every_wait().filter(|wait| !wait.maybe_over) {
            for (index, rule) in RULES.iter().enumerate() {
                if let Some(finding) = rule.judge_wait(model, wait, thresholds)
                    && let Some(task) = model.tasks.get(&wait.task)
                    && concerns(task)
                {
                    pass.add(index, task, Some(wait), finding);
                }
            }
        }
        for task in model.tasks.values().filter(|task| concerns(task)) {
            for (index, rule) in RULES.iter().enumerate() {
                if let Some(finding) = rule.judge_task(model, task, thresholds) {
                    pass.add(index, task, None, finding);
                }
            }
        }
        pass
    }

    fn add(&mut self, rule: usize, task: &Task, wait: Option<&Wait>, finding: Finding) {
        let worst = self.concerned.entry(task.key).or_insert(finding.severity);
        *worst = finding.severity.max(*worst);
        // Most tasks have one wait, and cannot be counted twice.
        let waits = task.waits.len() + task.waker_waits.len();
        let new_task = waits < 2 || self.counted.insert((rule, task.key));
        let (site, site_role) = task.site_of(wait);
        let site = site.cloned();
        let key = GroupKey {
            rule,
            site,
            site_role,
            severity: finding.severity,
        };
        self.groups
            .entry(key)
            .and_modify(|group| group.add(finding, new_task))
            .or_insert_with(|| Group::new(finding));
    }

    /// One alert for each rule, site and severity.
    pub(super) fn alerts(&self, model: &Model) -> Vec<Alert> {
        self.groups
            .iter()
            .filter_map(|(key, group)| alert(model, key, group))
            .collect()
    }
}

fn alert(model: &Model, key: &GroupKey, group: &Group) -> Option<Alert> {
    let rule = RULES[key.rule];
    let finding = group.longest;
    let task = model.tasks.get(&finding.task)?;
    let wait = match finding.wait {
        Some(_) => model.pending_text(task).unwrap_or_default(),
        None => task.state.to_string(),
    };
    let resource = finding.resource.and_then(|key| model.resources.get(&key));
    Some(Alert {
        rule: rule.name(),
        severity: finding.severity,
        site: key.site.clone(),
        site_role: key.site_role,
        tasks: group.tasks,
        longest: group.longest_for(model),
        since: finding.since,
        message: rule.message(model, group),
        advice: rule.advice(),
        example: Example {
            task: task.key,
            tokio_id: task.tokio_id,
            name: task.name.clone(),
            wait,
            resource: resource.map(|resource| model.resource_text(resource)),
            stack: finding.wait.and_then(|_| stack_of(model, task, key)),
            spawned_at: task.location.clone(),
        },
        ended_at: None,
    })
}

/// The stack of the wait that made `task` one of those of `key`.
fn stack_of(model: &Model, task: &Task, key: &GroupKey) -> Option<Arc<Stack>> {
    let waits = model.pending(task);
    let mut stacks = waits.iter().filter_map(|wait| wait.stack.as_ref());
    let at_site = stacks
        .clone()
        .find(|stack| stack.site() == key.site.as_ref());
    at_site.or_else(|| stacks.next()).cloned()
}

#[cfg(test)]
mod tests {
    use taskmon_proto::v1::FrameOrigin::{Own, Runtime};
    use taskmon_proto::v1::WaitKind as WireKind;

    use crate::model::sample::Sample;
    use crate::model::{Model, SiteRole, TaskState, WaitKind};
    use crate::rules::judge;

    /// A stack of a send at this line.
    fn send_at(sample: &mut Sample, line: u32) -> u32 {
        let frames = [("leaf", 1, Runtime), ("shop::produce", line, Own)];
        sample.stack(WireKind::MpscSend, &frames)
    }

    /// The lines of the sites, what they are, and how many tasks there are.
    fn sites(model: &Model) -> Vec<(u32, SiteRole, usize)> {
        let alerts = judge(model).into_iter();
        alerts
            .map(|alert| (alert.site.unwrap().line, alert.site_role, alert.tasks))
            .collect()
    }

    #[test]
    fn an_alert_is_about_the_line_where_tasks_wait_and_not_where_they_are_spawned() {
        let mut sample = Sample::new();
        let stacks = [41, 42].map(|line| send_at(&mut sample, line));
        for (id, spawned, stack) in [(1, 61, 0), (2, 62, 0), (3, 61, 1)] {
            let task = sample.task_at(id, spawned);
            let wait = sample.wait(task, WaitKind::MpscSend, 90);
            sample.stack_of(wait, stacks[stack]);
        }
        let expected = [(41, SiteRole::Waits, 2), (42, SiteRole::Waits, 1)];
        assert_eq!(sites(&sample.model), expected);
    }

    #[test]
    fn without_a_stack_an_alert_is_about_where_its_tasks_are_spawned() {
        let mut sample = Sample::new();
        let stack = send_at(&mut sample, 61);
        for id in [1, 2, 3] {
            let task = sample.task(id);
            let wait = sample.wait(task, WaitKind::MpscSend, 90);
            if id == 3 {
                sample.stack_of(wait, stack);
            }
        }
        // The same line, and yet not the same thing.
        let expected = [(61, SiteRole::Spawned, 2), (61, SiteRole::Waits, 1)];
        assert_eq!(sites(&sample.model), expected);
    }

    #[test]
    fn a_send_that_only_wakers_tell_of_stalls_like_any_other() {
        let mut sample = Sample::new();
        let stack = send_at(&mut sample, 41);
        let task = sample.task(1);
        sample.waker_wait(task, stack, 96, 1);
        assert!(judge(&sample.model).is_empty(), "not for so long");
        sample.waker_wait(task, stack, 90, 3);
        let alerts = judge(&sample.model);
        assert_eq!(alerts.len(), 1);
        assert_eq!(alerts[0].rule, "send-stall");
        assert_eq!(alerts[0].tasks, 1);
        assert!(alerts[0].message.ends_with("a channel that is not known"));
        assert_eq!(alerts[0].example.stack.as_ref().unwrap().number, stack);
    }

    #[test]
    fn a_send_that_may_be_over_raises_no_alert() {
        let mut sample = Sample::new();
        let stack = send_at(&mut sample, 41);
        let task = sample.task(1);
        sample.waker_wait(task, stack, 1, 1);
        assert_eq!(judge(&sample.model).len(), 1);
        let task = sample.model.tasks.get_mut(&task).unwrap();
        task.waker_waits[0].maybe_over = true;
        assert!(judge(&sample.model).is_empty());
    }

    #[test]
    fn the_example_shows_the_stack_that_it_is_an_example_of() {
        let mut sample = Sample::new();
        let task = sample.task(1);
        // It is older, and no trouble.
        let frames = [("leaf", 1, Runtime), ("shop::pause", 7, Own)];
        let pause = sample.stack(WireKind::Sleep, &frames);
        sample.waker_wait(task, pause, 1, 1);
        let send = send_at(&mut sample, 41);
        let wait = sample.wait(task, WaitKind::MpscSend, 90);
        sample.stack_of(wait, send);
        let example = &judge(&sample.model)[0].example;
        assert_eq!(example.stack.as_ref().unwrap().number, send);
        assert_eq!(example.spawned_at.as_ref().unwrap().line, 61);
    }

    #[test]
    fn a_lost_task_is_reported_where_it_was_spawned() {
        let mut sample = Sample::new();
        let stack = send_at(&mut sample, 41);
        let task = sample.task(1);
        sample.waker_wait(task, stack, 99, 1);
        sample.state(task, TaskState::Lost);
        assert_eq!(sites(&sample.model), [(61, SiteRole::Spawned, 1)]);
    }
}
