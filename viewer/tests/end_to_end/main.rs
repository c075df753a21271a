//! Real programs in processes of their own, seen through real gRPC.

#[cfg(unix)]
mod check;
mod commands;
mod connection;
mod healthy;
#[cfg(unix)]
mod metrics;
mod runtimes;
mod stuck;
mod support;
