//! The two ways into the recorder.
//!
//! [`around`] is a subscriber that wraps the application's own and keeps Tokio's
//! spans to itself; [`layer`] is a plain layer for those who compose by hand.
//! Both know Tokio's callsites from [`callsites`].

pub(crate) mod around;
mod callsites;
pub(crate) mod layer;
mod span_ids;

pub(crate) use callsites::tokio_version;
