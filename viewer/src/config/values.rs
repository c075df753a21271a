//! Values of the file.

use std::ops::RangeInclusive;

use toml::de::DeValue;

use crate::rules::{Limit, Severity};
use crate::words::time::parse_duration;

/// What the value of `severity` says.
pub(super) enum SeverityValue {
    Off,
    Always(Severity),
}

/// Sets the threshold of a rule that has one of this kind; an error says what is
/// expected.
pub(super) fn set_threshold(limit: Limit<'_>, value: &DeValue<'_>) -> Result<(), String> {
    match limit {
        Limit::Time(time) => *time = text(value, "a duration, such as \"5s\"", parse_duration)?,
        Limit::Percent(percent) => {
            *percent = text(value, "a percentage, such as \"50%\"", parse_percent)?;
        }
        Limit::Bytes(bytes) => *bytes = size(value)?,
        Limit::Growth(tasks, _) => *tasks = number(value, "a number of tasks, such as 100")?,
    }
    Ok(())
}

/// Sets the window of a rule that has one; an error says what is expected.
pub(super) fn set_window(limit: Limit<'_>, value: &DeValue<'_>) -> Result<bool, String> {
    let Limit::Growth(_, window) = limit else {
        return Ok(false);
    };
    let expected = "a duration, such as \"1m\"";
    *window = text(value, expected, parse_duration)?;
    match window.is_zero() {
        true => Err(format!("expected {expected}")),
        false => Ok(true),
    }
}

pub(super) fn severity(value: &DeValue<'_>) -> Result<SeverityValue, String> {
    match value.as_str() {
        Some("off") => Ok(SeverityValue::Off),
        Some("warning") => Ok(SeverityValue::Always(Severity::Warning)),
        Some("error") => Ok(SeverityValue::Always(Severity::Error)),
        _ => Err("expected \"error\", \"warning\" or \"off\"".to_owned()),
    }
}

/// `41`, `"41"` or `"40-60"`.
pub(super) fn lines(value: &DeValue<'_>) -> Result<RangeInclusive<u32>, String> {
    let expected = "expected a line or a range of lines, such as 41 or \"40-60\"";
    let written = match value {
        DeValue::Integer(number) if number.radix() == 10 => number.as_str(),
        value => value.as_str().unwrap_or_default(),
    };
    let (first, last) = written.split_once('-').unwrap_or((written, written));
    let line = |text: &str| text.trim().parse::<u32>().ok().filter(|line| *line > 0);
    match (line(first), line(last)) {
        (Some(first), Some(last)) if first <= last => Ok(first..=last),
        _ => Err(expected.to_owned()),
    }
}

/// A text that is not empty.
pub(super) fn words(value: &DeValue<'_>) -> Result<String, String> {
    let words = value.as_str().map(str::trim).filter(|it| !it.is_empty());
    let words = words.ok_or("expected a text that is not empty")?;
    Ok(words.to_owned())
}

/// A date as TOML has it: `2026-12-31`.
pub(super) fn date(value: &DeValue<'_>) -> Result<String, String> {
    let date = value.as_datetime().filter(|it| it.time.is_none());
    let date = date.and_then(|it| it.date);
    let date = date.ok_or("expected a date without quotes, such as 2026-12-31")?;
    Ok(date.to_string())
}

fn text<T>(
    value: &DeValue<'_>,
    expected: &str,
    parse: impl Fn(&str) -> Result<T, String>,
) -> Result<T, String> {
    let parsed = value.as_str().and_then(|text| parse(text).ok());
    parsed.ok_or_else(|| format!("expected {expected}"))
}

fn number(value: &DeValue<'_>, expected: &str) -> Result<u64, String> {
    let number = value.as_integer().filter(|number| number.radix() == 10);
    let number = number.and_then(|number| number.as_str().replace('_', "").parse().ok());
    number.ok_or_else(|| format!("expected {expected}"))
}

fn parse_percent(text: &str) -> Result<u8, String> {
    let number = text.strip_suffix('%').ok_or("no percent sign")?.trim();
    let number = number.parse().ok().filter(|number| *number <= 100);
    number.ok_or_else(|| "not a percentage".to_owned())
}

/// A number of bytes, or a text with a unit.
fn size(value: &DeValue<'_>) -> Result<u64, String> {
    let expected = "a size, such as \"8KiB\", or a number of bytes";
    let Some(text) = value.as_str() else {
        return number(value, expected);
    };
    let (number, unit) = match (text.strip_suffix("KiB"), text.strip_suffix("MiB")) {
        (Some(number), _) => (number, 1 << 10),
        (_, Some(number)) => (number, 1 << 20),
        _ => (text.strip_suffix('B').unwrap_or(text), 1_u64),
    };
    let number = number.trim().parse::<u64>().ok();
    let bytes = number.and_then(|number| number.checked_mul(unit));
    bytes.ok_or_else(|| format!("expected {expected}"))
}
