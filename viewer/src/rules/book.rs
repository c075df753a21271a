//! Alerts over time.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use super::{Alert, RULES, Severity, Thresholds, finding};
use crate::model::{Model, Moment, TaskKey};

/// How many alerts that ended are kept.
const PAST: usize = 200;
/// How long an alert stays after it last held: a task may be between two waits in
/// the moment in which the picture is taken.
const LINGER: Duration = Duration::from_secs(2);

/// Runs the rules over each new picture, and remembers.
#[derive(Clone, Debug, Default)]
pub struct AlertBook {
    thresholds: Thresholds,
    active: Vec<Alert>,
    /// For each active alert, when it last held.
    held: Vec<Moment>,
    past: VecDeque<Alert>,
    concerned: HashMap<TaskKey, Severity>,
}

impl AlertBook {
    /// An empty book.
    pub fn new(thresholds: Thresholds) -> Self {
        AlertBook {
            thresholds,
            ..AlertBook::default()
        }
    }

    /// When its rules raise an alert.
    pub fn thresholds(&self) -> &Thresholds {
        &self.thresholds
    }

    /// Judges a new picture. One that is not complete is not judged.
    pub fn update(&mut self, model: &Model) {
        if !model.complete || !model.whole {
            return;
        }
        self.concerned.clear();
        let mut now: Vec<(Alert, Moment)> = Vec::new();
        for rule in RULES {
            let alerts = finding::alerts(rule, model, &self.thresholds, &mut self.concerned);
            now.extend(alerts.into_iter().map(|alert| (alert, model.now)));
        }
        for (old, held) in self.active.drain(..).zip(self.held.drain(..)) {
            if let Some((alert, _)) = now.iter_mut().find(|(alert, _)| alert.is_same(&old)) {
                alert.since = alert.since.min(old.since);
                alert.most_tasks = alert.most_tasks.max(old.most_tasks);
            } else if model.now.since(held) <= linger(model) {
                now.push((old, held));
            } else {
                self.past.truncate(PAST - 1);
                self.past.push_front(Alert {
                    ended_at: Some(held),
                    tasks: old.most_tasks,
                    ..old
                });
            }
        }
        now.sort_by(|(a, _), (b, _)| {
            let rank = |alert: &Alert| std::cmp::Reverse((alert.severity, alert.tasks));
            rank(a)
                .cmp(&rank(b))
                .then_with(|| (a.rule, &a.site).cmp(&(b.rule, &b.site)))
        });
        (self.active, self.held) = now.into_iter().unzip();
    }

    /// What is wrong now: errors first, then by how many tasks it concerns.
    pub fn active(&self) -> &[Alert] {
        &self.active
    }

    /// What was wrong and is over, latest first; bounded.
    pub fn past(&self) -> impl ExactSizeIterator<Item = &Alert> {
        self.past.iter()
    }

    /// The worst that is said about `task` now.
    pub fn of_task(&self, task: TaskKey) -> Option<Severity> {
        self.concerned.get(&task).copied()
    }
}

fn linger(model: &Model) -> Duration {
    let interval = model.program.as_ref().map(|program| program.interval);
    LINGER.max(2 * interval.unwrap_or_default().min(Duration::from_secs(60)))
}
