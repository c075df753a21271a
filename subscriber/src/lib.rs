//! Shows what every Tokio task of a program waits for, to a taskmon viewer.
//!
//! One line at the start of `main`, before the runtime:
//!
//! ```
//! taskmon_subscriber::init();
//! let runtime = tokio::runtime::Runtime::new()?;
//! runtime.block_on(async { /* the program */ });
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! Then `taskmon` in another terminal connects to `127.0.0.1:6669`. The program
//! has to be built with `RUSTFLAGS="--cfg tokio_unstable"`; what is missing is
//! said once, on standard error, at the start.
//!
//! [`init`] also prints the program's own events, as `RUST_LOG` asks for.
//! A program that has a subscriber already puts taskmon around it with
//! [`Builder::init_with`], and goes on to see exactly what it saw before.
//!
//! # Metrics
//!
//! `http://127.0.0.1:6669/metrics` has sums of all this for Prometheus: the feature
//! `metrics`, which is on by default.
//!
//! # What it costs
//!
//! Tokio's callbacks write the state of each task into a fixed place in memory,
//! without locks, and nothing else runs: with no viewer attached, the telemetry
//! thread sleeps until someone connects.

#![warn(missing_docs)]

mod builder;
mod clock;
mod collect;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
#[doc(hidden)]
pub mod in_process;
mod recorder;
mod redact;
mod server;
mod stack;
mod sync;
mod tables;
#[cfg(test)]
mod until;

pub use builder::{Builder, Level, Telemetry};
pub use collect::around::Around;
pub use redact::{Private, Redact};

/// Installs taskmon for the whole program, together with a formatting layer that
/// prints the program's own events to standard output as `RUST_LOG` asks for
/// (from level `info` if it does not).
///
/// Settings come from the `TASKMON_*` variables; see [`Builder`]. Whatever goes
/// wrong is said once on standard error, and the program goes on.
pub fn init() -> Telemetry {
    Builder::new().init()
}
