//! The clock that everything is timed by.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Nanoseconds on the monotonic clock since the layer was built.
#[derive(Debug)]
pub(crate) struct Clock {
    start: Instant,
    anchor: SystemTime,
}

impl Clock {
    pub(crate) fn start() -> Self {
        Clock {
            start: Instant::now(),
            anchor: SystemTime::now(),
        }
    }

    /// Nanoseconds since the start; never 0, which stands for "never".
    #[inline]
    pub(crate) fn now(&self) -> u64 {
        let elapsed = self.start.elapsed();
        elapsed.as_secs() * 1_000_000_000 + u64::from(elapsed.subsec_nanos()) + 1
    }

    /// The system clock's time at the start, in nanoseconds since 1970.
    pub(crate) fn anchor_unix_nanos(&self) -> u64 {
        self.anchor
            .duration_since(UNIX_EPOCH)
            .map_or(0, |time| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX))
    }
}
