//! What a watcher shares with those who look at its picture.

use std::sync::Arc;
use std::time::Instant;

use crate::model::Model;
use crate::rules::AlertBook;

/// What is known of a target now. A copy of it is made in no time, stands still,
/// and holds nobody up.
#[derive(Clone, Debug)]
pub struct Picture {
    /// The program's state as last received. It stays readable while the
    /// connection is down.
    pub model: Arc<Model>,
    /// What the rules say about it.
    pub alerts: Arc<AlertBook>,
    /// The state of the connection.
    pub link: Link,
    /// Grows with every change to any of the others.
    pub version: u64,
}

/// The state of a connection.
#[derive(Clone, Debug)]
pub enum Link {
    /// Never connected yet.
    Connecting {
        /// Why the last attempt failed, if there was one: one line, safe to
        /// print.
        error: Option<String>,
        /// When the next attempt is made, if one has failed.
        retry_at: Option<Instant>,
    },
    /// Receiving updates.
    Live,
    /// Was connected, and is no more.
    Lost {
        /// Since when.
        since: Instant,
        /// Why: one line, safe to print.
        error: String,
        /// When the next attempt is made.
        retry_at: Instant,
    },
}
