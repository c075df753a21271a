//! How long the recent polls of one task took, and how long it was scheduled before
//! each.

use crate::sync::{AtomicU32, AtomicU64, Ordering, Zeroable, fence};

/// Of the task whose slot has the same index, and has this generation. Only the
/// thread that polls the task writes.
#[derive(Default)]
pub(crate) struct RecentTimes {
    generation: AtomicU32,
    /// Of polls.
    pub(crate) polls: Histogram,
    /// From a wake to the poll.
    pub(crate) delays: Histogram,
}

// SAFETY: atomics are valid as zero; no slot that was taken has generation 0.
unsafe impl Zeroable for RecentTimes {}

impl RecentTimes {
    /// What goes before the first poll that is counted: a task that is polled a few
    /// times in its life, or has been so far, touches no memory here.
    pub(crate) const NOT_COUNTED: u64 = 4;

    /// Whether the poll that follows on so many is counted.
    #[inline]
    pub(crate) fn are_counted(polls_before: u64) -> bool {
        polls_before >= RecentTimes::NOT_COUNTED
    }

    /// What follows is of the task of `generation`.
    #[inline]
    pub(crate) fn begin(&self, generation: u32) {
        if self.generation.load(Ordering::Relaxed) != generation {
            self.clear(generation);
        }
    }

    #[cold]
    fn clear(&self, generation: u32) {
        // 0 meanwhile: who reads finds nothing. Release fence: who reads what is written
        // from here on finds that.
        self.generation.store(0, Ordering::Relaxed);
        fence(Ordering::Release);
        self.polls.clear();
        self.delays.clear();
        self.generation.store(generation, Ordering::Release);
    }

    /// The counts of polls and of delays, if they are of the task of `generation`.
    pub(crate) fn of(&self, generation: u32) -> Option<[[u8; Histogram::PLACES]; 2]> {
        if self.generation.load(Ordering::Acquire) != generation {
            return None;
        }
        let counts = [self.polls.counts(), self.delays.counts()];
        // Acquire fence: if one of the counts was of another task, the load below sees
        // that.
        fence(Ordering::Acquire);
        (self.generation.load(Ordering::Relaxed) == generation).then_some(counts)
    }
}

/// Times, counted by how long they are: a byte for each place, eight in a word. When a
/// byte is full all are halved, so that what is longer ago weighs less.
#[derive(Default)]
pub(crate) struct Histogram([AtomicU64; 2]);

impl Histogram {
    /// How many places there are.
    pub(crate) const PLACES: usize = 16;

    /// The shortest time in each place, in nanoseconds: twice the one before up to
    /// half a millisecond, and then four times.
    pub(crate) const FROM: [u64; Histogram::PLACES] = [
        0,
        1 << 10,
        1 << 11,
        1 << 12,
        1 << 13,
        1 << 14,
        1 << 15,
        1 << 16,
        1 << 17,
        1 << 18,
        1 << 19,
        1 << 21,
        1 << 23,
        1 << 25,
        1 << 27,
        1 << 29,
    ];

    /// Counts one. Never called by two threads at once.
    #[inline]
    pub(crate) fn add(&self, nanos: u64) {
        let place = place(nanos);
        let word = &self.0[place / 8];
        let shift = place % 8 * 8;
        if word.load(Ordering::Relaxed) >> shift & 0xff == 0xff {
            self.halve();
        }
        // Nobody else writes.
        let counts = word.load(Ordering::Relaxed);
        word.store(counts + (1 << shift), Ordering::Relaxed);
    }

    /// How many there are in each place.
    pub(crate) fn counts(&self) -> [u8; Histogram::PLACES] {
        let words = [0, 1].map(|word: usize| self.0[word].load(Ordering::Relaxed).to_le_bytes());
        std::array::from_fn(|place| words[place / 8][place % 8])
    }

    #[cold]
    fn halve(&self) {
        for word in &self.0 {
            let counts = word.load(Ordering::Relaxed);
            word.store(counts >> 1 & 0x7f7f_7f7f_7f7f_7f7f, Ordering::Relaxed);
        }
    }

    fn clear(&self) {
        for word in &self.0 {
            word.store(0, Ordering::Relaxed);
        }
    }
}

/// The last place of which `nanos` is not short.
#[inline]
pub(super) fn place(nanos: u64) -> usize {
    // 1 from 1,024 ns, and one more with each doubling.
    let doublings = (nanos >> 10 | 1).ilog2() as usize + usize::from(nanos >= 1 << 10);
    match doublings {
        0..=10 => doublings,
        more => (10 + (more - 10) / 2).min(Histogram::PLACES - 1),
    }
}
