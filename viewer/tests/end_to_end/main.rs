//! Real programs in processes of their own, seen through real gRPC.

#[cfg(unix)]
mod check;
mod commands;
mod connection;
#[cfg(target_os = "linux")]
mod forked;
mod healthy;
#[cfg(target_os = "linux")]
mod hostile;
#[cfg(unix)]
mod metrics;
mod redact;
mod runtimes;
mod stuck;
mod support;
