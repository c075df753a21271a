//! The primitives that the lock-free tables are built from.
//!
//! `tests/loom.rs` compiles the tables a second time against loom's versions of
//! exactly these names.

mod barrier;

use std::alloc::{Layout, alloc_zeroed, dealloc, handle_alloc_error};
use std::cell::Cell;
use std::sync::atomic::AtomicUsize;

pub(crate) use self::barrier::{heavy_barrier, light_barrier, prepare_barriers};
pub(crate) use std::sync::atomic::{
    AtomicPtr, AtomicU8, AtomicU16, AtomicU32, AtomicU64, Ordering, fence,
};

/// A type for which all bytes zero is a valid value: its vacant state.
///
/// # Safety
///
/// Whoever implements it has checked that for every field.
pub(crate) unsafe trait Zeroable: Default {}

/// Memory for `count` values, all bytes zero. The system maps pages of it only
/// when they are touched, so a table may ask for more than it uses yet.
pub(crate) fn allocate<T: Zeroable>(count: usize) -> *mut T {
    let (layout, align) = layout::<T>(count);
    // SAFETY: the layout's size is not zero.
    let memory = unsafe { alloc_zeroed(layout) };
    if memory.is_null() {
        handle_alloc_error(layout);
    }
    let distance = align - memory.addr() % align;
    // SAFETY: the layout has room for `align` bytes before the values. The distance is
    // not 0, and so at least a word's, as both of its ends are aligned for one: there
    // is room for it where it is kept, right before the values.
    unsafe {
        let values = memory.add(distance);
        values.cast::<usize>().sub(1).write(distance);
        values.cast()
    }
}

/// What is asked for, and the alignment of what begins in it. All that is aligned more
/// strictly than any C type is zeroed by hand, and with that touched
/// (`std::alloc::System`), so this asks for no more than a word's alignment.
fn layout<T>(count: usize) -> (Layout, usize) {
    let word = align_of::<usize>();
    let align = align_of::<T>().max(word);
    let size = Layout::array::<T>(count).map(|values| values.size() + align);
    let Ok(layout) = size.and_then(|size| Layout::from_size_align(size, word)) else {
        unreachable!("tables are bounded far below the address space");
    };
    (layout, align)
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
/// `values` came from `allocate` with this `count`, and nothing refers to it.
pub(crate) unsafe fn release<T: Zeroable>(values: *mut T, count: usize) {
    let (layout, _) = layout::<T>(count);
    // SAFETY: by this function's contract, and see `allocate`; the values are atomics
    // and need no drop.
    unsafe {
        let distance = values.cast::<usize>().sub(1).read();
        dealloc(values.cast::<u8>().sub(distance), layout);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    #[repr(align(64))]
    struct Line([AtomicU64; 8]);

    // SAFETY: atomics are valid as zero.
    unsafe impl Zeroable for Line {}
    // SAFETY: as above.
    unsafe impl Zeroable for AtomicU64 {}

    #[test]
    fn memory_is_aligned_zero_and_given_back() {
        for count in [1, 2, 3, 1_000, 100_000] {
            let lines = allocate::<Line>(count);
            let words = allocate::<AtomicU64>(count);
            assert!(lines.is_aligned() && words.is_aligned());
            // SAFETY: both have `count` values, and are given back once.
            unsafe {
                let last = &(*lines.add(count - 1)).0[7];
                assert_eq!(last.swap(1, Ordering::Relaxed), 0);
                assert_eq!((*words.add(count - 1)).swap(1, Ordering::Relaxed), 0);
                release(lines, count);
                release(words, count);
            }
        }
    }

    /// By what the system says that the program has of its memory.
    #[cfg(target_os = "linux")]
    #[test]
    fn what_is_not_used_yet_takes_no_memory() {
        const LARGE: usize = 1 << 22;
        let pages = || {
            let all = std::fs::read_to_string("/proc/self/statm").unwrap();
            all.split(' ').nth(1).unwrap().parse::<usize>().unwrap()
        };
        // Other tests take some meanwhile, but not as much as this would be.
        let before = pages();
        let lines = allocate::<Line>(LARGE);
        let grown = pages().saturating_sub(before) * 4096;
        assert!(grown < LARGE * size_of::<Line>() / 2, "{grown}");
        // SAFETY: it came from `allocate` and goes nowhere else.
        unsafe { release(lines, LARGE) };
    }
}
