//! One pass of all rules over the picture.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::rule::{Finding, Group, Look};
use super::suspects::Suspects;
use super::{Alert, Example, Level, RULES, Settings, Severity};
use crate::model::{KeyMap, Location, Model, SiteRole, Stack, Task, TaskKey, Wait};

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
pub(super) struct Pass<'a> {
    settings: &'a Settings,
    groups: HashMap<GroupKey, Found>,
    /// The tasks that have more than one wait, by the rule that counted them.
    counted: HashSet<(usize, TaskKey)>,
    pub(super) concerned: KeyMap<TaskKey, Concern>,
}

/// What is wrong with one task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Concern {
    /// The worst.
    pub(super) severity: Severity,
    /// A bit for each rule that says so, by its index.
    pub(super) rules: u16,
}

/// What there is of one alert.
enum Found {
    Alert(Group),
    /// The entry of the allow-list with this index says that there is none.
    Allowed(usize),
}

impl<'a> Pass<'a> {
    /// Goes once through the waits and once through the tasks that are suspect, and
    /// through the sites.
    pub(super) fn over(look: &Look<'_>, suspects: &Suspects, settings: &'a Settings) -> Self {
        let mut pass = Pass::over_those(look, suspects, settings, |_| true);
        for (index, rule) in RULES.iter().enumerate() {
            if !settings.is_on(index) {
                continue;
            }
            for found in rule.judge_sites(look) {
                let site = Some(Arc::clone(&found.site.location));
                let key = pass.key(index, site, SiteRole::Spawned, &found.finding);
                if let Some(group) = pass.group(key, None, found.finding) {
                    // Its tasks are not told one by one: there are many.
                    group.tasks += found.tasks;
                }
            }
        }
        pass
    }

    /// Judges only tasks for which `concerns` holds. All others are still there to be
    /// named by a message.
    pub(super) fn over_those(
        look: &Look<'_>,
        suspects: &Suspects,
        settings: &'a Settings,
        concerns: impl Fn(&Task) -> bool,
    ) -> Self {
        let mut pass = Pass {
            settings,
            groups: HashMap::new(),
            counted: HashSet::new(),
            concerned: KeyMap::default(),
        };
        let model = look.model;
        let rules = RULES.iter().enumerate();
        let rules = rules.filter(|(index, _)| settings.is_on(*index));
        for wait in suspects.waits(model) {
            for (index, rule) in rules.clone() {
                if let Some(finding) = rule.judge_wait(look, wait)
                    && let Some(task) = model.tasks.get(&wait.task)
                    && concerns(task)
                {
                    pass.add(index, task, Some(wait), finding);
                }
            }
        }
        for task in suspects.tasks(model).filter(|task| concerns(task)) {
            for (index, rule) in rules.clone() {
                if let Some(finding) = rule.judge_task(look, task) {
                    pass.add(index, task, None, finding);
                }
            }
        }
        pass
    }

    fn add(&mut self, rule: usize, task: &Task, wait: Option<&Wait>, finding: Finding) {
        let (site, site_role) = task.site_of(wait);
        let key = self.key(rule, site.cloned(), site_role, &finding);
        let severity = key.severity;
        // Most tasks have one wait, and cannot be counted twice.
        let waits = task.waits.len() + task.waker_waits.len();
        let new_task = waits < 2 || self.counted.insert((rule, task.key));
        let stack = wait.and_then(|wait| wait.stack.as_deref());
        let Some(group) = self.group(key, stack, finding) else {
            return;
        };
        group.add(finding, new_task);
        let nothing = Concern { severity, rules: 0 };
        let concern = self.concerned.entry(task.key).or_insert(nothing);
        concern.severity = severity.max(concern.severity);
        concern.rules |= 1 << rule;
    }

    fn key(
        &self,
        rule: usize,
        site: Option<Arc<Location>>,
        site_role: SiteRole,
        finding: &Finding,
    ) -> GroupKey {
        GroupKey {
            rule,
            site,
            site_role,
            severity: match self.settings.level(rule) {
                Some(Level::Always(severity)) => severity,
                _ => finding.severity,
            },
        }
    }

    /// The findings so far that are one alert; `None` if that is allowed.
    fn group(
        &mut self,
        key: GroupKey,
        stack: Option<&Stack>,
        first: Finding,
    ) -> Option<&mut Group> {
        let allow = &self.settings.allow;
        let found = self.groups.entry(key).or_insert_with_key(|key| {
            let rule = RULES[key.rule].name();
            let entry = key.site.as_ref().and_then(|site| {
                let mut entries = allow.iter();
                entries.position(|entry| !entry.expired && entry.concerns(rule, site, stack))
            });
            entry.map_or_else(|| Found::Alert(Group::new(first)), Found::Allowed)
        });
        match found {
            Found::Alert(group) => Some(group),
            Found::Allowed(_) => None,
        }
    }

    /// One alert for each rule, site and severity.
    pub(super) fn alerts(&self, look: &Look<'_>) -> Vec<Alert> {
        let found = self.groups.iter();
        let alerts = found.filter_map(|(key, found)| match found {
            Found::Alert(group) => alert(look, key, group),
            Found::Allowed(_) => None,
        });
        alerts.collect()
    }

    /// The indices of the entries of the allow-list that allowed something.
    pub(super) fn allowed_by(&self) -> impl Iterator<Item = usize> {
        self.groups.values().filter_map(|found| match found {
            Found::Allowed(entry) => Some(*entry),
            Found::Alert(_) => None,
        })
    }
}

fn alert(look: &Look<'_>, key: &GroupKey, group: &Group) -> Option<Alert> {
    let model = look.model;
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
        severity: key.severity,
        site: key.site.clone(),
        site_role: key.site_role,
        tasks: group.tasks,
        longest: group.longest_for(model),
        since: finding.since,
        message: rule.message(look, group),
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
