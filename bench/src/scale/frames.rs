//! How long the UI's thread takes to draw, one frame after the other.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

/// Thirty a second.
pub const FRAME: Duration = Duration::from_nanos(1_000_000_000 / 30);

/// How long each of some frames took, in milliseconds.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Frames {
    /// What went on meanwhile.
    pub what: String,
    /// In the order in which they were drawn.
    pub millis: Vec<f64>,
    /// How long it took from the first to the last, with the pauses between them.
    pub seconds: f64,
}

impl Frames {
    /// Has `draw` draw a frame again and again, as a UI would: as often as thirty
    /// times a second, until it says that it was the last.
    pub fn draw(what: &str, mut draw: impl FnMut(usize) -> bool) -> Self {
        let begun = Instant::now();
        let mut millis = Vec::new();
        loop {
            let frame = Instant::now();
            let last = draw(millis.len());
            let taken = frame.elapsed();
            millis.push(1e3 * taken.as_secs_f64());
            if last {
                break;
            }
            std::thread::sleep(FRAME.saturating_sub(taken));
        }
        Frames {
            what: what.to_owned(),
            millis,
            seconds: begun.elapsed().as_secs_f64(),
        }
    }

    /// The frame that so large a share of all was not slower than.
    pub fn quantile(&self, share: f64) -> f64 {
        let mut sorted = self.millis.clone();
        sorted.sort_by(f64::total_cmp);
        let last = sorted.len().saturating_sub(1);
        let index = (share * last as f64).ceil() as usize;
        sorted.get(index.min(last)).copied().unwrap_or(f64::NAN)
    }

    /// How many frames there could be in a second without pauses.
    pub fn a_second(&self) -> f64 {
        1e3 * self.millis.len() as f64 / self.millis.iter().sum::<f64>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_told_by_the_one_in_the_middle_and_the_slowest() {
        let frames = Frames {
            what: String::new(),
            millis: (1..=100).rev().map(f64::from).collect(),
            seconds: 1.0,
        };
        assert_eq!(frames.quantile(0.5), 51.0);
        assert_eq!(frames.quantile(0.99), 100.0);
        assert_eq!(frames.quantile(1.0), 100.0);
        assert!((frames.a_second() - 1e3 / 50.5).abs() < 1e-9);
    }

    #[test]
    fn each_frame_is_counted_up_to_the_last() {
        let frames = Frames::draw("a test", |number| number == 2);
        assert_eq!(frames.millis.len(), 3);
    }
}
