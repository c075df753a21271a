//! What a rule finds, task by task, and how findings become alerts.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use super::{Alert, Example, Severity, Thresholds};
use crate::model::{Location, Model, Moment, ResourceKey, Task, TaskKey};

/// A rule: a plain function of the model, with what to say about what it finds.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Its name: `send-stall`.
    pub name: &'static str,
    /// What a colleague would tell you to do.
    pub advice: &'static str,
    /// Finds the tasks that it is about.
    pub judge: fn(&Model, &Thresholds, &mut Vec<Finding>),
    /// Says what is so with the tasks of one site, in one sentence.
    pub message: fn(&Model, &Group<'_>) -> String,
}

/// One task that something is wrong with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The task.
    pub task: TaskKey,
    /// How bad it is.
    pub severity: Severity,
    /// Since when.
    pub since: Moment,
    /// How long it has been so, or was.
    pub lasted: Duration,
    /// What it is stuck on, if that is known.
    pub resource: Option<ResourceKey>,
    /// What it does, in a word, if that is not for the model to say.
    pub doing: Option<&'static str>,
}

/// The findings of one rule at one site, of one severity; at least one.
#[derive(Debug)]
pub struct Group<'a> {
    /// How bad it is.
    pub severity: Severity,
    /// Where the tasks were spawned.
    pub site: Option<Arc<Location>>,
    /// The longest first.
    pub findings: Vec<(Finding, &'a Task)>,
}

impl Group<'_> {
    /// The one that has lasted the longest.
    pub fn first(&self) -> &(Finding, &Task) {
        &self.findings[0]
    }

    /// `1 task`, `12 tasks`.
    pub fn tasks(&self) -> String {
        match self.findings.len() {
            1 => "1 task".to_owned(),
            count => format!("{count} tasks"),
        }
    }

    /// `has` or `have`.
    pub fn have(&self) -> &'static str {
        if self.findings.len() == 1 {
            "has"
        } else {
            "have"
        }
    }

    /// How many different resources the tasks are stuck on.
    pub fn resources(&self) -> usize {
        let mut all: Vec<_> = self
            .findings
            .iter()
            .filter_map(|(finding, _)| finding.resource)
            .collect();
        all.sort_unstable();
        all.dedup();
        all.len()
    }

    fn alert(&self, model: &Model, rule: &Rule) -> Alert {
        let (finding, task) = self.first();
        let resource = finding.resource.and_then(|key| model.resources.get(&key));
        let wait = match finding.doing {
            Some(doing) => doing.to_owned(),
            None => model.outstanding_text(task),
        };
        Alert {
            rule: rule.name,
            severity: self.severity,
            site: self.site.clone(),
            tasks: self.findings.len(),
            most_tasks: self.findings.len(),
            longest: finding.lasted,
            since: finding.since,
            message: (rule.message)(model, self),
            advice: rule.advice,
            example: Example {
                task: task.key,
                tokio_id: task.tokio_id,
                name: Arc::clone(&task.name),
                wait,
                resource: resource.map(|resource| model.describe(resource)),
            },
            ended_at: None,
        }
    }
}

/// What `rule` says about `model`: one alert for each site and severity; and the
/// tasks that they are about.
pub fn alerts(
    rule: &Rule,
    model: &Model,
    thresholds: &Thresholds,
    concerned: &mut HashMap<TaskKey, Severity>,
) -> Vec<Alert> {
    let mut findings = Vec::new();
    (rule.judge)(model, thresholds, &mut findings);
    let mut groups: HashMap<(Severity, Option<&Arc<Location>>), Group<'_>> = HashMap::new();
    // A task may be found more than once: by two sends, say. The longest counts.
    findings.sort_unstable_by_key(|finding| (finding.task, finding.since));
    findings.dedup_by_key(|finding| finding.task);
    for finding in findings {
        let Some(task) = model.tasks.get(&finding.task) else {
            continue;
        };
        let severity = concerned.entry(task.key).or_insert(finding.severity);
        *severity = finding.severity.max(*severity);
        groups
            .entry((finding.severity, task.location.as_ref()))
            .or_insert_with(|| Group {
                severity: finding.severity,
                site: task.location.clone(),
                findings: Vec::new(),
            })
            .findings
            .push((finding, task));
    }
    let groups = groups.into_values().map(|mut group| {
        group
            .findings
            .sort_by_key(|(finding, _)| (std::cmp::Reverse(finding.lasted), finding.task));
        group.alert(model, rule)
    });
    groups.collect()
}
