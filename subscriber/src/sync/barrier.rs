//! Barriers of which one side costs nothing.
//!
//! Who writes a slot and then looks whether that is noted already, and who clears the
//! note and then reads the slot, each need a full barrier between their two steps, or
//! a change is missed. The first happens on every poll, the second a few times a
//! second at most, so the second pays for both: it has the kernel run a barrier on
//! every processor that runs a thread of this program (`membarrier(2)`, "expedited").
//! Where there is no such call, both sides run their own.

use std::sync::atomic::{AtomicBool, Ordering, compiler_fence, fence};

/// Whether [`heavy_barrier`] acts on all threads.
static HEAVY_IS_FOR_ALL: AtomicBool = AtomicBool::new(false);

/// To be called once before there is anything to order; again does no harm.
pub(crate) fn prepare_barriers() {
    if membarrier::register() {
        // A thread that does not see this yet runs its own, which is never wrong.
        HEAVY_IS_FOR_ALL.store(true, Ordering::SeqCst);
    }
}

/// What the calling thread wrote before is seen by whoever runs a [`heavy_barrier`]
/// from now on, or else what it reads afterwards is what they wrote before theirs.
#[inline]
pub(crate) fn light_barrier() {
    if HEAVY_IS_FOR_ALL.load(Ordering::Relaxed) {
        compiler_fence(Ordering::SeqCst);
    } else {
        fence(Ordering::SeqCst);
    }
}

/// The other side of [`light_barrier`]. False if it could not be run this time: the
/// program has forbidden the call to itself meanwhile. From then on all is done
/// without it, but what threads wrote until now may be seen only a moment later.
#[must_use]
pub(crate) fn heavy_barrier() -> bool {
    fence(Ordering::SeqCst);
    if !HEAVY_IS_FOR_ALL.load(Ordering::SeqCst) || membarrier::run() {
        return true;
    }
    HEAVY_IS_FOR_ALL.store(false, Ordering::SeqCst);
    false
}

/// The system's call, where there is one.
#[cfg(target_os = "linux")]
mod membarrier {
    /// `MEMBARRIER_CMD_PRIVATE_EXPEDITED`, since Linux 4.14.
    const EXPEDITED: libc::c_int = 1 << 3;
    /// `MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED`. Holds for a forked child too.
    const REGISTER_EXPEDITED: libc::c_int = 1 << 4;

    fn call(command: libc::c_int) -> bool {
        // SAFETY: takes no pointer; an unknown command is refused.
        unsafe { libc::syscall(libc::SYS_membarrier, command, 0, 0) == 0 }
    }

    pub(super) fn register() -> bool {
        call(REGISTER_EXPEDITED)
    }

    pub(super) fn run() -> bool {
        call(EXPEDITED)
    }
}

#[cfg(not(target_os = "linux"))]
mod membarrier {
    pub(super) fn register() -> bool {
        false
    }

    pub(super) fn run() -> bool {
        false
    }
}
