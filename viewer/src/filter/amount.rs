//! Numbers, times and sizes, and how they are compared.

use std::fmt;
use std::time::Duration;

use super::Holds;
use crate::words::time::parse_duration;

/// How a number is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is its own sign")]
pub enum Operator {
    AtLeast,
    AtMost,
    Over,
    Under,
    Is,
}

impl Operator {
    /// The longer signs before those that begin them.
    const ALL: [Operator; 5] = [
        Operator::AtLeast,
        Operator::AtMost,
        Operator::Over,
        Operator::Under,
        Operator::Is,
    ];

    /// Its sign: `>=`.
    pub fn as_str(self) -> &'static str {
        match self {
            Operator::AtLeast => ">=",
            Operator::AtMost => "<=",
            Operator::Over => ">",
            Operator::Under => "<",
            Operator::Is => "=",
        }
    }

    /// The one that `text` begins with.
    pub(super) fn at_start_of(text: &str) -> Option<Operator> {
        let mut all = Operator::ALL.into_iter();
        all.find(|operator| text.starts_with(operator.as_str()))
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a number is held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Comparison {
    operator: Operator,
    /// Nanoseconds, bytes, or a count.
    amount: u64,
    /// What is less than this further is still the same: `=30s` is 30.7 s too.
    grain: u64,
}

impl Comparison {
    /// Reads an amount of what a field holds; `None` if it is none. Without an
    /// operator, a time is the least there must be, and a number is itself.
    pub(super) fn read(holds: Holds, operator: Option<Operator>, text: &str) -> Option<Self> {
        let (amount, grain, usual) = match holds {
            Holds::Duration => {
                let nanos = nanos(text)?;
                (nanos, grain_of(nanos), Operator::AtLeast)
            }
            Holds::Number => (scaled(text, &COUNTS)?, 1, Operator::Is),
            Holds::Bytes => (scaled(text, &SIZES)?, 1, Operator::Is),
            Holds::Text | Holds::Word => return None,
        };
        Some(Comparison {
            operator: operator.unwrap_or(usual),
            amount,
            grain,
        })
    }

    pub(super) fn holds_for(self, number: u64) -> bool {
        match self.operator {
            Operator::AtLeast => number >= self.amount,
            Operator::AtMost => number <= self.amount,
            Operator::Over => number > self.amount,
            Operator::Under => number < self.amount,
            Operator::Is => number
                .checked_sub(self.amount)
                .is_some_and(|over| over < self.grain),
        }
    }

    /// Writes it so that it is read as the same.
    pub(super) fn write(self, f: &mut fmt::Formatter<'_>, holds: Holds) -> fmt::Result {
        match (holds, self.operator) {
            (Holds::Duration, operator) => {
                let duration = humantime::format_duration(Duration::from_nanos(self.amount));
                write!(f, "{operator}{}", duration.to_string().replace(' ', ""))
            }
            (_, Operator::Is) => write!(f, "{}", self.amount),
            (_, operator) => write!(f, "{operator}{}", self.amount),
        }
    }
}

fn nanos(text: &str) -> Option<u64> {
    let duration = match text {
        "0" => Duration::ZERO,
        _ => parse_duration(text).ok()?,
    };
    u64::try_from(duration.as_nanos()).ok()
}

/// The largest unit of which `nanos` are a whole number.
fn grain_of(nanos: u64) -> u64 {
    const UNITS: [u64; 6] = [
        86_400_000_000_000,
        3_600_000_000_000,
        60_000_000_000,
        1_000_000_000,
        1_000_000,
        1_000,
    ];
    let mut units = UNITS.into_iter();
    match nanos {
        0 => 1,
        _ => units.find(|unit| nanos.is_multiple_of(*unit)).unwrap_or(1),
    }
}

const COUNTS: [(&str, u64); 4] = [
    ("", 1),
    ("k", 1_000),
    ("m", 1_000_000),
    ("g", 1_000_000_000),
];
/// As the tools of GNU have them: `K` is 1,024, and `KB` is 1,000.
const SIZES: [(&str, u64); 11] = [
    ("", 1),
    ("b", 1),
    ("k", 1 << 10),
    ("kib", 1 << 10),
    ("kb", 1_000),
    ("m", 1 << 20),
    ("mib", 1 << 20),
    ("mb", 1_000_000),
    ("g", 1 << 30),
    ("gib", 1 << 30),
    ("gb", 1_000_000_000),
];

/// A whole number and one of these units, in letters of any case.
fn scaled(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let end = text.find(|it: char| !it.is_ascii_digit());
    let (digits, unit) = text.split_at(end.unwrap_or(text.len()));
    let mut units = units.iter();
    let (_, factor) = units.find(|(name, _)| name.eq_ignore_ascii_case(unit))?;
    digits.parse::<u64>().ok()?.checked_mul(*factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(holds: Holds, text: &str, number: u64) -> bool {
        let operator = Operator::at_start_of(text);
        let value = &text[operator.map_or(0, |it| it.as_str().len())..];
        Comparison::read(holds, operator, value)
            .unwrap()
            .holds_for(number)
    }

    #[test]
    fn a_number_alone_is_itself_and_a_time_alone_is_the_least() {
        assert!(holds(Holds::Number, "42", 42) && !holds(Holds::Number, "42", 43));
        assert!(holds(Holds::Duration, "30s", 40_000_000_000));
        assert!(!holds(Holds::Duration, "30s", 29_000_000_000));
    }

    #[test]
    fn a_time_is_the_same_to_the_unit_in_which_it_is_written() {
        assert!(holds(Holds::Duration, "=30s", 30_999_999_999));
        assert!(!holds(Holds::Duration, "=30s", 31_000_000_000));
        assert!(holds(Holds::Duration, "=2m", 179_000_000_000));
        assert!(!holds(Holds::Duration, "=0", 1));
    }

    #[test]
    fn sizes_have_units_and_numbers_have_factors() {
        assert!(holds(Holds::Bytes, ">=16KiB", 16_384) && !holds(Holds::Bytes, ">16k", 16_384));
        assert!(holds(Holds::Bytes, "1MB", 1_000_000));
        assert!(holds(Holds::Number, "<10k", 9_999) && !holds(Holds::Number, "<10k", 10_000));
        for text in [
            "",
            "k",
            "1x",
            "-1",
            "1.5",
            "18446744073709551616",
            "99999999999999g",
        ] {
            assert_eq!(scaled(text, &SIZES), None, "{text}");
        }
    }
}
