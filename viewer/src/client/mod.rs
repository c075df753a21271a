//! The connection to a program.
//!
//! A target comes in; out comes a [`Picture`] that is kept up to date for as long
//! as its [`Watcher`] lives, through lost connections and restarts of the
//! program.

mod link;

pub use link::{Link, Picture};
