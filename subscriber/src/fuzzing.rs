//! The doors through which something comes in from outside, one by one, for the fuzzer
//! of taskmon's repository. Nothing here is for programs, and it may change with any
//! version.

pub use crate::server::fuzzing::{Server, executable_is_readable, token_is_accepted};
pub use crate::stack::fuzzing::{Names, told};
