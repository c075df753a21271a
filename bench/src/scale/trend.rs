//! Whether a series rises.

/// A line through a series, by least squares.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trend {
    /// How much it rises for each step of one on the axis of time.
    pub slope: f64,
    /// The average of all values.
    pub mean: f64,
}

impl Trend {
    /// The line through `points`, each a time and a value; `None` if there are not
    /// two times.
    pub fn of(points: &[(f64, f64)]) -> Option<Self> {
        let count = points.len() as f64;
        let mean_of = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count;
        let (time, mean) = (mean_of(|point| point.0), mean_of(|point| point.1));
        let spread: f64 = points.iter().map(|(at, _)| (at - time).powi(2)).sum();
        let together: f64 = points
            .iter()
            .map(|(at, value)| (at - time) * (value - mean))
            .sum();
        (spread > 0.0).then(|| Trend {
            slope: together / spread,
            mean,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_goes_through_its_own_points() {
        let points = [(0.0, 5.0), (1.0, 7.0), (2.0, 9.0)];
        let expected = Trend {
            slope: 2.0,
            mean: 7.0,
        };
        assert_eq!(Trend::of(&points), Some(expected));
    }

    #[test]
    fn noise_is_no_trend() {
        let points = [(0.0, 5.0), (1.0, 7.0), (2.0, 7.0), (3.0, 5.0)];
        assert_eq!(Trend::of(&points).unwrap().slope, 0.0);
    }

    #[test]
    fn one_time_is_not_enough() {
        assert_eq!(Trend::of(&[]), None);
        assert_eq!(Trend::of(&[(1.0, 2.0), (1.0, 3.0)]), None);
    }
}
