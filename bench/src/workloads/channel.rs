//! The channels of workloads: Tokio's, or Tokio's in hotpath's wrapper.

use tokio::sync::mpsc;

#[cfg(feature = "hotpath")]
pub(super) use hotpath::wrap::tokio::sync::mpsc::{Receiver, Sender};
#[cfg(not(feature = "hotpath"))]
pub(super) use mpsc::{Receiver, Sender};

/// A bounded one.
#[cfg(feature = "hotpath")]
pub(super) fn bounded<T: Send + 'static>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    hotpath::channel!(mpsc::channel::<T>(capacity))
}

/// A bounded one.
#[cfg(not(feature = "hotpath"))]
pub(super) fn bounded<T>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    mpsc::channel(capacity)
}
