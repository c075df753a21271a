//! What the memory of two processes does as time goes by.

use std::fmt::{self, Display};

use super::report::mebibytes;
use super::trend::Trend;

/// How much the line through a flat series may rise from its start to its end, as a
/// share of the average.
const RISE: f64 = 0.05;
/// And how much at least, in bytes: an allocator takes memory in large pieces.
const LEAST_RISE: f64 = 8.0 * 1_048_576.0;

/// Resident memory of a process, again and again.
#[derive(Clone, Debug, Default)]
pub struct Series {
    /// Minutes since the start, and bytes.
    points: Vec<(f64, f64)>,
}

/// What became of a series after its warm-up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    start: f64,
    end: f64,
    least: f64,
    most: f64,
    /// Bytes per minute.
    slope: f64,
    /// What the line rises from the first to the last.
    rise: f64,
    mean: f64,
}

impl Series {
    /// Adds a sample.
    pub fn add(&mut self, minutes: f64, bytes: u64) {
        self.points.push((minutes, bytes as f64));
    }

    /// The series from `warm` minutes on; `None` if there is too little of it.
    pub fn after(&self, warm: f64) -> Option<Summary> {
        let start = self.points.partition_point(|(at, _)| *at < warm);
        let points = &self.points[start..];
        let trend = Trend::of(points)?;
        let (first, last) = (points.first()?, points.last()?);
        let bytes = || points.iter().map(|point| point.1);
        Some(Summary {
            start: first.1,
            end: last.1,
            least: bytes().fold(f64::INFINITY, f64::min),
            most: bytes().fold(0.0, f64::max),
            slope: trend.slope,
            rise: trend.slope * (last.0 - first.0),
            mean: trend.mean,
        })
    }
}

impl Summary {
    /// How flatness is judged, in words.
    pub const JUDGED: &str = "flat: the line of least squares through all samples after the \
                              warm-up rises, over all of them, by no more than 5 % of their mean \
                              or 8 MiB";

    /// See [`Summary::JUDGED`].
    pub fn is_flat(&self) -> bool {
        self.rise <= LEAST_RISE.max(RISE * self.mean)
    }
}

/// A row of Markdown, after the name.
impl Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for bytes in [self.start, self.least, self.most, self.end] {
            write!(f, " {} |", mebibytes(bytes as u64))?;
        }
        let slope = self.slope / f64::from(1 << 20);
        let flat = if self.is_flat() { "✓" } else { "✗" };
        write!(f, " {slope:+.2} MiB | {flat} |")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(bytes: impl Fn(f64) -> f64) -> Summary {
        let mut series = Series::default();
        for sample in 0..200 {
            let minutes = f64::from(sample) / 20.0;
            series.add(minutes, bytes(minutes) as u64);
        }
        series.after(2.0).unwrap()
    }

    const MEBIBYTE: f64 = 1_048_576.0;

    #[test]
    fn a_series_that_grows_only_at_first_is_flat() {
        let summary = series(|minutes| 100.0 * MEBIBYTE * minutes.min(1.5));
        assert!(summary.is_flat());
        assert_eq!(summary.slope, 0.0);
    }

    #[test]
    fn noise_does_not_matter_and_a_leak_does() {
        let noise = |minutes: f64| 100.0 * MEBIBYTE + 6.0 * MEBIBYTE * (90.0 * minutes).sin();
        assert!(series(noise).is_flat());
        let leak = series(|minutes| noise(minutes) + 2.0 * MEBIBYTE * minutes);
        assert!(!leak.is_flat());
        assert!((leak.slope / MEBIBYTE - 2.0).abs() < 0.5, "{leak}");
    }

    #[test]
    fn a_series_without_an_end_has_no_summary() {
        let mut series = Series::default();
        series.add(0.0, 7);
        assert_eq!(series.after(0.0), None);
        assert_eq!(series.after(1.0), None);
    }
}
