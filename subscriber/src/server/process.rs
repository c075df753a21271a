//! What the operating system says about this process.

use std::sync::OnceLock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Figures that change.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Figures {
    /// Resident memory; 0 where the platform does not say.
    pub(super) resident_bytes: u64,
    /// Processor time of all threads, user and system.
    pub(super) cpu: Duration,
    /// 0 where the platform does not say.
    pub(super) threads: u32,
}

/// What the process uses now.
pub(super) fn figures() -> Figures {
    let (resident_bytes, threads) = platform::memory_and_threads();
    Figures {
        resident_bytes,
        cpu: platform::cpu(),
        threads,
    }
}

/// The file name of the executable.
pub(super) fn name() -> String {
    std::env::current_exe()
        .ok()
        .and_then(|path| Some(path.file_name()?.to_string_lossy().into_owned()))
        .unwrap_or_default()
}

/// The name of this host; empty where the platform does not say.
pub(super) fn host() -> String {
    platform::host()
}

/// When the process started, in nanoseconds since 1970; 0 where the platform
/// does not say.
///
/// It is reckoned once, for the system tells its age in hundredths of a second, and
/// its clock may be set: nobody is to be told another time than the one before.
pub(super) fn started_unix_nanos() -> u64 {
    static STARTED: OnceLock<u64> = OnceLock::new();
    *STARTED.get_or_init(|| {
        let nanos = platform::age()
            .and_then(|age| SystemTime::now().checked_sub(age))
            .and_then(|start| start.duration_since(UNIX_EPOCH).ok())
            .map(|start| start.as_nanos());
        nanos.map_or(0, |nanos| u64::try_from(nanos).unwrap_or(0))
    })
}

#[cfg(unix)]
mod platform {
    use std::time::Duration;

    /// `getrusage(2)`.
    pub(super) fn cpu() -> Duration {
        let mut usage = std::mem::MaybeUninit::<libc::rusage>::zeroed();
        // SAFETY: the pointer is to memory of the right size and type.
        if unsafe { libc::getrusage(libc::RUSAGE_SELF, usage.as_mut_ptr()) } != 0 {
            return Duration::ZERO;
        }
        // SAFETY: all zero is a valid `rusage`, and the call filled it.
        let usage = unsafe { usage.assume_init() };
        let time = |time: libc::timeval| {
            Duration::from_secs(u64::try_from(time.tv_sec).unwrap_or(0))
                + Duration::from_micros(u64::try_from(time.tv_usec).unwrap_or(0))
        };
        time(usage.ru_utime) + time(usage.ru_stime)
    }

    /// `gethostname(2)`.
    pub(super) fn host() -> String {
        let mut bytes = [0_u8; 256];
        // SAFETY: the pointer and length are those of `bytes`; the last byte is
        // kept out, so the text ends in a zero even if it is cut.
        let result = unsafe { libc::gethostname(bytes.as_mut_ptr().cast(), bytes.len() - 1) };
        if result != 0 {
            return String::new();
        }
        let length = bytes.iter().position(|byte| *byte == 0).unwrap_or(0);
        String::from_utf8_lossy(&bytes[..length]).into_owned()
    }

    /// `/proc/self/statm` and `/proc/self/stat`, where there is a `/proc`.
    pub(super) fn memory_and_threads() -> (u64, u32) {
        let pages = std::fs::read_to_string("/proc/self/statm")
            .ok()
            .and_then(|text| text.split(' ').nth(1)?.parse::<u64>().ok());
        // SAFETY: asks for a number.
        let page = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
        let resident = pages.unwrap_or(0) * u64::try_from(page).unwrap_or(0);
        let threads = stat_field(20).and_then(|field| field.parse().ok());
        (resident, threads.unwrap_or(0))
    }

    /// How long the process has run: its start and the time now, both since boot.
    pub(super) fn age() -> Option<Duration> {
        let start: u64 = stat_field(22)?.parse().ok()?;
        // SAFETY: asks for a number.
        let ticks = u64::try_from(unsafe { libc::sysconf(libc::_SC_CLK_TCK) }).ok()?;
        let start = Duration::from_secs_f64(start as f64 / ticks.max(1) as f64);
        let uptime = std::fs::read_to_string("/proc/uptime").ok()?;
        let uptime: f64 = uptime.split(' ').next()?.parse().ok()?;
        Duration::try_from_secs_f64(uptime).ok()?.checked_sub(start)
    }

    /// A field of `/proc/self/stat`, counted from 1 as proc(5) does. The second
    /// is a name in brackets that may hold anything.
    fn stat_field(number: usize) -> Option<String> {
        let text = std::fs::read_to_string("/proc/self/stat").ok()?;
        let (_, rest) = text.rsplit_once(") ")?;
        rest.split(' ')
            .nth(number.checked_sub(3)?)
            .map(str::to_owned)
    }
}

#[cfg(not(unix))]
mod platform {
    use std::time::Duration;

    pub(super) fn cpu() -> Duration {
        Duration::ZERO
    }

    pub(super) fn host() -> String {
        std::env::var("COMPUTERNAME").unwrap_or_default()
    }

    pub(super) fn memory_and_threads() -> (u64, u32) {
        (0, 0)
    }

    pub(super) fn age() -> Option<Duration> {
        None
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_figures_are_those_of_this_process() {
        let figures = figures();
        assert!(figures.resident_bytes > 500_000, "{figures:?}");
        assert!(figures.threads >= 1);
        assert!(!host().is_empty());
        assert!(name().starts_with("taskmon_subscriber"));
        let age = SystemTime::now()
            .duration_since(UNIX_EPOCH + Duration::from_nanos(started_unix_nanos()))
            .unwrap();
        assert!(age < Duration::from_secs(3_600), "{age:?}");
    }

    #[test]
    fn everyone_is_told_the_same_start() {
        let told = started_unix_nanos();
        let begun = std::time::Instant::now();
        // Longer than the system takes from one tick to the next.
        while begun.elapsed() < Duration::from_millis(20) {
            assert_eq!(started_unix_nanos(), told);
        }
    }
}
