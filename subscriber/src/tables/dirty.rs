//! Which slots have changed since someone last looked.

use crate::sync::{AtomicU64, Ordering, heavy_barrier, light_barrier};

/// One bit per slot. Setting a bit that is set already is a load, so a slot that
/// changes a million times between two looks costs little more than one.
pub(crate) struct Dirty {
    words: Box<[AtomicU64]>,
}

impl Dirty {
    /// Bits for `capacity` slots.
    pub(crate) fn new(capacity: u32) -> Self {
        let words = (0..capacity.div_ceil(64)).map(|_| AtomicU64::new(0));
        Dirty {
            words: words.collect(),
        }
    }

    /// Says that the slot at `index` has changed, after the writes to it: either this
    /// sees that a look has cleared the bit, or that look sees the writes.
    #[inline]
    pub(crate) fn mark(&self, index: u32) {
        let bit = 1 << (index % 64);
        let Some(word) = self.words.get(index as usize / 64) else {
            return;
        };
        light_barrier();
        if word.load(Ordering::Relaxed) & bit == 0 {
            word.fetch_or(bit, Ordering::SeqCst);
        }
    }

    /// Clears all bits below `high_water` and calls `changed` with the index of
    /// each that was set.
    pub(crate) fn take(&self, high_water: u32, mut changed: impl FnMut(u32)) {
        let words = (high_water.div_ceil(64) as usize).min(self.words.len());
        let words = self.words[..words].iter().enumerate();
        let taken: Vec<(usize, u64)> = words
            .filter(|(_, word)| word.load(Ordering::Relaxed) != 0)
            .map(|(number, word)| (number, word.swap(0, Ordering::SeqCst)))
            .collect();
        if taken.is_empty() {
            return;
        }
        if !heavy_barrier() {
            // The next look will do; this one might miss what was written just now.
            for (number, bits) in taken {
                self.words[number].fetch_or(bits, Ordering::SeqCst);
            }
            return;
        }
        for (number, mut bits) in taken {
            while bits != 0 {
                changed(number as u32 * 64 + bits.trailing_zeros());
                bits &= bits - 1;
            }
        }
    }
}
