//! Which slots have changed since someone last looked.

use crate::sync::{AtomicU64, Ordering, fence};

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

    /// Says that the slot at `index` has changed.
    ///
    /// The caller's last write to the slot must be a SeqCst read-modify-write
    /// (else use [`Dirty::mark_after_store`]): then either this load sees that a
    /// look has cleared the bit, or that look sees the write.
    #[inline]
    pub(crate) fn mark(&self, index: u32) {
        let bit = 1 << (index % 64);
        let Some(word) = self.words.get(index as usize / 64) else {
            return;
        };
        if word.load(Ordering::SeqCst) & bit == 0 {
            word.fetch_or(bit, Ordering::SeqCst);
        }
    }

    /// As [`Dirty::mark`], after writes of any kind.
    pub(crate) fn mark_after_store(&self, index: u32) {
        fence(Ordering::SeqCst);
        self.mark(index);
    }

    /// Clears all bits below `high_water` and calls `changed` with the index of
    /// each that was set. The loads that `changed` makes must be SeqCst for the
    /// words that were written last.
    pub(crate) fn take(&self, high_water: u32, mut changed: impl FnMut(u32)) {
        let words = (high_water.div_ceil(64) as usize).min(self.words.len());
        for (number, word) in self.words[..words].iter().enumerate() {
            if word.load(Ordering::Relaxed) == 0 {
                continue;
            }
            let mut bits = word.swap(0, Ordering::SeqCst);
            fence(Ordering::SeqCst);
            while bits != 0 {
                changed(number as u32 * 64 + bits.trailing_zeros());
                bits &= bits - 1;
            }
        }
    }
}
