//! What taskmon costs, beside console-subscriber and bare Tokio.
//!
//! `bench` is the driver: it runs `subject` again and again, a process for each
//! subject in turn, so that what the machine does meanwhile strikes all alike, and
//! makes a table of the medians. A subject is one way to watch a program; a
//! workload is what the program does.

pub mod allocations;
pub mod measurement;
pub mod report;
pub mod scale;
pub mod subjects;
pub mod workloads;
