//! Times of day for people and programs, and durations from people.

use std::time::{Duration, SystemTime};

/// `time` as RFC 3339 has it, in UTC, to the millisecond:
/// `2026-03-01T12:34:56.789Z`. Times before 1970 and after 9999, which no program
/// that can be looked at has, are shown as the first and the last that there are.
pub fn rfc3339(time: SystemTime) -> String {
    const LAST: Duration = Duration::from_secs(253_402_300_799);
    let since_epoch = time.duration_since(SystemTime::UNIX_EPOCH);
    let since_epoch = since_epoch.unwrap_or_default().min(LAST);
    humantime::format_rfc3339_millis(SystemTime::UNIX_EPOCH + since_epoch).to_string()
}

/// Reads `30s`, `500ms`, `2m`, `1h 30m`.
///
/// # Errors
///
/// A sentence that says what is expected.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    const LONGEST: Duration = Duration::from_secs(366 * 86_400);
    let duration = humantime::parse_duration(text)
        .map_err(|_| "expected a number and a unit, such as 500ms, 30s, 2m or 1h".to_owned())?;
    if duration > LONGEST {
        return Err("that is longer than a year".to_owned());
    }
    Ok(duration)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_shown_in_utc_with_milliseconds() {
        let time = SystemTime::UNIX_EPOCH + Duration::from_millis(1_772_368_496_789);
        assert_eq!(rfc3339(time), "2026-03-01T12:34:56.789Z");
    }

    #[test]
    fn a_time_that_has_no_text_is_the_nearest_that_has() {
        let before = SystemTime::UNIX_EPOCH - Duration::from_secs(1);
        assert_eq!(rfc3339(before), "1970-01-01T00:00:00.000Z");
        let after = SystemTime::UNIX_EPOCH + Duration::from_secs(300_000_000_000);
        assert_eq!(rfc3339(after), "9999-12-31T23:59:59.000Z");
    }

    #[test]
    fn a_duration_needs_a_unit_and_an_end() {
        assert_eq!(parse_duration("30s"), Ok(Duration::from_secs(30)));
        assert_eq!(parse_duration("500ms"), Ok(Duration::from_millis(500)));
        for text in ["30", "", "s", "-1s", "400days", "99999999999999999999s"] {
            assert!(parse_duration(text).is_err(), "{text}");
        }
    }
}
