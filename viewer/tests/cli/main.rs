//! The `taskmon` command, run as its users run it, against servers that are made
//! for each test.

mod check;
mod check_baseline;
#[cfg(unix)]
mod check_command;
mod check_formats;
mod check_targets;
mod config;
mod connect;
mod faces;
mod fleet;
mod hostile;
mod manual;
mod preferences;
#[cfg(unix)]
mod recipes;
mod schema;
#[cfg(unix)]
mod shop;
mod support;
#[cfg(all(unix, feature = "tls"))]
mod tls;
#[cfg(unix)]
mod token;
mod usage;
mod watcher;
