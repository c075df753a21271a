//! What the system says of this process.

use std::fs;
use std::time::Duration;

/// Resident memory; 0 where there is no `/proc/self/statm`.
pub fn resident_bytes() -> u64 {
    let pages = fs::read_to_string("/proc/self/statm")
        .ok()
        .and_then(|text| text.split(' ').nth(1)?.parse::<u64>().ok());
    pages.unwrap_or(0) * page_bytes()
}

fn page_bytes() -> u64 {
    // SAFETY: asks for a constant.
    let bytes = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    bytes.try_into().unwrap_or(4_096)
}

/// What threads have done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Activity {
    /// Their time on a processor.
    pub cpu: Duration,
    /// How often they went to sleep, which is how often they woke up but for the
    /// first: voluntary context switches.
    pub sleeps: u64,
}

/// What all threads but the one that asks have done, as Linux tells in
/// `/proc/self/task`. `None` elsewhere.
pub fn others() -> Option<Activity> {
    // SAFETY: has no conditions, and always succeeds.
    let own = unsafe { libc::gettid() }.to_string();
    let mut all = Activity::default();
    for thread in fs::read_dir("/proc/self/task").ok()? {
        let thread = thread.ok()?;
        if thread.file_name().to_str() != Some(&own) {
            // It may have ended since.
            let folder = thread.path();
            all.sleeps += sleeps(&fs::read_to_string(folder.join("status")).unwrap_or_default());
            all.cpu += cpu(&fs::read_to_string(folder.join("schedstat")).unwrap_or_default());
        }
    }
    Some(all)
}

/// From a thread's `status`.
pub fn sleeps(status: &str) -> u64 {
    let lines = status.lines();
    lines
        .filter_map(|line| line.strip_prefix("voluntary_ctxt_switches:"))
        .filter_map(|count| count.trim().parse::<u64>().ok())
        .sum()
}

/// From a thread's `schedstat`: its first number is nanoseconds on a processor.
fn cpu(schedstat: &str) -> Duration {
    let nanos = schedstat.split(' ').next().and_then(|it| it.parse().ok());
    Duration::from_nanos(nanos.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_switches_that_a_thread_wanted_are_sleeps() {
        let status = "Name:\tx\nvoluntary_ctxt_switches:\t17\nnonvoluntary_ctxt_switches:\t4\n";
        assert_eq!(sleeps(status), 17);
        assert_eq!(sleeps(""), 0);
    }

    #[test]
    fn time_on_a_processor_is_the_first_number() {
        assert_eq!(cpu("1500 20 3\n"), Duration::from_nanos(1_500));
        assert_eq!(cpu(""), Duration::ZERO);
    }
}
