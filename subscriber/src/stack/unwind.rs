//! Unwinds by the compiler's tables: slow, but it needs no frame pointers.

use super::walk::{Frames, is_dispatch};

/// Adds the callers of the function whose frame `from` is in, which is one of
/// those that led here. If `from` is 0, first come some calls of the unwinder's
/// own. The last is the first whose stack begins beyond `limit`.
pub(super) fn frames(frames: &mut Frames, from: usize, limit: usize) {
    // SAFETY: what is not synchronized is the look-up of symbols on Windows; the
    // unwinder itself may run on any number of threads at once.
    unsafe {
        backtrace::trace_unsynchronized(|frame| {
            let address = frame.ip().addr();
            // Of a frame this is where it ends.
            let end = frame.sp().addr();
            if end <= from || from != 0 && is_dispatch(address) {
                return true;
            }
            address != 0 && frames.push(address) && end <= limit
        });
    }
}
