//! Unwinds by the compiler's tables: slow, but it needs no frame pointers.

use super::walk::{Frames, is_dispatch};

/// Adds the callers of the function whose frame `from` is in, which is one of
/// those that led here. If `from` is 0, first come some calls of the unwinder's
/// own.
pub(super) fn frames(frames: &mut Frames, from: usize) {
    // SAFETY: what is not synchronized is the look-up of symbols on Windows; the
    // unwinder itself may run on any number of threads at once.
    unsafe {
        backtrace::trace_unsynchronized(|frame| {
            let address = frame.ip().addr();
            // Of a frame this is where it ends.
            if frame.sp().addr() <= from || from != 0 && is_dispatch(address) {
                return true;
            }
            address != 0 && frames.push(address)
        });
    }
}
