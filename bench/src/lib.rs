//! What taskmon costs, beside console-subscriber and bare Tokio.
//!
//! `bench` is the driver: it runs `subject` again and again, a process for each
//! [subject](subjects::Subject) in turn, so that what the machine does meanwhile
//! strikes all alike, and makes tables of the medians. A subject is one way to watch
//! a program; a [workload](workloads::Workload) is what the program does.

pub mod allocations;
#[cfg(feature = "dial9")]
pub mod dial9;
pub mod driver;
pub mod faults;
pub mod load;
pub mod measured;
pub mod measurement;
pub mod process;
pub mod random;
pub mod report;
pub mod runtimes;
pub mod scale;
pub mod subjects;
pub mod talk;
pub mod viewer;
pub mod workloads;
