//! What every Tokio task of a running program waits for, where, and for how long.
//!
//! The rooms, in the order in which data passes through them: [`client`] connects
//! and receives, [`model`] is the picture of the program, [`rules`] say what is
//! wrong in it, [`faces`] show it. [`config`] is what the user wants of the rules,
//! [`check`] does all of that over some time, for CI. [`fleet`] is many programs at
//! once, as Prometheus sees them. [`demo`] is a program to look at.

pub mod check;
pub mod client;
pub mod config;
pub mod demo;
pub mod faces;
pub mod fleet;
pub mod model;
pub mod rules;
pub mod words;
