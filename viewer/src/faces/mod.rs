//! What people and programs are shown.
//!
//! Each face reads the model and the alerts and knows one format; none of them
//! judges anything itself, and all of them make what the observed program says
//! harmless before it reaches a terminal.

pub mod ci;
pub mod dump;
pub mod json;
pub mod json_writer;
pub mod order;
pub mod rules;
pub mod tables;
#[cfg(feature = "cli")]
pub mod tui;
pub(crate) mod width;
