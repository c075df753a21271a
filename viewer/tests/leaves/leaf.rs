//! What a leaf is, and how a table of them becomes functions and tests.

use std::future::Future;
use std::pin::Pin;

/// A function that waits, and what for.
pub struct Leaf {
    pub name: &'static str,
    /// The wait as faces show it.
    pub waits: &'static str,
    /// The line before its body.
    pub line: u32,
    pub wait: fn() -> Pin<Box<dyn Future<Output = ()> + Send>>,
}

/// Each leaf is a function `name` that waits for `waits`, and a test of that name.
macro_rules! leaves {
    ($($name:ident, $waits:expr, $line:expr, $body:block)*) => {
        $(
            pub async fn $name() $body
        )*

        pub const ALL: &[$crate::leaf::Leaf] = &[
            $($crate::leaf::Leaf {
                name: stringify!($name),
                waits: $waits,
                line: $line,
                wait: || Box::pin($name()),
            },)*
        ];

        mod one_thread {
            use super::super::{Run, check};
            $(#[test] fn $name() { check(stringify!($name), Run::OneThread); })*
        }

        mod two_workers {
            use super::super::{Run, check};
            $(#[test] fn $name() { check(stringify!($name), Run::TwoWorkers); })*
        }

        mod wakers_only {
            use super::super::{Run, check};
            $(#[test] fn $name() { check(stringify!($name), Run::WakersOnly); })*
        }
    };
}

pub(crate) use leaves;
