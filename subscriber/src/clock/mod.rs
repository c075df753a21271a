//! The clock that everything is timed by.
//!
//! A poll looks at it twice, a wake once: it is the largest part of what they
//! cost if the system is asked each time (25 ns on x86_64 Linux, where the
//! processor's own counter takes 10). So the counter is read where the kernel
//! itself trusts it, and `pace` makes a time of it.

mod counter;
mod pace;
/// Apart from it, because `tests/loom.rs` compiles that again.
#[cfg(test)]
mod pace_tests;

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use counter::Counter;
use pace::Pace;

/// Nanoseconds on the monotonic clock since the layer was built.
pub(crate) struct Clock {
    start: Instant,
    anchor: SystemTime,
    counter: Option<Counter>,
    pace: Pace,
}

/// Two readings of the counter with a look at the system's clock in between may be
/// so far apart: else something came between, and they say nothing of each other.
const TOGETHER: u64 = 1 << 12;

impl Clock {
    pub(crate) fn start() -> Self {
        Clock {
            start: Instant::now(),
            anchor: SystemTime::now(),
            counter: Counter::trusted(),
            pace: Pace::new(),
        }
    }

    /// Nanoseconds since the start; never 0, which stands for "never". Of two
    /// looks the later may be a few microseconds before the earlier, about twice
    /// in a second: the counter is set right then.
    #[inline]
    pub(crate) fn now(&self) -> u64 {
        match self.counter {
            Some(counter) => match self.pace.nanos(counter.ticks()) {
                Some(nanos) => nanos,
                None => self.set_right(counter),
            },
            None => self.ask(),
        }
    }

    /// Asks the system.
    fn ask(&self) -> u64 {
        let elapsed = self.start.elapsed();
        elapsed.as_secs() * 1_000_000_000 + u64::from(elapsed.subsec_nanos()) + 1
    }

    #[cold]
    fn set_right(&self, counter: Counter) -> u64 {
        let early = self.ask();
        if !self.pace.is_due(early) {
            return early;
        }
        let before = counter.ticks();
        let nanos = self.ask();
        let apart = counter.ticks().wrapping_sub(before);
        match apart < TOGETHER {
            true => self.pace.set(before.wrapping_add(apart / 2), nanos),
            false => self.pace.put_off(nanos),
        }
        nanos
    }

    /// The system clock's time at the start, in nanoseconds since 1970.
    pub(crate) fn anchor_unix_nanos(&self) -> u64 {
        self.anchor
            .duration_since(UNIX_EPOCH)
            .map_or(0, |time| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    /// On a machine whose counter is not trusted this holds because the system is
    /// asked.
    #[test]
    fn it_goes_as_the_system_clock_does_on_every_thread() {
        let clock = Clock::start();
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    let mut looks = 0;
                    while clock.start.elapsed() < Duration::from_millis(700) {
                        let before = clock.ask();
                        let now = clock.now();
                        let after = clock.ask();
                        // A thread that loses its processor in between says
                        // nothing; that it is off at all looks is no accident.
                        assert!(now + 1_000_000 > before, "{before} {now} {after}");
                        assert!(now < after + 1_000_000, "{before} {now} {after}");
                        looks += 1;
                    }
                    assert!(looks > 1_000);
                });
            }
        });
        if clock.counter.is_some() {
            let ticks = clock.counter.map(Counter::ticks);
            assert!(ticks.and_then(|ticks| clock.pace.nanos(ticks)).is_some());
        }
    }
}
