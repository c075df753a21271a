//! Real programs in processes of their own, seen through real gRPC.

#[cfg(unix)]
mod check;
mod commands;
mod connection;
mod healthy;
mod runtimes;
mod stuck;
mod support;
