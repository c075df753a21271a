//! What Linux says of a process.

use std::fs;
use std::time::Duration;

use super::Outcome;

/// Memory of a process, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// What is resident now.
    pub resident: u64,
    /// The most that ever was.
    pub peak: u64,
}

/// The memory of process `pid`.
///
/// # Errors
///
/// If there is no such process, or this is not Linux.
pub fn memory(pid: u32) -> Outcome<Memory> {
    let path = format!("/proc/{pid}/status");
    let status = fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
    let field = |name: &str| -> Outcome<u64> {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let value = line.and_then(|line| line.split_whitespace().next());
        let kibibytes: u64 = value.ok_or(format!("{path} has no {name}"))?.parse()?;
        Ok(1_024 * kibibytes)
    };
    Ok(Memory {
        resident: field("VmRSS:")?,
        peak: field("VmHWM:")?,
    })
}

/// Processor time of all threads of process `pid` that are alive, to the nanosecond.
///
/// # Errors
///
/// As [`memory`].
pub fn cpu(pid: u32) -> Outcome<Duration> {
    let path = format!("/proc/{pid}/task");
    let threads = fs::read_dir(&path).map_err(|error| format!("{path}: {error}"))?;
    let mut nanos = 0;
    for thread in threads {
        // A thread may end meanwhile.
        let Ok(times) = fs::read_to_string(thread?.path().join("schedstat")) else {
            continue;
        };
        let running: u64 = times.split_whitespace().next().unwrap_or("0").parse()?;
        nanos += running;
    }
    Ok(Duration::from_nanos(nanos))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_process_has_memory_and_has_run() {
        let (pid, begun) = (std::process::id(), cpu(std::process::id()).unwrap());
        let memory = memory(pid).unwrap();
        assert!(0 < memory.resident && memory.resident <= memory.peak);
        while cpu(pid).unwrap() <= begun {
            std::hint::black_box(0);
        }
        assert!(super::memory(u32::MAX).is_err());
    }
}
