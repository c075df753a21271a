//! A zoo of programs: some are stuck, each in another way, and `taskmon check` must
//! name the line; some only look like it, and it must say nothing.
//!
//! Each is a process of its own with the real layer, watched over a real connection
//! by the real command. A line that is to be named ends with a comment `// HERE: ` and
//! a name, so that the file may grow.

#[path = "../end_to_end/support.rs"]
#[allow(dead_code, reason = "shared with the other tests")]
mod support;

mod healthy;
mod keeper;
mod stuck;
