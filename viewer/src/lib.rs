//! What every Tokio task of a running program waits for, where, and for how long.
//!
//! The rooms, in the order in which data passes through them: [`client`] connects
//! and receives, [`model`] is the picture of the program, [`rules`] say what is
//! wrong in it, [`faces`] show it, and [`filter`] says which rows of it. [`config`] is
//! what a project wants of the rules, `preferences` what a user wants of the terminal
//! UI. [`check`] does all of that over some time, for CI, and [`testing`] within a test.
//! [`fleet`] is many programs at once, as Prometheus sees them. [`demo`] is a program
//! to look at.

#![cfg_attr(
    not(feature = "cli"),
    allow(
        dead_code,
        unused_imports,
        reason = "the terminal UI uses more of the faces than the others"
    )
)]

pub mod check;
pub mod client;
pub mod config;
#[cfg(feature = "cli")]
pub mod demo;
pub mod faces;
pub mod filter;
pub mod fleet;
pub mod model;
#[cfg(feature = "cli")]
pub mod preferences;
pub mod rules;
pub mod testing;
pub mod words;
