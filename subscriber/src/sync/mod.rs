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
    let Ok(layout) = Layout::array::<T>(count) else {
        unreachable!("tables are bounded far below the address space");
    };
    assert!(layout.size() > 0, "a table's slots have a size");
    // SAFETY: the layout's size is not zero.
    let memory = unsafe { alloc_zeroed(layout) }.cast::<T>();
    if memory.is_null() {
        handle_alloc_error(layout);
    }
    memory
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
    let Ok(layout) = Layout::array::<T>(count) else {
        unreachable!("it was allocated with this layout");
    };
    // SAFETY: by this function's contract; the values are atomics and need no
    // drop.
    unsafe { dealloc(memory.cast(), layout) }
}
