//! The `taskmon` command.

fn main() {}
