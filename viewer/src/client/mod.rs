//! The connection to a program.
//!
//! A [`Target`] comes in. Out comes either a [`Session`], one connection whose
//! updates the caller folds into a model, or a [`Watcher`], which keeps a
//! [`Picture`] up to date through lost connections and restarts of the program.

mod error;
mod link;
mod session;
mod target;
mod watcher;

pub use error::{ConnectError, LostError};
pub use link::{Link, Picture};
pub use session::Session;
pub use target::{Target, TargetError};
pub use watcher::Watcher;
