//! Slots that are reused and never move.
//!
//! A slab grows by whole segments, each twice the one before, and gives none back
//! while it lives, so an index from anywhere is safe to look at: a stale one finds
//! a generation that is not its own. Taking and giving back a slot is lock-free.

use crate::sync::{
    AtomicPtr, AtomicU32, AtomicU64, FREE_LISTS, Ordering, Zeroable, allocate, fence, release,
    thread_number,
};

/// How many segments a slab can have.
const SEGMENTS: usize = 20;

/// Generations use this many bits: what fits into a span's id beside the index.
pub(crate) const GENERATION_BITS: u32 = 29;
const GENERATION_MASK: u32 = (1 << GENERATION_BITS) - 1;

/// Names one use of one slot. The generation is odd, so a key is never zero in
/// its wire form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct SlotKey {
    pub(crate) index: u32,
    pub(crate) generation: u32,
}

impl SlotKey {
    /// The key as one number; never 0.
    pub(crate) const fn to_wire(self) -> u64 {
        (self.generation as u64) << 32 | self.index as u64
    }

    /// The key that [`SlotKey::to_wire`] made into `wire`; `None` for 0.
    pub(crate) const fn from_wire(wire: u64) -> Option<Self> {
        if wire == 0 {
            return None;
        }
        Some(SlotKey {
            index: wire as u32,
            generation: (wire >> 32) as u32,
        })
    }
}

/// One slot: vacant while its generation is even. Slots do not share cache lines:
/// neighbours are written by different threads.
#[derive(Default)]
#[repr(C, align(64))]
pub(crate) struct Slot<T> {
    generation: AtomicU32,
    /// While vacant and in the free list: the next free index plus one.
    next_free: AtomicU32,
    value: T,
}

// SAFETY: atomics are valid as zero (generation 0 is vacant), and so is `T`.
unsafe impl<T: Zeroable> Zeroable for Slot<T> {}

/// Head of a list of slots that were given back: index plus one in the low half
/// (0: empty), a count of changes in the high half so that a head that was taken
/// and put back in between is noticed. On a cache line of its own.
#[derive(Default)]
#[repr(align(64))]
struct FreeList(AtomicU64);

/// A table of slots.
pub(crate) struct Slab<T: Zeroable> {
    segments: [AtomicPtr<Slot<T>>; SEGMENTS],
    /// Slots in the first segment, as a power of two: a division by it would be
    /// the most expensive part of a look-up.
    first_bits: u32,
    capacity: u32,
    /// Slots that were given back. Each thread has a list that it looks into
    /// first, so that threads that take and give back all the time do not get
    /// into each other's way.
    free: [FreeList; FREE_LISTS],
    /// How many slots were ever taken for the first time (may run past
    /// `capacity` when it is full).
    fresh: AtomicU32,
}

impl<T: Zeroable> Slab<T> {
    /// A slab of at most `capacity` slots, with `first` in its first segment.
    pub(crate) fn new(first: u32, capacity: u32) -> Self {
        assert!(first.is_power_of_two() && capacity <= u32::MAX / 2);
        assert!(u64::from(capacity) <= u64::from(first) * ((1 << SEGMENTS) - 1));
        Slab {
            segments: std::array::from_fn(|_| AtomicPtr::new(std::ptr::null_mut())),
            first_bits: first.trailing_zeros(),
            capacity,
            free: std::array::from_fn(|_| FreeList::default()),
            fresh: AtomicU32::new(0),
        }
    }

    /// One more than the highest index that was ever taken.
    pub(crate) fn high_water(&self) -> u32 {
        self.fresh.load(Ordering::Acquire).min(self.capacity)
    }

    /// Takes a vacant slot, lets `fill` set its value, and makes it live.
    /// `None` if the slab is full.
    pub(crate) fn insert(&self, fill: impl FnOnce(SlotKey, &T)) -> Option<SlotKey> {
        let (index, slot) = match self.pop_free() {
            Some(free) => free,
            None => {
                let index = self.take_fresh()?;
                (index, self.slot_or_grow(index))
            }
        };
        let vacant = slot.generation.load(Ordering::Relaxed);
        let key = SlotKey {
            index,
            generation: (vacant + 1) & GENERATION_MASK,
        };
        // Release fence: whoever reads one of the writes below (see `read`)
        // also finds that the slot's last use is over.
        fence(Ordering::Release);
        fill(key, &slot.value);
        // Release: who sees the new generation sees the value.
        slot.generation.store(key.generation, Ordering::Release);
        Some(key)
    }

    /// The value of `key` while it is live. What is read from it may be mixed
    /// with that of a later use of the slot if it ends meanwhile:
    /// [`Slab::read`] excludes that, and writers use words that carry their
    /// generation where it matters.
    #[inline]
    pub(crate) fn get(&self, key: SlotKey) -> Option<&T> {
        let slot = self.slot(key.index)?;
        (slot.generation.load(Ordering::Acquire) == key.generation).then_some(&slot.value)
    }

    /// Makes room for the value at `index`: for a slab that is beside another, whose
    /// slots nobody takes, and whose values may be written at any time.
    pub(crate) fn make_room(&self, index: u32) {
        if index < self.capacity {
            self.slot_or_grow(index);
        }
    }

    /// The value at `index`, if there is room for it; see [`Slab::make_room`].
    #[inline]
    pub(crate) fn beside(&self, index: u32) -> Option<&T> {
        self.slot(index).map(|slot| &slot.value)
    }

