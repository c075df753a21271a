//! How old the picture is, and what the program costs.

use std::time::{Duration, Instant};

use crate::client::{Link, Picture};
use crate::model::Moment;

/// What one picture after another tells.
#[derive(Debug, Default)]
pub(super) struct Freshness {
    /// When the last update arrived.
    pub(super) updated: Option<Instant>,
    /// Processor time at an earlier update.
    cpu_before: Option<(Moment, Duration)>,
    /// The share of one processor that was used between the last two updates.
    pub(super) cpu: Option<f64>,
}

impl Freshness {
    /// Takes in a picture that may be a new one.
    pub(super) fn measure(&mut self, picture: &Picture) {
        let (now, cpu) = (picture.model.now, picture.model.process.cpu);
        if let Some((before, used)) = self.cpu_before
            && now > before
        {
            let share = cpu.saturating_sub(used).as_secs_f64() / now.since(before).as_secs_f64();
            self.cpu = Some(share);
        }
        if self.cpu_before.is_none_or(|(before, _)| now != before) {
            self.cpu_before = Some((now, cpu));
            if matches!(picture.link, Link::Live) {
                self.updated = Some(Instant::now());
            }
        }
    }
}
