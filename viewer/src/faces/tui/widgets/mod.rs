//! Pictures of numbers: sparklines, bars, charts, histograms and timelines.
//!
//! Each is a function of what it shows, the room that it has and the theme; none keeps
//! anything. Values are from anywhere: what is not finite is shown as not known, and
//! no room is too small.

mod axis;
pub mod bar;
pub mod chart;
pub mod grid;
pub mod histogram;
pub mod sparkline;
#[cfg(test)]
mod testing;
pub mod timeline;
pub mod unit;

/// What of a value can be drawn: not what is no number or without end, and nothing
/// below zero.
fn drawable(value: Option<f64>) -> Option<f64> {
    value
        .filter(|value| value.is_finite())
        .map(|value| value.max(0.0))
}
