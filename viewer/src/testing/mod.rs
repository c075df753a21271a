//! Finds the tasks that a test leaves behind, as goleak does in Go.
//!
//! A test makes a [`guard`], and at its end asserts that what it spawned is over. The
//! tables that taskmon's layer writes come in, read in this process without a server;
//! out comes nothing, or a panic with the tasks that are left, each with its wait, its
//! age and its stack.
//!
//! ```
//! # let runtime = tokio::runtime::Runtime::new().unwrap();
//! # runtime.block_on(the_handler_leaves_nothing_behind());
//! // With `#[tokio::test]`.
//! async fn the_handler_leaves_nothing_behind() {
//!     let guard = taskmon::testing::guard();
//!     let handler = tokio::spawn(async { /* what is tested */ });
//!     handler.await.unwrap();
//!     guard.assert_no_leaks().await;
//! }
//! ```
//!
//! Tests that run at the same time in one process do not see each other's tasks: every
//! task has the root that it comes from, which is its test. It takes `--cfg
//! tokio_unstable`; without, making a guard panics. The page "Leaks in tests" of the
//! book says what a guard sees and what not.

mod allowed;
mod guard;
mod install;
mod leaks;
mod look;

pub use guard::{Guard, guard};
pub use install::init_with;
pub use leaks::{Leaks, Stuck};
