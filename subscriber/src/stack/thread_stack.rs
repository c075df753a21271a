//! Where the stack of a thread is.

use std::cell::Cell;

/// The part of memory that is the calling thread's stack.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ThreadStack {
    low: usize,
    /// One past its last byte.
    pub(crate) high: usize,
}

thread_local! {
    static BOUNDS: Cell<Option<ThreadStack>> = const { Cell::new(None) };
}

impl ThreadStack {
    /// The calling thread's, if `address` is in it: a program may run its futures
    /// on stacks of its own making.
    #[inline]
    pub(crate) fn around(address: usize) -> Option<Self> {
        let bounds = match BOUNDS.get() {
            Some(bounds) => bounds,
            None => look()?,
        };
        (bounds.low <= address && address < bounds.high).then_some(bounds)
    }

    /// Whether there are two words at `address`, wholly within the stack.
    #[inline]
    pub(crate) fn has_pair_at(self, address: usize) -> bool {
        address.is_multiple_of(align_of::<usize>())
            && address >= self.low
            && address <= self.high - 2 * size_of::<usize>()
    }
}

#[cold]
fn look() -> Option<ThreadStack> {
    // Nothing of it when the system does not say, but asked once a thread.
    let bounds = bounds().unwrap_or(ThreadStack { low: 0, high: 0 });
    BOUNDS.set(Some(bounds));
    Some(bounds)
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn bounds() -> Option<ThreadStack> {
    let mut attributes = std::mem::MaybeUninit::<libc::pthread_attr_t>::uninit();
    // SAFETY: the pointer is to memory of the right size; the call fills it, or
    // fails.
    if unsafe { libc::pthread_getattr_np(libc::pthread_self(), attributes.as_mut_ptr()) } != 0 {
        return None;
    }
    let (mut low, mut size) = (std::ptr::null_mut(), 0);
    // SAFETY: the attributes were filled above.
    let got = unsafe { libc::pthread_attr_getstack(attributes.as_ptr(), &mut low, &mut size) };
    // SAFETY: likewise, and they are not used again.
    unsafe { libc::pthread_attr_destroy(attributes.as_mut_ptr()) };
    let low = low.addr();
    let high = low.checked_add(size)?;
    (got == 0 && size > 4 * size_of::<usize>()).then_some(ThreadStack { low, high })
}

#[cfg(target_vendor = "apple")]
fn bounds() -> Option<ThreadStack> {
    // SAFETY: asks for two numbers of the calling thread.
    let (high, size) = unsafe {
        let thread = libc::pthread_self();
        (
            libc::pthread_get_stackaddr_np(thread).addr(),
            libc::pthread_get_stacksize_np(thread),
        )
    };
    let low = high.checked_sub(size)?;
    (size > 4 * size_of::<usize>()).then_some(ThreadStack { low, high })
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn bounds() -> Option<ThreadStack> {
    None
}

#[cfg(all(test, any(target_os = "linux", target_vendor = "apple")))]
mod tests {
    use super::*;

    #[test]
    fn a_local_is_on_the_stack_of_its_thread_and_of_no_other() {
        let local = 0_u8;
        let here = (&raw const local).addr();
        assert!(ThreadStack::around(here).is_some());
        std::thread::scope(|scope| {
            scope.spawn(|| assert!(ThreadStack::around(here).is_none()));
        });
        let boxed = Box::new(0_u8);
        assert!(ThreadStack::around((&raw const *boxed).addr()).is_none());
    }

    #[test]
    fn the_main_threads_stack_is_known_too() {
        // Rust's harness runs tests on threads of its own, but with one test
        // thread on the main one; either way the bounds hold what is there.
        let bounds = bounds().unwrap();
        assert!(bounds.high - bounds.low >= 64 * 1024, "{bounds:?}");
    }
}
