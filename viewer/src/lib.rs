//! What every Tokio task of a running program waits for, where, and for how long.
//!
//! The rooms, in the order in which data passes through them: [`client`] connects
//! and receives, [`model`] is the picture of the program, [`rules`] say what is
//! wrong in it, [`faces`] show it. [`demo`] is a program to look at; [`testing`] looks
//! at the program that it is in, for tests.

#![cfg_attr(
    not(feature = "cli"),
    allow(
        dead_code,
        unused_imports,
        reason = "the terminal UI uses more of the faces than the others"
    )
)]

pub mod client;
#[cfg(feature = "cli")]
pub mod demo;
pub mod faces;
pub mod model;
pub mod rules;
pub mod testing;
pub mod words;
