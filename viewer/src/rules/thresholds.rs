//! When the rules raise an alert.

use std::fmt;
use std::time::Duration;

use crate::words::duration::exact;

/// When the rules raise an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thresholds {
    /// `send-stall`: how long a channel send may be pending.
    pub send: Duration,
    /// `lock-stall`: how long a lock may be waited for.
    pub lock: Duration,
    /// `busy-poll`: how long one poll may last.
    pub poll: Duration,
    /// `never-yielded`: how long the first poll of a task may last.
    pub first_poll: Duration,
    /// `starved`: how long a task that could run may wait for a worker while none
    /// begins a poll; ten times as long while they do.
    pub scheduled: Duration,
    /// `self-wake`: how many of a hundred wakes may come from the task itself.
    pub self_wakes: u8,
    /// `task-growth`: how many more tasks of one spawn site there may be...
    pub growth_tasks: u64,
    /// ...after so long without ever becoming fewer.
    pub growth_window: Duration,
    /// `large-future`: how many bytes a future may have that is not boxed.
    pub future_bytes: u64,
    /// `boxed-future`: how many bytes a future may have that the runtime boxed.
    pub boxed_bytes: u64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Thresholds {
            send: Duration::from_secs(5),
            lock: Duration::from_secs(5),
            poll: Duration::from_millis(100),
            first_poll: Duration::from_secs(1),
            scheduled: Duration::from_millis(100),
            self_wakes: 50,
            growth_tasks: 100,
            growth_window: Duration::from_secs(60),
            future_bytes: 8 << 10,
            boxed_bytes: 16 << 10,
        }
    }
}

/// The threshold of one rule, to be read or changed.
#[derive(Debug, PartialEq, Eq)]
pub enum Limit<'a> {
    /// How long something may last.
    Time(&'a mut Duration),
    /// How much of something there may be, of a hundred.
    Percent(&'a mut u8),
    /// How large something may be.
    Bytes(&'a mut u64),
    /// How many more there may be after some time.
    Growth(&'a mut u64, &'a mut Duration),
}

/// `5s`, `50%`, `8 KiB`, `100 more tasks in 1m`.
impl fmt::Display for Limit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Limit::Time(time) => f.write_str(&exact(**time)),
            Limit::Percent(percent) => write!(f, "{percent}%"),
            Limit::Bytes(bytes) => f.write_str(&bytes_text(**bytes)),
            Limit::Growth(tasks, window) => {
                write!(f, "{tasks} more tasks in {}", exact(**window))
            }
        }
    }
}

/// `8 KiB`, or `1000 bytes` if it is not a whole number of larger units.
pub(super) fn bytes_text(bytes: u64) -> String {
    const KIB: u64 = 1 << 10;
    const MIB: u64 = 1 << 20;
    match bytes {
        MIB.. if bytes.is_multiple_of(MIB) => format!("{} MiB", bytes / MIB),
        KIB.. if bytes.is_multiple_of(KIB) => format!("{} KiB", bytes / KIB),
        _ => format!("{bytes} bytes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_said_with_its_unit() {
        let mut window = Duration::from_secs(90);
        assert_eq!(Limit::Time(&mut window.clone()).to_string(), "1m 30s");
        assert_eq!(Limit::Percent(&mut 50).to_string(), "50%");
        assert_eq!(Limit::Bytes(&mut (8 << 10)).to_string(), "8 KiB");
        assert_eq!(Limit::Bytes(&mut 8_000).to_string(), "8000 bytes");
        assert_eq!(
            Limit::Growth(&mut 100, &mut window).to_string(),
            "100 more tasks in 1m 30s"
        );
    }
}
