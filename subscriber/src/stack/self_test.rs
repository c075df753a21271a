//! Whether this program was built with frame pointers.

use super::thread_stack::ThreadStack;
use super::unwind;
use super::walk::{Frames, frame_pointer};

/// Calls that are made for the test.
const CALLS: usize = 4;

/// At most as many calls of its own does the unwinder begin with.
const OWN: usize = 24;

/// Walks a few calls by their frame pointers and by the unwinder's tables: they
/// must agree. Nothing that a register may hold in their stead can make this
/// crash: what is not on the stack is not read.
pub(super) fn frame_pointers_work() -> bool {
    if !cfg!(any(target_arch = "x86_64", target_arch = "aarch64")) {
        return false;
    }
    called(CALLS)
}

/// The code under test has been compiled as the program's other code has.
#[inline(never)]
fn called(more: usize) -> bool {
    if more > 0 {
        // Not a tail call, which would leave no frame.
        return std::hint::black_box(called(std::hint::black_box(more - 1)));
    }
    let here = frame_pointer();
    let Some(stack) = ThreadStack::around(here) else {
        return false;
    };
    let mut walked = Frames::new();
    walked.walk(here, stack, here, stack.high);
    let mut unwound = Frames::new();
    unwind::frames(&mut unwound, 0, usize::MAX);
    let Some(walked) = walked.addresses().get(..=CALLS) else {
        return false;
    };
    // The first that were unwound are the unwinder's own.
    let mut unwound = unwound.addresses().windows(walked.len()).take(OWN);
    unwound.any(|calls| calls == walked)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The repository's own configuration asks for them.
    #[test]
    #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
    fn this_program_has_frame_pointers() {
        assert!(frame_pointers_work());
    }
}
