//! The `taskmon` command, run as its users run it, against servers that are made
//! for each test.

mod check;
mod config;
mod connect;
mod faces;
mod fleet;
mod support;
mod usage;
mod watcher;
