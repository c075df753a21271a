//! The processor's own counter of time.

/// A counter that goes at one pace and the same on every core.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counter(());

#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
impl Counter {
    /// The time stamp counter, if the kernel tells the time by it: it has looked
    /// whether it goes at one pace, in all states of all cores, and keeps looking.
    pub(super) fn trusted() -> Option<Self> {
        const IN_USE: &str = "/sys/devices/system/clocksource/clocksource0/current_clocksource";
        let source = std::fs::read_to_string(IN_USE).ok()?;
        (source.trim_end() == "tsc").then_some(Counter(()))
    }

    /// What it says.
    #[inline]
    pub(super) fn ticks(self) -> u64 {
        // SAFETY: every x86_64 processor has the instruction, and a system that
        // does not allow it to programs does not use it to tell them the time.
        unsafe { std::arch::x86_64::_rdtsc() }
    }
}

#[cfg(not(all(target_arch = "x86_64", target_os = "linux")))]
impl Counter {
    /// Nobody here says whether there is one that can be trusted.
    pub(super) fn trusted() -> Option<Self> {
        None
    }

    /// What it says.
    pub(super) fn ticks(self) -> u64 {
        0
    }
}
