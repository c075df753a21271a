//! What a million tasks cost, and whether memory stays flat: `scale` and `soak`.
//!
//! Either is a driver with two children, which are the same program again: a target,
//! which is watched, and a viewer, which is the real one but for its terminal. The
//! driver asks them line by line, and measures them from outside.

pub mod busy;
pub mod child;
pub mod frames;
pub mod idle;
pub mod proc;
pub mod report;
pub mod soak;
pub mod target;
pub mod trend;
pub mod viewer;
pub mod wire;

use std::error::Error;

/// What becomes of a measurement.
pub type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;
