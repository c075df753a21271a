//! Values that are kept once each, under a number, without locks.

use crate::sync::{AtomicPtr, AtomicU32, Ordering};

/// A hash table of entries that are never removed. An entry's number is its place
/// plus one, so it has one from the moment it can be found.
pub(crate) struct Interner<T> {
    /// Open addressing; twice as many places as there can be entries.
    places: Box<[AtomicPtr<Entry<T>>]>,
    /// The numbers of the entries, in the order in which they came; 0 for one that is
    /// about to come.
    numbers: Box<[AtomicU32]>,
    count: AtomicU32,
}

struct Entry<T> {
    hash: u64,
    value: T,
}

impl<T> Interner<T> {
    /// For at most `capacity` entries, a power of two.
    pub(crate) fn new(capacity: usize) -> Self {
        assert!(capacity.is_power_of_two());
        Interner {
            places: (0..capacity * 2)
                .map(|_| AtomicPtr::new(std::ptr::null_mut()))
                .collect(),
            numbers: (0..capacity * 2).map(|_| AtomicU32::new(0)).collect(),
            count: AtomicU32::new(0),
        }
    }

    /// The number of what `hash` and `same` describe, made by `make` if it is
    /// new. 0 if the table is full.
    #[inline]
    pub(crate) fn intern(
        &self,
        hash: u64,
        same: impl Fn(&T) -> bool,
        make: impl FnOnce() -> T,
    ) -> u32 {
        let mut make = Some(make);
        let mut made: Option<Box<Entry<T>>> = None;
        // Their number is a power of two: a division would be slower than the rest.
        let mask = self.places.len() - 1;
        let mut place = hash as usize & mask;
        loop {
            let found = self.places[place].load(Ordering::Acquire);
            // SAFETY: what is in `places` came from a box and lives as long as
            // `self`.
            if let Some(entry) = unsafe { found.as_ref() } {
                if entry.hash == hash && same(&entry.value) {
                    return place as u32 + 1;
                }
                place = (place + 1) & mask;
                continue;
            }
            if made.is_none() {
                // Threads that pass this at once may go over by their number:
                // there are twice as many places.
                if self.count.load(Ordering::Relaxed) as usize >= self.places.len() / 2 {
                    return 0;
                }
                made = make.take().map(|make| {
                    Box::new(Entry {
                        hash,
                        value: make(),
                    })
                });
            }
            let Some(entry) = made.take() else { return 0 };
            let entry = Box::into_raw(entry);
            match self.places[place].compare_exchange(
                std::ptr::null_mut(),
                entry,
                Ordering::AcqRel,
                Ordering::Acquire,
            ) {
                Ok(_) => {
                    let number = place as u32 + 1;
                    let nth = self.count.fetch_add(1, Ordering::Relaxed);
                    // There are as many as there are places, and each is filled once.
                    if let Some(nth) = self.numbers.get(nth as usize) {
                        nth.store(number, Ordering::Release);
                    }
                    return number;
                }
                // Someone else was quicker: look at what is there now.
                // SAFETY: made above by `into_raw` and never shared.
                Err(_) => made = Some(unsafe { Box::from_raw(entry) }),
            }
        }
    }

    /// All entries, with their numbers.
    pub(crate) fn all(&self) -> impl Iterator<Item = (u32, &T)> {
        let count = self.count.load(Ordering::Relaxed) as usize;
        let numbers = self.numbers.iter().take(count);
        let numbers = numbers.map(|number| number.load(Ordering::Acquire));
        numbers.filter_map(|number| Some((number, self.get(number)?)))
    }

    /// How many there are.
    pub(crate) fn count(&self) -> u32 {
        self.count.load(Ordering::Relaxed)
    }

    pub(crate) fn get(&self, number: u32) -> Option<&T> {
        let place = (number as usize).checked_sub(1)?;
        let entry = self.places.get(place)?.load(Ordering::Acquire);
        // SAFETY: as in `intern`.
        unsafe { entry.as_ref() }.map(|entry| &entry.value)
    }
}

impl<T> Drop for Interner<T> {
    fn drop(&mut self) {
        for place in &self.places {
            let entry = place.load(Ordering::Acquire);
            if !entry.is_null() {
                // SAFETY: made by `Box::into_raw`; each entry is in `places`
                // once, and `&mut self` means that nobody refers to it.
                drop(unsafe { Box::from_raw(entry) });
            }
        }
    }
}
