//! How long polls take, as a histogram that only grows.

use std::time::Duration;

use super::ledger::{Site, Totals};
use crate::tables::LongPolls;

const BOUNDS: usize = LongPolls::BOUNDS.len();

/// Polls of tasks that must not block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct PollTimes {
    /// How many took no longer than each bound.
    within: [u64; BOUNDS],
    all: u64,
    busy_nanos: u64,
}

impl PollTimes {
    /// Takes in what was just read: `totals`, which never go backwards, and how many
    /// polls were longer than each bound and not longer than the next. The two cannot
    /// be read at one moment, so what was said is said again at least.
    pub(super) fn update(&mut self, totals: &[(Site, Totals)], long: [u64; BOUNDS]) -> Self {
        let in_turn = totals.iter().filter(|(site, _)| is_polled_in_turn(site));
        let (mut all, mut busy_nanos) = (0_u64, 0_u64);
        for (_, totals) in in_turn {
            all = all.saturating_add(totals.polls);
            busy_nanos = busy_nanos.saturating_add(totals.busy_nanos);
        }
        self.all = self.all.max(all);
        self.busy_nanos = self.busy_nanos.max(busy_nanos);
        let mut longer = 0_u64;
        for (within, long) in self.within.iter_mut().zip(long).rev() {
            longer = longer.saturating_add(long);
            *within = (*within).max(self.all.saturating_sub(longer));
        }
        *self
    }

    /// The sum of all, in seconds.
    pub(super) fn sum(&self) -> f64 {
        Duration::from_nanos(self.busy_nanos).as_secs_f64()
    }

    pub(super) fn count(&self) -> u64 {
        self.all
    }

    /// Each bound in seconds, and how many lie between it and the one before.
    pub(super) fn buckets(&self) -> Vec<(f64, u64)> {
        let bounds = LongPolls::BOUNDS.map(|nanos| Duration::from_nanos(nanos).as_secs_f64());
        let bounds = bounds.into_iter().chain([f64::MAX]);
        let mut before = 0;
        let within = self.within.into_iter().chain([self.all]);
        let buckets = bounds.zip(within).map(|(bound, within)| {
            let bucket = (bound, within - before);
            before = within;
            bucket
        });
        buckets.collect()
    }
}

fn is_polled_in_turn(site: &Site) -> bool {
    matches!(site.kind, "task" | "local")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn polled(polls: u64) -> Vec<(Site, Totals)> {
        let of = |kind| {
            let place = "src/main.rs:1:1".into();
            let totals = Totals {
                polls,
                busy_nanos: polls * 1_000_000,
                ..Totals::default()
            };
            (Site { place, kind }, totals)
        };
        vec![of("task"), of("blocking")]
    }

    fn counts(times: &PollTimes) -> Vec<u64> {
        times.buckets().iter().map(|(_, count)| *count).collect()
    }

    #[test]
    fn the_shortest_are_those_that_are_left() {
        let mut long = [0; BOUNDS];
        (long[0], long[3], long[BOUNDS - 1]) = (5, 2, 1);
        let times = PollTimes::default().update(&polled(100), long);
        assert_eq!(counts(&times), [92, 5, 0, 0, 2, 0, 0, 0, 0, 0, 1]);
        assert_eq!((times.count(), times.sum()), (100, 0.1));
        assert_eq!(times.buckets()[1].0, 0.000_1);
    }

    #[test]
    fn no_bucket_goes_backwards() {
        let mut times = PollTimes::default();
        let mut long = [0; BOUNDS];
        times.update(&polled(10), long);
        let mut before = times;
        // A poll is known to be long before it is known to have been one; and one
        // turns out to have been none.
        for (polls, third) in [(10, 3), (12, 3), (12, 2), (11, 0), (20, 5)] {
            long[3] = third;
            times.update(&polled(polls), long);
            assert!(times.all >= before.all);
            for (now, before) in times.within.iter().zip(before.within) {
                assert!(*now >= before);
            }
            assert!(times.within.is_sorted() && times.within[BOUNDS - 1] <= times.all);
            before = times;
        }
    }
}
