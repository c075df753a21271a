//! What the targets have in common.

use taskmon_subscriber::{Builder, Level};
use tokio::runtime::Runtime;
use tracing::subscriber::NoSubscriber;

use super::Outcome;
use crate::runtimes::Flavor;

/// A runtime of two workers that can be watched, and where: level `channels`, with
/// stacks. To be called once.
///
/// # Errors
///
/// If there is no room for either.
pub fn start() -> Outcome<(Runtime, String)> {
    start_with(Builder::new())
}

/// The same, with what `builder` has besides.
///
/// # Errors
///
/// As [`start`].
pub fn start_with(builder: Builder) -> Outcome<(Runtime, String)> {
    let telemetry = builder
        .bind("127.0.0.1:0")
        .level(Level::Channels)
        .stacks(true)
        .init_with(NoSubscriber::default());
    let address = telemetry.address().ok_or("nobody can attach")?.to_owned();
    Ok((Flavor::TwoWorkers.build()?, address))
}
