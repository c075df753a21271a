//! Durations for people.

use std::time::Duration;

const MICRO: u64 = 1_000;
const MILLI: u64 = 1_000 * MICRO;
const SECOND: u64 = 1_000 * MILLI;

/// `duration` in at most six characters that a person reads at a glance: two
/// units or two digits, never more: `0`, `870ns`, `45µs`, `3.2ms`, `870ms`,
/// `3.2s`, `42s`, `5m12s`, `2h05m`, `3d04h`, `412d`.
///
/// Cut, never rounded up: what has waited for `4.99s` has not waited for 5.
pub fn human(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if seconds < 60 {
        // Less than a minute of nanoseconds fits.
        let nanos = seconds * SECOND + u64::from(duration.subsec_nanos());
        return match nanos {
            0 => "0".to_owned(),
            1..MICRO => format!("{nanos}ns"),
            MICRO..MILLI => scaled(nanos, MICRO, "µs"),
            MILLI..SECOND => scaled(nanos, MILLI, "ms"),
            _ => scaled(nanos, SECOND, "s"),
        };
    }
    let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
    match hours {
        0 => format!("{minutes}m{:02}s", seconds % 60),
        1..24 => format!("{hours}h{:02}m", minutes % 60),
        24..2_400 => format!("{days}d{:02}h", hours % 24),
        _ => format!("{days}d"),
    }
}

/// `duration` whole, as a person would write it into a configuration: `1m 30s`,
/// `100ms`.
pub fn exact(duration: Duration) -> String {
    humantime::format_duration(duration).to_string()
}

/// The same as [`human`], padded on the left to `width` characters, for a column.
pub fn human_aligned(duration: Duration, width: usize) -> String {
    format!("{:>width$}", human(duration))
}

/// One decimal below 10, none above.
fn scaled(nanos: u64, unit: u64, name: &str) -> String {
    let (whole, tenth) = (nanos / unit, nanos % unit / (unit / 10));
    if whole < 10 && tenth > 0 {
        format!("{whole}.{tenth}{name}")
    } else {
        format!("{whole}{name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nanos(nanos: u64) -> String {
        human(Duration::from_nanos(nanos))
    }

    fn seconds(seconds: u64) -> String {
        human(Duration::from_secs(seconds))
    }

    #[test]
    fn below_a_minute_the_unit_fits_the_size() {
        assert_eq!(nanos(0), "0");
        assert_eq!(nanos(870), "870ns");
        assert_eq!(nanos(45_300), "45µs");
        assert_eq!(nanos(1_000), "1µs");
        assert_eq!(nanos(3_250_000), "3.2ms");
        assert_eq!(nanos(870_000_000), "870ms");
        assert_eq!(nanos(3_200_000_000), "3.2s");
        assert_eq!(seconds(42), "42s");
    }

    #[test]
    fn above_a_minute_two_units_are_shown() {
        assert_eq!(seconds(60), "1m00s");
        assert_eq!(seconds(312), "5m12s");
        assert_eq!(seconds(2 * 3_600 + 5 * 60), "2h05m");
        assert_eq!(seconds(3 * 86_400 + 4 * 3_600), "3d04h");
        assert_eq!(seconds(412 * 86_400), "412d");
    }

    #[test]
    fn a_duration_is_cut_and_not_rounded_up() {
        assert_eq!(nanos(4_999_999_999), "4.9s");
        assert_eq!(nanos(59_999_999_999), "59s");
        assert_eq!(nanos(999_999), "999µs");
    }

    #[test]
    fn the_longest_of_all_durations_is_shown_too() {
        assert_eq!(human(Duration::MAX), "213503982334601d");
    }

    #[test]
    fn a_column_of_durations_is_aligned_by_characters() {
        assert_eq!(human_aligned(Duration::from_micros(45), 6), "  45µs");
        assert_eq!(human_aligned(Duration::from_secs(312), 6), " 5m12s");
    }
}
