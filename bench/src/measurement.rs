//! What a subject tells the driver, a line of JSON each.

use serde::{Deserialize, Serialize};

/// One figure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measurement {
    /// What was done.
    pub workload: String,
    /// On what: `current_thread`, `2 workers`, or nothing if that is no matter.
    pub runtime: String,
    /// What was measured.
    pub unit: Unit,
    /// How much.
    pub value: f64,
}

/// What was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Nanoseconds for one operation.
    NanosPerOperation,
    /// Allocations for one operation.
    AllocationsPerOperation,
    /// Resident bytes for one task that does nothing.
    BytesPerTask,
    /// Processor time per second of doing nothing, in microseconds.
    CpuMicrosPerIdleSecond,
}

impl Unit {
    /// In words.
    pub fn as_str(self) -> &'static str {
        match self {
            Unit::NanosPerOperation => "ns per operation",
            Unit::AllocationsPerOperation => "allocations per operation",
            Unit::BytesPerTask => "resident bytes per idle task",
            Unit::CpuMicrosPerIdleSecond => "µs of processor time per idle second",
        }
    }
}
