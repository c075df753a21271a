//! Points on the observed program's monotonic clock.

use std::time::Duration;

/// A point on the monotonic clock of the observed program, counted from when its
/// layer was built.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(u64);

impl Moment {
    /// When the layer was built.
    pub const ZERO: Moment = Moment(0);

    /// The moment `nanos` nanoseconds after [`Moment::ZERO`].
    pub const fn from_nanos(nanos: u64) -> Self {
        Moment(nanos)
    }

    /// How long after [`Moment::ZERO`] this is.
    pub const fn since_zero(self) -> Duration {
        Duration::from_nanos(self.0)
    }

    /// The same in nanoseconds.
    pub(crate) const fn nanos(self) -> u64 {
        self.0
    }

    /// How long after `earlier` this is; zero if it is not after it.
    pub fn since(self, earlier: Moment) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }
}

impl std::ops::Add<Duration> for Moment {
    type Output = Moment;

    fn add(self, duration: Duration) -> Moment {
        let nanos = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        Moment(self.0.saturating_add(nanos))
    }
}
