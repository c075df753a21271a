//! What is measured.

use serde::{Deserialize, Serialize};

use crate::runtimes::Flavor;
use crate::workloads::Workload;

/// One figure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measurement {
    /// What was done.
    pub workload: Workload,
    /// On what.
    pub runtime: Flavor,
    /// What was measured.
    pub unit: Unit,
    /// How much.
    pub value: f64,
}

/// What was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Nanoseconds for one operation.
    NanosPerOperation,
    /// What half of the requests took at most, in nanoseconds.
    P50Nanos,
    /// What 99 of 100 requests took at most, in nanoseconds.
    P99Nanos,
    /// Allocations for one operation.
    AllocationsPerOperation,
    /// Resident bytes for one task that does nothing.
    BytesPerTask,
    /// Processor time per second of doing nothing, in microseconds.
    CpuMicrosPerIdleSecond,
    /// How often threads went to sleep again per second of doing nothing.
    WakeUpsPerIdleSecond,
    /// Encoded bytes of the messages that a viewer is sent at a time.
    WireBytesPerTick,
    /// Tasks, operations, resources and stacks that a viewer was told had found no
    /// room.
    Unrecorded,
}