    /// What `look` makes of the live value at `index`, if it was the same use of
    /// the slot throughout.
    pub(crate) fn read<R>(&self, index: u32, look: impl FnOnce(SlotKey, &T) -> R) -> Option<R> {
        let slot = self.slot(index)?;
        let generation = slot.generation.load(Ordering::Acquire);
        if generation & 1 == 0 {
            return None;
        }
        let seen = look(SlotKey { index, generation }, &slot.value);
        // Acquire fence: the loads above come before the second look at the
        // generation, and a load that saw a later use's value makes that use's
        // generation visible here.
        fence(Ordering::Acquire);
        (slot.generation.load(Ordering::Relaxed) == generation).then_some(seen)
    }

    /// Gives the slot of `key` back. False if `key` was not live. Exactly one
    /// caller may be the one that ends a key.
    pub(crate) fn remove(&self, key: SlotKey) -> bool {
        let Some(slot) = self.slot(key.index) else {
            return false;
        };
        let vacant = (key.generation + 1) & GENERATION_MASK;
        if slot
            .generation
            .compare_exchange(key.generation, vacant, Ordering::AcqRel, Ordering::Relaxed)
            .is_err()
        {
            return false;
        }
        self.push_free(key.index, slot);
        true
    }

    fn pop_free(&self) -> Option<(u32, &Slot<T>)> {
        let own = thread_number() % FREE_LISTS;
        self.pop_from(&self.free[own]).or_else(|| {
            let others = self.free[own + 1..].iter().chain(&self.free[..own]);
            others.into_iter().find_map(|list| self.pop_from(list))
        })
    }

    #[inline]
    fn pop_from(&self, FreeList(list): &FreeList) -> Option<(u32, &Slot<T>)> {
        let mut head = list.load(Ordering::Acquire);
        loop {
            let index = (head as u32).checked_sub(1)?;
            let slot = self.slot(index)?;
            // May be stale if another thread takes this slot first: then the
            // count in the head has changed and the exchange fails.
            let next = slot.next_free.load(Ordering::Relaxed);
            let new = bump(head) | u64::from(next);
            match list.compare_exchange_weak(head, new, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => return Some((index, slot)),
                Err(now) => head = now,
            }
        }
    }

    fn push_free(&self, index: u32, slot: &Slot<T>) {
        let FreeList(list) = &self.free[thread_number() % FREE_LISTS];
        let mut head = list.load(Ordering::Relaxed);
        loop {
            slot.next_free.store(head as u32, Ordering::Relaxed);
            let new = bump(head) | u64::from(index + 1);
            match list.compare_exchange_weak(head, new, Ordering::AcqRel, Ordering::Relaxed) {
                Ok(_) => return,
                Err(now) => head = now,
            }
        }
    }

    fn take_fresh(&self) -> Option<u32> {
        if self.fresh.load(Ordering::Relaxed) >= self.capacity {
            return None;
        }
        // Cannot overflow: at most one step too far per thread.
        let index = self.fresh.fetch_add(1, Ordering::AcqRel);
        (index < self.capacity).then_some(index)
    }

    /// The segment of `index`, and the place in it.
    #[inline]
    fn place(&self, index: u32) -> (usize, usize) {
        let block = (index >> self.first_bits) + 1;
        let segment = 31 - block.leading_zeros();
        let start = ((1 << segment) - 1) << self.first_bits;
        (segment as usize, (index - start) as usize)
    }

    fn segment_length(&self, segment: usize) -> usize {
        1 << (self.first_bits as usize + segment)
    }

    #[inline]
    fn slot(&self, index: u32) -> Option<&Slot<T>> {
        if index >= self.capacity {
            return None;
        }
        let (segment, offset) = self.place(index);
        let memory = self.segments[segment].load(Ordering::Acquire);
        if memory.is_null() {
            return None;
        }
        // SAFETY: a segment that is not null has `segment_length` slots, of
        // which `offset` is one, and lives as long as the slab.
        Some(unsafe { &*memory.add(offset) })
    }

    fn slot_or_grow(&self, index: u32) -> &Slot<T> {
        if let Some(slot) = self.slot(index) {
            return slot;
        }
        let (segment, offset) = self.place(index);
        let length = self.segment_length(segment);
        let fresh = allocate::<Slot<T>>(length);
        let memory = match self.segments[segment].compare_exchange(
            std::ptr::null_mut(),
            fresh,
            Ordering::AcqRel,
            Ordering::Acquire,
        ) {
            Ok(_) => fresh,
            Err(other) => {
                // SAFETY: allocated above with this length, and never shared.
                unsafe { release(fresh, length) };
                other
            }
        };
        // SAFETY: as in `slot`.
        unsafe { &*memory.add(offset) }
    }
}

impl<T: Zeroable> Drop for Slab<T> {
    fn drop(&mut self) {
        for segment in 0..SEGMENTS {
            let memory = self.segments[segment].load(Ordering::Acquire);
            if !memory.is_null() {
                // SAFETY: allocated in `slot_or_grow` with this length; `&mut
                // self` means that nobody has a reference into it.
                unsafe { release(memory, self.segment_length(segment)) };
            }
        }
    }
}

/// The change count of a list head, one further.
fn bump(head: u64) -> u64 {
    ((head >> 32) + 1) << 32
}
