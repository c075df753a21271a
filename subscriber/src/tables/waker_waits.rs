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
    count: u8,
    certainty: Certainty,
    /// Of the first of them; in units of 2^20 nanoseconds, which is about a
    /// millisecond.
    since: u64,
}

/// How it is known that a wait goes on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Certainty {
    /// The task's last poll has told of it.
    #[default]
    Told = 0,
    /// It has not, but there are as many wakers left as such waits. A future that
    /// puts a new waker in the place of its old one whenever it is polled is over
    /// then all the same, or was not polled.
    Left = 1,
    /// It has not, and there are fewer wakers left than such waits.
    MaybeOver = 2,
}

impl Certainty {
    fn from_number(number: u64) -> Self {
        match number {
            0 => Certainty::Told,
            1 => Certainty::Left,
            _ => Certainty::MaybeOver,
        }
    }
}

/// More than this many at one stack are this many.
const MOST: u8 = 127;

// A word, from bit 0: stack (16), count (7), certainty (2), since (39).
const COUNT_SHIFT: u32 = 16;
const CERTAINTY_SHIFT: u32 = 23;
const SINCE_SHIFT: u32 = 25;
/// Nanoseconds, as a power of two.
const SINCE_UNIT: u32 = 20;

const _: () = assert!(StackId::LAST < 1 << COUNT_SHIFT);

impl WakerWait {
    /// `count` waits since `nanos`, of which the last poll has told.
    #[inline]
    pub(crate) fn new(stack: StackId, count: u8, nanos: u64) -> Self {
        WakerWait {
            stack,
            count: count.min(MOST),
            certainty: Certainty::Told,
            since: nanos >> SINCE_UNIT,
        }
    }

    /// How many there are; more than 127 are 127.
    #[inline]
    pub(crate) fn count(self) -> u8 {
        self.count
    }

    pub(crate) fn certainty(self) -> Certainty {
        self.certainty
    }

    /// `count` of them.
    #[inline]
    pub(crate) fn with(self, count: u8, certainty: Certainty) -> Self {
        WakerWait {
            count: count.min(MOST),
            certainty,
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
        WakerWait {
            stack: self.stack,
            count: self.count.saturating_add(others.count).min(MOST),
            certainty: self.certainty.min(others.certainty),
            since: self.since.min(others.since),
        }
    }

    /// One word, so that who reads it while it is written gets all of it or none;
    /// 0 for no wait.
    #[inline]
    fn to_word(self) -> u64 {
        self.since << SINCE_SHIFT
            | (self.certainty as u64) << CERTAINTY_SHIFT
            | u64::from(self.count) << COUNT_SHIFT
            | u64::from(self.stack.0)
    }

    #[inline]
    fn from_word(word: u64) -> Option<Self> {
        (word != 0).then_some(WakerWait {
            stack: StackId(word as u32 & ((1 << COUNT_SHIFT) - 1)),
            count: (word >> COUNT_SHIFT) as u8 & MOST,
            certainty: Certainty::from_number(word >> CERTAINTY_SHIFT & 3),
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
            for (count, since) in [(1, 0), (127, 3 << 54), (7, 1_234_567_890_123)] {
                let wait = WakerWait::new(StackId(stack), count, since);
                assert_eq!(WakerWait::from_word(wait.to_word()), Some(wait));
                assert!(since - wait.since() < 1 << SINCE_UNIT);
                for certainty in [Certainty::Told, Certainty::Left, Certainty::MaybeOver] {
                    let other = wait.with(count, certainty);
                    assert_eq!(WakerWait::from_word(other.to_word()), Some(other));
                    let both = other.and(wait);
                    assert_eq!(both.certainty(), Certainty::Told);
                    assert_eq!(both.count(), count.saturating_mul(2).min(MOST));
                }
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
