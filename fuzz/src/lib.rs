//! A fuzzer that needs no more than a stable toolchain.
//!
//! A [`Target`](targets::Target) makes inputs, from seeds and a number, and runs them;
//! [`run`](run::run) does that again and again and says what did not hold. What is kept
//! of inputs is in `corpus` (seeds) and `found` (what once did not hold), and is run by
//! the tests. `memory` counts what an input takes, `mutate` changes bytes, `fields`
//! changes protobuf messages without knowing them.

mod fields;
pub mod kept;
pub mod memory;
mod mutate;
pub mod run;
pub mod targets;
