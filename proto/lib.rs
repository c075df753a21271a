//! The wire between a program with the taskmon layer and its viewers.
//!
//! Everything here is generated from `proto/taskmon/v1/taskmon.proto`, whose
//! comments are the contract: what each field means, in which unit, and what an
//! older peer does without it.

/// Version 1 of the protocol.
pub mod v1 {
    #![allow(missing_docs, clippy::all)]
    tonic::include_proto!("taskmon.v1");
}
