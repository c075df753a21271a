//! The primitives that the lock-free tables are built from.
//!
//! `tests/loom.rs` compiles the tables a second time against loom's versions of
//! exactly these names.

use std::alloc::{Layout, alloc_zeroed, dealloc, handle_alloc_error};
use std::cell::Cell;
use std::sync::atomic::AtomicUsize;

pub(crate) use std::sync::atomic::{
    AtomicPtr, AtomicU8, AtomicU16, AtomicU32, AtomicU64, Ordering, fence,
};

/// A type for which all bytes zero is a valid value: its vacant state.
///
/// # Safety
///
/// Whoever implements it has checked that for every field.
pub(crate) unsafe trait Zeroable: Default {}

/// What is allocated before and beyond the values, to align them and to find the
/// beginning again.
const MARGIN: usize = 128;

/// Memory for `count` values, all bytes zero. The system maps pages of it only
/// when they are touched, so a table may ask for more than it uses yet.
///
/// That is so only for memory without an alignment of its own: other memory the
/// standard library sets to zero byte by byte. So it is aligned here.
pub(crate) fn allocate<T: Zeroable>(count: usize) -> *mut T {
    const { assert!(align_of::<T>() <= MARGIN / 2) };
    let layout = layout::<T>(count);
    // SAFETY: the layout's size is not zero.
    let memory = unsafe { alloc_zeroed(layout) };
    if memory.is_null() {
        handle_alloc_error(layout);
    }
    let least = memory.addr() + size_of::<usize>();
    let offset = least.next_multiple_of(align_of::<T>()) - memory.addr();
    // SAFETY: the offset is at most a word and an alignment, which the margin has room
    // for; the word before it is within the memory too, aligned or not.
    unsafe {
        let values = memory.add(offset);
        values
            .sub(size_of::<usize>())
            .cast::<usize>()
            .write_unaligned(offset);
        values.cast()
    }
}

/// Of the memory for `count` values with what is around them.
fn layout<T>(count: usize) -> Layout {
    let size = Layout::array::<T>(count).map(|layout| layout.size() + MARGIN);
    let layout = size.and_then(|size| Layout::from_size_align(size, align_of::<usize>()));
    let Ok(layout) = layout else {
        unreachable!("tables are bounded far below the address space");
    };
    layout
}

/// How many lists of free slots a table has: as many as most programs have worker
/// threads. More threads share them.
pub(crate) const FREE_LISTS: usize = 8;

/// A number for the calling thread. They are handed out in turn.
#[inline]
pub(crate) fn thread_number() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(1);
    thread_local! {
        static NUMBER: Cell<usize> = const { Cell::new(0) };
    }
    match NUMBER.get() {
        0 => {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            NUMBER.set(number);
            number
        }
        number => number,
    }
}

/// Gives back what [`allocate`] gave.
///
/// # Safety
///
/// `memory` came from `allocate` with this `count`, and nothing refers to it.
pub(crate) unsafe fn release<T: Zeroable>(memory: *mut T, count: usize) {
    let values = memory.cast::<u8>();
    // SAFETY: by this function's contract `allocate` has written the word before the
    // values and allocated with this layout; the values are atomics and need no drop.
    unsafe {
        let offset = values
            .sub(size_of::<usize>())
            .cast::<usize>()
            .read_unaligned();
        dealloc(values.sub(offset), layout::<T>(count));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    #[repr(align(64))]
    struct Line(AtomicU64);

    // SAFETY: an atomic is valid as zero.
    unsafe impl Zeroable for Line {}

    #[test]
    fn memory_is_zero_and_aligned_and_can_be_given_back() {
        for count in [1, 7, 1_000] {
            let memory = allocate::<Line>(count);
            assert!(memory.is_aligned());
            // SAFETY: there are as many, and all zero is valid.
            let lines = unsafe { std::slice::from_raw_parts(memory, count) };
            for line in lines {
                assert_eq!(line.0.load(Ordering::Relaxed), 0);
                line.0.store(u64::MAX, Ordering::Relaxed);
            }
            // SAFETY: it was allocated above with this count.
            unsafe { release(memory, count) };
        }
    }

    #[test]
    #[cfg(all(target_os = "linux", not(miri)))]
    fn memory_that_is_not_touched_is_not_there() {
        const LINES: usize = 1 << 22;
        let resident_pages = || -> usize {
            let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
            statm.split(' ').nth(1).unwrap().parse().unwrap()
        };
        let before = resident_pages();
        let memory = allocate::<Line>(LINES);
        let more = resident_pages().saturating_sub(before);
        // Pages have 4 KiB at least; others of this process may take some meanwhile.
        assert!(more < LINES * 64 / 4_096 / 2, "{more} pages");
        // SAFETY: it was allocated above with this count.
        unsafe { release(memory, LINES) };
    }
}
