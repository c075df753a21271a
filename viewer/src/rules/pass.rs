//! One pass of all rules over the picture.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::rule::{Finding, Group, Rule};
use super::{Alert, Example, RULES, Severity, Thresholds};
use crate::model::{Location, Model, Task, TaskKey};

/// What tells one alert from another.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct AlertKey {
    rule: &'static str,
    site: Option<Arc<Location>>,
    severity: Severity,
}

impl AlertKey {
    pub(super) fn of(alert: &Alert) -> Self {
        AlertKey {
            rule: alert.rule,
            site: alert.site.clone(),
            severity: alert.severity,
        }
    }
}

/// What all rules found.
#[derive(Default)]
pub(super) struct Pass {
    groups: HashMap<(usize, Option<Arc<Location>>, Severity), Group>,
    /// The tasks that have more than one wait, by the rule that counted them.
    counted: HashSet<(usize, TaskKey)>,
    pub(super) concerned: HashMap<TaskKey, Severity>,
}

impl Pass {
    /// Goes once through the waits and once through the tasks of `model`.
    pub(super) fn over(model: &Model, thresholds: &Thresholds) -> Self {
        let mut pass = Pass::default();
        for wait in model.waits.values() {
            for (index, rule) in RULES.iter().enumerate() {
                if let Some(finding) = rule.judge_wait(model, wait, thresholds)
                    && let Some(task) = model.tasks.get(&wait.task)
                {
                    pass.add(index, task, finding);
                }
            }
        }
        for task in model.tasks.values() {
            for (index, rule) in RULES.iter().enumerate() {
                if let Some(finding) = rule.judge_task(model, task, thresholds) {
                    pass.add(index, task, finding);
                }
            }
        }
        pass
    }

    fn add(&mut self, rule: usize, task: &Task, finding: Finding) {
        let worst = self.concerned.entry(task.key).or_insert(finding.severity);
        *worst = finding.severity.max(*worst);
        // Most tasks have one wait, and cannot be counted twice.
        let new_task = task.waits.len() < 2 || self.counted.insert((rule, task.key));
        self.groups
            .entry((rule, task.location.clone(), finding.severity))
            .and_modify(|group| group.add(finding, new_task))
            .or_insert_with(|| Group::new(finding));
    }

    /// One alert for each rule, site and severity.
    pub(super) fn alerts(&self, model: &Model) -> Vec<Alert> {
        self.groups
            .iter()
            .filter_map(|((rule, site, _), group)| alert(model, RULES[*rule], site, group))
            .collect()
    }
}

fn alert(
    model: &Model,
    rule: &dyn Rule,
    site: &Option<Arc<Location>>,
    group: &Group,
) -> Option<Alert> {
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
        site: site.clone(),
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
        },
        ended_at: None,
    })
}
