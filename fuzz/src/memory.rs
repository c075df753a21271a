//! Counts memory.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

/// The system's allocator, which knows how much is taken by all threads, and how much
/// that was at most.
#[derive(Debug)]
pub struct Counting;

static TAKEN: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

/// More than this is given to nobody, so that what would fill the machine ends the
/// process.
const LARGEST: usize = 4 << 30;

fn add(bytes: usize) -> bool {
    let taken = TAKEN.fetch_add(bytes, Ordering::Relaxed) + bytes;
    PEAK.fetch_max(taken, Ordering::Relaxed);
    taken <= LARGEST
}

// SAFETY: hands everything to the system's allocator, unchanged, or fails.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if !add(layout.size()) {
            return std::ptr::null_mut();
        }
        // SAFETY: by the contract of this very function.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        TAKEN.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: by the contract of this very function.
        unsafe { System.dealloc(memory, layout) }
    }
}

/// What `run` gives, and by how many bytes more than before was taken at most meanwhile,
/// by any thread.
pub fn during<T>(run: impl FnOnce() -> T) -> (T, usize) {
    let before = TAKEN.load(Ordering::Relaxed);
    PEAK.store(before, Ordering::Relaxed);
    let given = run();
    let peak = PEAK.load(Ordering::Relaxed);
    (given, peak.saturating_sub(before))
}
