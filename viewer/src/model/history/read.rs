//! Series and rates of the steps.

use std::time::Duration;

use super::{History, Step};
use crate::model::SiteKey;

/// What the process did in one step. Rates are by the second, and `None` where it was
/// not watched before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ProcessPoint {
    /// Resident memory; 0 where the platform does not say.
    pub resident_bytes: u64,
    /// Live tasks.
    pub live: u64,
    /// Processors that were used, by all threads: 1.5 is one and a half.
    pub cpu: Option<f64>,
    /// Threads that were in polls of tasks, on average; a poll counts when it ends.
    pub busy: Option<f64>,
    /// Tasks that were spawned.
    pub spawned: Option<f64>,
    /// Tasks that ended.
    pub ended: Option<f64>,
    /// Polls.
    pub polls: Option<f64>,
    /// Wakes, as far as they were seen: those just before a task ended are not.
    pub wakes: Option<f64>,
}

/// What the tasks of one spawn site did in one step. Rates as in [`ProcessPoint`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SitePoint {
    /// Live tasks.
    pub live: u32,
    /// Tasks that were spawned.
    pub spawned: Option<f64>,
    /// Tasks that ended, in whatever way.
    pub ended: Option<f64>,
    /// Threads that were in polls of its tasks, on average.
    pub busy: Option<f64>,
}

impl History {
    /// How far back the oldest step is from the newest.
    pub fn reaches(&self) -> Duration {
        let steps = match (self.steps.front(), self.steps.back()) {
            (Some(first), Some(last)) => last.to + 1 - first.from,
            _ => 0,
        };
        let steps = u32::try_from(steps).unwrap_or(u32::MAX);
        self.bounds
            .step
            .saturating_mul(steps)
            .min(self.bounds.reach)
    }

    /// The number of the newest step, counted from [`crate::model::Moment::ZERO`].
    pub fn newest(&self) -> u64 {
        self.steps.back().map_or(0, |step| step.to)
    }

    /// How many sites there is no room for.
    pub fn sites_left_out(&self) -> usize {
        self.places.without
    }

    /// The process in the last `steps`, oldest first, one for each; `None` where it was
    /// not watched.
    pub fn process(&self, steps: usize) -> Vec<Option<ProcessPoint>> {
        self.series(steps, |step| Some(step.process()))
    }

    /// The site in the last `steps`, as [`History::process`]. Empty if it has no past.
    pub fn site(&self, key: &SiteKey, steps: usize) -> Vec<Option<SitePoint>> {
        match self.places.of(key) {
            Some((place, since)) => self.series(steps, |step| step.site(place, since)),
            None => Vec::new(),
        }
    }

    /// The site's last step that was watched from its beginning to its end, and what
    /// it did on average over `time` before the end of that.
    pub fn site_now(&self, key: &SiteKey, time: Duration) -> Option<SitePoint> {
        let (place, since) = self.places.of(key)?;
        let recent = self.recent(time).filter_map(|step| {
            let point = step.site(place, since)?;
            Some((step.watched?, point))
        });
        let recent: Vec<_> = recent.collect();
        let newest = self.steps.back()?.site(place, since)?;
        let mean = |rate: fn(&SitePoint) -> Option<f64>| {
            mean(recent.iter().map(|(time, point)| (*time, rate(point))))
        };
        Some(SitePoint {
            live: newest.live,
            spawned: mean(|it| it.spawned),
            ended: mean(|it| it.ended),
            busy: mean(|it| it.busy),
        })
    }

    /// The same of the process.
    pub fn process_now(&self, time: Duration) -> Option<ProcessPoint> {
        let recent = self.recent(time);
        let recent: Vec<_> = recent
            .filter_map(|step| Some((step.watched?, step.process())))
            .collect();
        let newest = self.steps.back()?.process();
        let mean = |rate: fn(&ProcessPoint) -> Option<f64>| {
            mean(recent.iter().map(|(time, point)| (*time, rate(point))))
        };
        Some(ProcessPoint {
            cpu: mean(|it| it.cpu),
            busy: mean(|it| it.busy),
            spawned: mean(|it| it.spawned),
            ended: mean(|it| it.ended),
            polls: mean(|it| it.polls),
            wakes: mean(|it| it.wakes),
            ..newest
        })
    }

    /// The newest steps, back to `time` before the end.
    fn recent(&self, time: Duration) -> impl Iterator<Item = &Step> {
        let nanos = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        let steps = (nanos / self.bounds.step_nanos()).max(1);
        let end = self.steps.back().map_or(0, |step| step.to + 1);
        let newest = self.steps.iter().rev().map(AsRef::as_ref);
        newest.take_while(move |step| step.to >= end.saturating_sub(steps))
    }

    fn series<T: Copy>(&self, steps: usize, point: impl Fn(&Step) -> Option<T>) -> Vec<Option<T>> {
        let end = self.steps.back().map_or(0, |step| step.to + 1);
        let begin = end.saturating_sub(steps as u64);
        let mut series = vec![None; usize::try_from(end - begin).unwrap_or(0)];
        let newest = self.steps.iter().rev();
        for step in newest.take_while(|step| step.to >= begin) {
            let point = point(step);
            for number in step.from.max(begin)..=step.to {
                series[(number - begin) as usize] = point;
            }
        }
        series
    }
}

/// The mean of rates, each of which held for some time.
fn mean(rates: impl Iterator<Item = (Duration, Option<f64>)>) -> Option<f64> {
    let (mut sum, mut times) = (0.0, 0.0);
    for (time, rate) in rates {
        sum += rate? * time.as_secs_f64();
        times += time.as_secs_f64();
    }
    (times > 0.0).then_some(sum / times)
}

impl Step {
    /// `count` by the second.
    fn rate(&self, count: f64) -> Option<f64> {
        let seconds = self.watched?.as_secs_f64();
        (seconds > 0.0).then_some(count / seconds)
    }

    fn process(&self) -> ProcessPoint {
        ProcessPoint {
            resident_bytes: self.resident_bytes,
            live: self.live,
            cpu: self.rate(self.cpu.as_secs_f64()),
            busy: self.rate(self.busy.as_secs_f64()),
            spawned: self.rate(self.spawned as f64),
            ended: self.rate(self.ended as f64),
            polls: self.rate(self.polls as f64),
            wakes: self.rate(self.wakes as f64),
        }
    }

    fn site(&self, place: usize, since: u64) -> Option<SitePoint> {
        let site = self.sites.get(place).filter(|_| self.to >= since)?;
        // In its first step it was not watched from the beginning.
        let rate = |count: f64| self.rate(count).filter(|_| self.from > since);
        Some(SitePoint {
            live: site.live,
            spawned: rate(site.spawned.into()),
            ended: rate(site.ended.into()),
            busy: rate(f64::from(site.busy_micros) / 1e6),
        })
    }
}
