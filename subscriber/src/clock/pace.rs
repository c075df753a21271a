//! From ticks of a counter to nanoseconds.
//!
//! How fast the counter goes is found out on the way: for the first 10 ms the
//! system is asked for the time, and about twice a second later on. So what the
//! counter is off by never adds up, and a machine that slept, or was moved to
//! another host, is noticed at the first look.

use crate::sync::{AtomicU32, AtomicU64, Ordering, fence};

/// After so many ticks the system is asked again: half a second at 2 GHz.
const VALID: u64 = 1 << 30;
/// How long the pace is measured before it is used. Nanoseconds.
const MEASURED: u64 = 10_000_000;
/// The fastest that time can pass: a counter of less than half a gigahertz is not
/// used.
const MOST_NANOS_PER_TICK: u64 = 2;
const RATE_BITS: u32 = 32;

/// Ticks and the time at them, from which later times are reckoned. Written by one
/// thread at a time; who comes while that is going on, or needs a newer one, asks
/// the system instead. Nobody waits.
pub(crate) struct Pace {
    /// Odd while the rest is written.
    version: AtomicU32,
    ticks: AtomicU64,
    nanos: AtomicU64,
    /// Nanoseconds for a tick, times 2^32; 0 while that is not known.
    rate: AtomicU64,
    /// Where measuring the pace began.
    first_ticks: AtomicU64,
    first_nanos: AtomicU64,
    /// Before this time it is of no use to set it.
    due: AtomicU64,
}

impl Pace {
    pub(crate) fn new() -> Self {
        let zero = || AtomicU64::new(0);
        Pace {
            version: AtomicU32::new(0),
            ticks: zero(),
            nanos: zero(),
            rate: zero(),
            first_ticks: zero(),
            first_nanos: zero(),
            due: zero(),
        }
    }

    /// The time at `ticks`; `None` if the system has to be asked.
    #[inline]
    pub(crate) fn nanos(&self, ticks: u64) -> Option<u64> {
        let version = self.version.load(Ordering::Acquire);
        let passed = ticks.wrapping_sub(self.ticks.load(Ordering::Relaxed));
        let nanos = self.nanos.load(Ordering::Relaxed);
        let rate = self.rate.load(Ordering::Relaxed);
        // Acquire fence: if one of the loads above saw a later writing, the load
        // below sees that it has begun.
        fence(Ordering::Acquire);
        let settled = version & 1 == 0 && self.version.load(Ordering::Relaxed) == version;
        // The product has at most 30 + 33 bits.
        (settled && rate != 0 && passed < VALID).then(|| nanos + ((passed * rate) >> RATE_BITS))
    }

    /// Whether it is of use to [`Pace::set`] it, at about `nanos`: not while the pace
    /// is being measured.
    pub(crate) fn is_due(&self, nanos: u64) -> bool {
        nanos >= self.due.load(Ordering::Relaxed)
    }

    /// It could not be set at `nanos`; meanwhile the system is asked. Where the counter
    /// can hardly be read at all, as in some emulators, that is always so.
    pub(crate) fn put_off(&self, nanos: u64) {
        self.due.store(nanos + MEASURED, Ordering::Relaxed);
    }

    /// The system says that it was `nanos` at `ticks`.
    pub(crate) fn set(&self, ticks: u64, nanos: u64) {
        let version = self.version.load(Ordering::Relaxed);
        let begun = version & 1 == 0
            && self
                .version
                .compare_exchange(
                    version,
                    version.wrapping_add(1),
                    Ordering::Acquire,
                    Ordering::Relaxed,
                )
                .is_ok();
        if !begun {
            return;
        }
        // Release fence: who sees one of the writes below sees the odd version.
        fence(Ordering::Release);
        self.write(ticks, nanos);
        self.version
            .store(version.wrapping_add(2), Ordering::Release);
    }

    fn write(&self, ticks: u64, nanos: u64) {
        let load = |word: &AtomicU64| word.load(Ordering::Relaxed);
        let store = |word: &AtomicU64, value| word.store(value, Ordering::Relaxed);
        let last = (load(&self.ticks), load(&self.nanos), load(&self.rate));
        let first = (load(&self.first_ticks), load(&self.first_nanos));
        let rate = match first {
            (0, 0) => Next::Begin,
            _ => next_rate(first, last, (ticks, nanos)),
        };
        match rate {
            Next::Begin => {
                store(&self.first_ticks, ticks);
                store(&self.first_nanos, nanos);
                store(&self.rate, 0);
                store(&self.due, nanos + MEASURED);
            }
            Next::Measure => return,
            Next::Rate(rate) => {
                store(&self.rate, rate);
                store(&self.due, 0);
            }
        }
        store(&self.ticks, ticks);
        store(&self.nanos, nanos);
    }
}

/// What becomes of the rate.
enum Next {
    /// Measuring it begins here.
    Begin,
    /// It is not known yet.
    Measure,
    Rate(u64),
}

/// `first` is where measuring began, `last` what is reckoned from, `now` what the
/// system has said.
fn next_rate(first: (u64, u64), last: (u64, u64, u64), now: (u64, u64)) -> Next {
    let (ticks, nanos) = now;
    let passed = nanos.saturating_sub(last.1);
    let reckoned = (u128::from(ticks.wrapping_sub(last.0)) * u128::from(last.2)) >> RATE_BITS;
    // One thousandth: no counter is worse, and nothing that happens to one is less.
    let jumped = reckoned.abs_diff(passed.into()) > u128::from(100_000 + passed / 1_000);
    if last.2 != 0 && jumped {
        return Next::Begin;
    }
    let all_ticks = ticks.wrapping_sub(first.0);
    let all_nanos = nanos.saturating_sub(first.1);
    if all_nanos < MEASURED || all_ticks == 0 {
        return Next::Measure;
    }
    let rate = (u128::from(all_nanos) << RATE_BITS) / u128::from(all_ticks);
    match u64::try_from(rate) {
        Ok(rate) if 0 < rate && rate >> RATE_BITS < MOST_NANOS_PER_TICK => Next::Rate(rate),
        _ => Next::Begin,
    }
}
