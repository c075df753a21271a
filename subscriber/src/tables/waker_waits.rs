//! What a task waits for, as far as its wakers tell.
//!
//! A leaf future that is pending for the first time clones its task's waker, deep
//! within the poll; the stack there says what the task waits for. A task has few
//! such waits: two have their place in its slot, more in a slot of their own.

use crate::stack::StackId;
use crate::sync::{AtomicU64, Ordering, Zeroable};

/// Waits at one stack: how many, and since when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct WakerWait {
    pub(crate) stack: StackId,
    /// The count, in the lower seven bits, and [`UNCONFIRMED`].
    count: u8,
    /// Of the first of them; in units of 2^20 nanoseconds, which is about a
    /// millisecond.
    since: u64,
}

/// Of the count: the last poll has told nothing of them.
const UNCONFIRMED: u8 = 1 << 7;
const MOST: u8 = UNCONFIRMED - 1;

const COUNT_SHIFT: u32 = 16;
const SINCE_SHIFT: u32 = 24;
/// Nanoseconds, as a power of two.
const SINCE_UNIT: u32 = 20;

const _: () = assert!(StackId::LAST < 1 << COUNT_SHIFT);

impl WakerWait {
    /// `count` waits since `nanos`.
    #[inline]
    pub(crate) fn new(stack: StackId, count: u8, nanos: u64) -> Self {
        WakerWait {
            stack,
            count: count.min(MOST),
            since: nanos >> SINCE_UNIT,
        }
    }

    /// How many there are; more than 127 are 127.
    #[inline]
    pub(crate) fn count(self) -> u8 {
        self.count & MOST
    }

    /// Whether the last poll has told nothing of them. A future that puts a new
    /// waker in the place of its old one whenever it is polled is over then, or
    /// was not polled.
    pub(crate) fn is_unconfirmed(self) -> bool {
        self.count & UNCONFIRMED != 0
    }

    /// `count` of them, of which the last poll has told.
    #[inline]
    pub(crate) fn confirmed(self, count: u8) -> Self {
        WakerWait {
            count: count.min(MOST),
            ..self
        }
    }

    /// `count` of them, of which the last poll has told nothing.
    pub(crate) fn unconfirmed(self, count: u8) -> Self {
        WakerWait {
            count: count.min(MOST) | UNCONFIRMED,
            ..self
        }
    }

    /// How exact [`WakerWait::since`] is, in nanoseconds.
    pub(crate) const EXACT_TO: u64 = 1 << SINCE_UNIT;

    /// Since when, in nanoseconds, rounded down.
    pub(crate) fn since(self) -> u64 {
        self.since << SINCE_UNIT
    }

    /// These and `others` together, at the same stack.
    #[inline]
    pub(crate) fn and(self, others: WakerWait) -> Self {
        let unconfirmed = self.count & others.count & UNCONFIRMED;
        WakerWait {
            count: (self.count() + others.count()).min(MOST) | unconfirmed,
            since: self.since.min(others.since),
            ..self
        }
    }

    /// One word, so that who reads it while it is written gets all of it or none;
    /// 0 for no wait.
    #[inline]
    fn to_word(self) -> u64 {
        self.since << SINCE_SHIFT | u64::from(self.count) << COUNT_SHIFT | u64::from(self.stack.0)
    }

    #[inline]
    fn from_word(word: u64) -> Option<Self> {
        (word != 0).then_some(WakerWait {
            stack: StackId(word as u32 & ((1 << COUNT_SHIFT) - 1)),
            count: (word >> COUNT_SHIFT) as u8,
            since: word >> SINCE_SHIFT,
        })
    }
}

/// Places for waits; those in use come first.
pub(crate) struct Places<const COUNT: usize>([AtomicU64; COUNT]);

impl<const COUNT: usize> Default for Places<COUNT> {
    fn default() -> Self {
        Places(std::array::from_fn(|_| AtomicU64::new(0)))
    }
}

// SAFETY: atomics are valid as zero, which is no wait.
unsafe impl<const COUNT: usize> Zeroable for Places<COUNT> {}

impl<const COUNT: usize> Places<COUNT> {
    /// Whether there is none.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.0[0].load(Ordering::Relaxed) == 0
    }

    /// The waits that are in use.
    #[inline]
    pub(crate) fn get(&self) -> impl Iterator<Item = WakerWait> {
        self.0
            .iter()
            .map_while(|place| WakerWait::from_word(place.load(Ordering::Relaxed)))
    }

    /// Puts as many of `waits` as there are places into them, and leaves the rest.
    #[inline]
    pub(crate) fn set(&self, waits: &mut impl Iterator<Item = WakerWait>) {
        for place in &self.0 {
            let word = waits.next().map_or(0, WakerWait::to_word);
            place.store(word, Ordering::Relaxed);
            if word == 0 {
                break;
            }
        }
    }

    pub(crate) fn clear(&self) {
        self.set(&mut std::iter::empty());
    }
}

/// Waits of a task for which its own slot has no room.
pub(crate) type MoreWaits = Places<7>;

/// How many waits of one task are kept.
pub(crate) const WAKER_WAITS: usize = 9;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_survives_its_word() {
        for stack in [1, 77, StackId::LAST] {
            for (count, since) in [(1, 0), (127, 3 << 55), (7, 1_234_567_890_123)] {
                let wait = WakerWait::new(StackId(stack), count, since);
                assert_eq!(WakerWait::from_word(wait.to_word()), Some(wait));
                assert!(since - wait.since() < 1 << SINCE_UNIT);
                let unconfirmed = wait.unconfirmed(count);
                assert_eq!(
                    WakerWait::from_word(unconfirmed.to_word()),
                    Some(unconfirmed)
                );
                assert!(unconfirmed.is_unconfirmed() && !wait.is_unconfirmed());
                assert_eq!(unconfirmed.and(wait).count(), (2 * count).min(MOST));
            }
        }
        // One whose stack is not known is still a wait.
        let unknown = WakerWait::new(StackId::NONE, 1, 0);
        assert_eq!(WakerWait::from_word(unknown.to_word()), Some(unknown));
    }

    #[test]
    fn what_finds_no_place_is_left() {
        let wait = |stack| WakerWait::new(StackId(stack), 1, 0);
        let places = Places::<2>::default();
        let mut waits = (1..=3).map(wait);
        places.set(&mut waits);
        assert_eq!(waits.next(), Some(wait(3)));
        assert_eq!(places.get().collect::<Vec<_>>(), [wait(1), wait(2)]);
        places.set(&mut std::iter::once(wait(9)));
        assert_eq!(places.get().collect::<Vec<_>>(), [wait(9)]);
        places.clear();
        assert_eq!(places.get().count(), 0);
    }
}
