//! Alerts over time.

use std::collections::VecDeque;

use super::{Alert, Severity, Thresholds};
use crate::model::{Model, TaskKey};

/// Runs the rules over each new picture, and remembers.
#[derive(Clone, Debug, Default)]
pub struct AlertBook {
    thresholds: Thresholds,
    active: Vec<Alert>,
    past: VecDeque<Alert>,
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
    pub fn update(&mut self, _model: &Model) {}

    /// What is wrong now: errors first, then by how many tasks it concerns.
    pub fn active(&self) -> &[Alert] {
        &self.active
    }

    /// What was wrong and is over, latest first; bounded.
    pub fn past(&self) -> impl ExactSizeIterator<Item = &Alert> {
        self.past.iter()
    }

    /// The worst that is said about `task` now.
    pub fn of_task(&self, _task: TaskKey) -> Option<Severity> {
        None
    }
}
