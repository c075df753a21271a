//! The last of many values, written and read without locks.

use crate::sync::{AtomicU64, Ordering, fence};

/// A ring of places. Writers never wait: one that meets another in the same place,
/// which takes as many values as there are places within one write, leaves its value
/// out.
pub(crate) struct Ring<T> {
    next: AtomicU64,
    places: Box<[Place<T>]>,
}

#[derive(Default)]
struct Place<T> {
    /// Twice the number of the value plus two; one less while it is written.
    version: AtomicU64,
    value: T,
}

impl<T: Default> Ring<T> {
    /// With this many places, a power of two.
    pub(crate) fn new(places: usize) -> Self {
        assert!(places.is_power_of_two());
        Ring {
            next: AtomicU64::new(0),
            places: (0..places).map(|_| Place::default()).collect(),
        }
    }

    /// How many values were ever pushed.
    pub(crate) fn count(&self) -> u64 {
        self.next.load(Ordering::Acquire)
    }

    /// Has `write` put a value, all of whose words are atomic, in the place of the oldest.
    #[inline]
    pub(crate) fn push(&self, write: impl FnOnce(&T)) {
        let number = self.next.fetch_add(1, Ordering::AcqRel);
        let place = self.place(number);
        let version = place.version.load(Ordering::Relaxed);
        if version & 1 == 1
            || version > 2 * number
            || place
                .version
                .compare_exchange(
                    version,
                    2 * number + 1,
                    Ordering::Acquire,
                    Ordering::Relaxed,
                )
                .is_err()
        {
            return;
        }
        // Release fence: whoever reads one of the words also finds the version
        // that says it is being written.
        fence(Ordering::Release);
        write(&place.value);
        place.version.store(2 * number + 2, Ordering::Release);
    }

    /// What `read` makes of the value with `number`, if it is still, and wholly, there.
    pub(crate) fn read<R>(&self, number: u64, read: impl FnOnce(&T) -> R) -> Option<R> {
        let place = self.place(number);
        let version = 2 * number + 2;
        if place.version.load(Ordering::Acquire) != version {
            return None;
        }
        let result = read(&place.value);
        // Acquire fence: if one of the words was of a later value, the load below sees
        // that its writing has begun.
        fence(Ordering::Acquire);
        (place.version.load(Ordering::Relaxed) == version).then_some(result)
    }

    /// The number of the oldest value that may still be there.
    pub(crate) fn oldest(&self) -> u64 {
        self.count().saturating_sub(self.places.len() as u64)
    }

    fn place(&self, number: u64) -> &Place<T> {
        // As a remainder, but a division would take as long as all else.
        &self.places[number as usize & (self.places.len() - 1)]
    }
}
