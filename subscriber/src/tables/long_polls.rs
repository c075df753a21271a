//! How long polls take.

use crate::sync::{AtomicU64, Ordering};

/// Polls by how long they took, but for the shortest, which are nearly all: their
/// number is that of all polls without these, and counting them would cost every poll
/// something that all threads share.
#[derive(Default)]
pub(crate) struct LongPolls([AtomicU64; LongPolls::BOUNDS.len()]);

impl LongPolls {
    /// A poll is counted under the last of these that it is longer than. Nanoseconds.
    pub(crate) const BOUNDS: [u64; 10] = [
        10_000,
        100_000,
        500_000,
        1_000_000,
        5_000_000,
        10_000_000,
        50_000_000,
        100_000_000,
        500_000_000,
        1_000_000_000,
    ];

    /// A poll took so long.
    #[inline]
    pub(crate) fn add(&self, nanos: u64) {
        if nanos > LongPolls::BOUNDS[0]
            && let Some(count) = self.of(nanos)
        {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// One that took so long was none.
    pub(crate) fn take_back(&self, nanos: u64) {
        if let Some(count) = self.of(nanos) {
            count.fetch_sub(1, Ordering::Relaxed);
        }
    }

    #[cold]
    fn of(&self, nanos: u64) -> Option<&AtomicU64> {
        let above = LongPolls::BOUNDS.iter().rposition(|bound| nanos > *bound)?;
        self.0.get(above)
    }

    /// How many took longer than the bound with each index, and not longer than the
    /// next.
    #[allow(dead_code, reason = "only metrics, which are a feature, tell of them")]
    pub(crate) fn counts(&self) -> [u64; LongPolls::BOUNDS.len()] {
        std::array::from_fn(|index| self.0[index].load(Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_poll_is_counted_under_the_bound_that_it_is_longer_than() {
        let polls = LongPolls::default();
        for nanos in [0, 10_000, 10_001, 100_000, 100_001, 3_000_000_000] {
            polls.add(nanos);
        }
        assert_eq!(polls.counts(), [2, 1, 0, 0, 0, 0, 0, 0, 0, 1]);
        for nanos in [5, 100_001] {
            polls.take_back(nanos);
        }
        assert_eq!(polls.counts(), [2, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    }
}
