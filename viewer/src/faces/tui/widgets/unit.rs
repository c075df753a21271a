//! Values as people read them.

use std::time::Duration;

use crate::words::duration::human;

/// What a value is a number of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Things.
    Count,
    /// Things in each second.
    PerSecond,
    /// Bytes.
    Bytes,
    /// A share, of which 1 is all there is. It can be more, as of processors.
    Share,
    /// Nanoseconds.
    Nanos,
}

impl Unit {
    /// `value` in a few characters: `12`, `3.4k/s`, `12.3 MB`, `45%`, `3.2ms`. Values
    /// that are no numbers are `-`.
    pub fn text(self, value: f64) -> String {
        if !value.is_finite() {
            return "-".to_owned();
        }
        match self {
            Unit::Count => scaled(value, ["", "k", "M", "G", "T"]),
            Unit::PerSecond => scaled(value, ["/s", "k/s", "M/s", "G/s", "T/s"]),
            Unit::Bytes => scaled(value, [" B", " kB", " MB", " GB", " TB"]),
            Unit::Share if value.abs() < 1e4 => format!("{:.0}%", value * 100.0),
            Unit::Share => scaled(value * 100.0, ["%", "k%", "M%", "G%", "T%"]),
            // A float that does not fit becomes the most that does.
            Unit::Nanos => human(Duration::from_nanos(value as u64)),
        }
    }
}

/// With one digit after the point if there is but one before it.
fn scaled(value: f64, names: [&str; 5]) -> String {
    let mut rest = value;
    for name in names {
        if rest.abs() < 999.5 {
            let digits = usize::from(rest.abs() < 9.95 && (rest - rest.round()).abs() >= 0.05);
            return format!("{rest:.digits$}{name}");
        }
        rest /= 1e3;
    }
    format!("{value:.0e}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_told_in_its_unit() {
        for (unit, value, text) in [
            (Unit::Count, 0.0, "0"),
            (Unit::Count, 7.0, "7"),
            (Unit::Count, 999.0, "999"),
            (Unit::Count, 999.9, "1k"),
            (Unit::Count, 1_234.0, "1.2k"),
            (Unit::Count, 1_000_000.0, "1M"),
            (Unit::PerSecond, 0.04, "0/s"),
            (Unit::PerSecond, 0.25, "0.2/s"),
            (Unit::PerSecond, 12_345.0, "12k/s"),
            (Unit::Bytes, 96_700_000.0, "97 MB"),
            (Unit::Share, 0.456, "46%"),
            (Unit::Share, 3.0, "300%"),
            (Unit::Nanos, 3_200_000.0, "3.2ms"),
        ] {
            assert_eq!(unit.text(value), text, "{value}");
        }
    }

    #[test]
    fn no_value_is_too_odd_or_too_long() {
        let units = [
            Unit::Count,
            Unit::PerSecond,
            Unit::Bytes,
            Unit::Share,
            Unit::Nanos,
        ];
        for unit in units {
            for value in super::super::testing::ODD.into_iter().flatten() {
                let text = unit.text(value);
                assert!((1..=8).contains(&text.len()), "{value}: {text}");
            }
        }
    }
}
