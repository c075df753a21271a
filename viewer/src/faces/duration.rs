//! Durations for people.

use std::time::Duration;

/// A duration in at most seven characters, two units at most: `5m12s`, `3.2s`,
/// `870ms`, `45µs`.
pub fn human(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let two =
        |large: u64, unit, small: u64, small_unit| format!("{large}{unit}{small:02}{small_unit}");
    match seconds {
        86_400.. => two(seconds / 86_400, 'd', seconds % 86_400 / 3_600, 'h'),
        3_600.. => two(seconds / 3_600, 'h', seconds % 3_600 / 60, 'm'),
        60.. => two(seconds / 60, 'm', seconds % 60, 's'),
        10.. => format!("{seconds}s"),
        1.. => format!("{seconds}.{}s", duration.subsec_millis() / 100),
        0 => match duration.subsec_nanos() {
            nanos @ 1_000_000.. => format!("{}ms", nanos / 1_000_000),
            nanos @ 1_000.. => format!("{}µs", nanos / 1_000),
            nanos => format!("{nanos}ns"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_has_the_units_that_matter() {
        for (nanos, text) in [
            (0, "0ns"),
            (45_600, "45µs"),
            (870_999_999, "870ms"),
            (3_299_000_000, "3.2s"),
            (59_900_000_000, "59s"),
            (312_000_000_000, "5m12s"),
            (3_600_000_000_000, "1h00m"),
            (90_000_000_000_000, "1d01h"),
        ] {
            assert_eq!(human(Duration::from_nanos(nanos)), text);
        }
    }
}
