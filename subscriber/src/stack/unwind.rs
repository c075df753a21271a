//! Unwinds by the compiler's tables: slow, but it needs no frame pointers.

use super::walk::Frames;

/// Adds the frames of this thread: first some of the unwinder's own, then the
/// calls that led here.
pub(super) fn frames(frames: &mut Frames) {
    // SAFETY: what is not synchronized is the look-up of symbols on Windows; the
    // unwinder itself may run on any number of threads at once.
    unsafe {
        backtrace::trace_unsynchronized(|frame| {
            let address = frame.ip().addr();
            address != 0 && frames.push(address)
        });
    }
}
