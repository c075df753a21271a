//! How much time the unwinder may take.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Of each second, all threads together: one part in a hundred of one processor.
const EACH_SECOND: u64 = 10_000_000;

/// The time spent in this second.
#[derive(Default)]
pub(super) struct Budget {
    start: OnceLock<Instant>,
    /// `second (24 bits) | nanoseconds spent in it (40 bits)`.
    spent: AtomicU64,
}

const SPENT_BITS: u32 = 40;

/// One use of the unwinder.
pub(super) struct Spending(Instant);

impl Budget {
    /// Begins to spend, if there is something left. What is not `needed` leaves
    /// half of it to what is.
    pub(super) fn begin(&self, needed: bool) -> Option<Spending> {
        let now = Instant::now();
        let most = if needed { EACH_SECOND } else { EACH_SECOND / 2 };
        (self.spent_at(now) < most).then_some(Spending(now))
    }

    pub(super) fn end(&self, spending: Spending) {
        self.add(spending.0, spending.0.elapsed());
    }

    fn add(&self, at: Instant, time: Duration) {
        let second = self.second(at);
        let time = u64::try_from(time.as_nanos()).unwrap_or(EACH_SECOND);
        // Cannot fail: the closure always gives a value.
        let _ = self
            .spent
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |word| {
                let before = if word >> SPENT_BITS == second {
                    word & ((1 << SPENT_BITS) - 1)
                } else {
                    0
                };
                Some(second << SPENT_BITS | before.saturating_add(time).min((1 << SPENT_BITS) - 1))
            });
    }

    fn spent_at(&self, now: Instant) -> u64 {
        let word = self.spent.load(Ordering::Relaxed);
        if word >> SPENT_BITS == self.second(now) {
            word & ((1 << SPENT_BITS) - 1)
        } else {
            0
        }
    }

    fn second(&self, now: Instant) -> u64 {
        let start = self.start.get_or_init(|| now);
        now.saturating_duration_since(*start).as_secs() & 0xFF_FFFF
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_has_a_budget_of_which_half_is_for_what_is_needed() {
        let budget = Budget::default();
        let begin = Instant::now();
        budget.start.set(begin).unwrap();
        assert!(budget.begin(false).is_some());
        budget.add(begin, Duration::from_nanos(EACH_SECOND / 2));
        assert_eq!(budget.spent_at(begin), EACH_SECOND / 2);
        let at = |more| begin + Duration::from_millis(more);
        budget.add(at(10), Duration::from_nanos(EACH_SECOND));
        assert_eq!(budget.spent_at(at(20)), EACH_SECOND * 3 / 2);
        assert_eq!(budget.spent_at(at(2_000)), 0, "another second");
        budget.add(at(2_000), Duration::from_nanos(7));
        assert_eq!(budget.spent_at(at(2_001)), 7);
    }

    #[test]
    fn an_absurd_time_does_not_overflow_into_the_second() {
        let budget = Budget::default();
        let now = Instant::now();
        budget.add(now, Duration::from_secs(10_000));
        budget.add(now, Duration::from_secs(10_000));
        assert!(budget.spent_at(now) > EACH_SECOND);
        assert!(budget.begin(true).is_none() || budget.second(Instant::now()) > 0);
    }
}
