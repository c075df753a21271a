//! The runtimes that a workload runs on.

use std::io;

use serde::{Deserialize, Serialize};
use tokio::runtime::{Builder, Runtime};

/// A kind of runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flavor {
    /// One thread, which also drives it.
    CurrentThread,
    /// Two workers.
    TwoWorkers,
}

impl Flavor {
    /// Both.
    pub const ALL: [Flavor; 2] = [Flavor::CurrentThread, Flavor::TwoWorkers];

    /// In tables.
    pub fn title(self) -> &'static str {
        match self {
            Flavor::CurrentThread => "current_thread",
            Flavor::TwoWorkers => "2 workers",
        }
    }

    /// On the command line.
    pub fn name(self) -> &'static str {
        match self {
            Flavor::CurrentThread => "current-thread",
            Flavor::TwoWorkers => "two-workers",
        }
    }

    /// The one with that name.
    pub fn named(name: &str) -> Option<Self> {
        Flavor::ALL.into_iter().find(|flavor| flavor.name() == name)
    }

    /// Builds one.
    ///
    /// # Errors
    ///
    /// If the system has no more threads or files.
    pub fn build(self) -> io::Result<Runtime> {
        let mut builder = match self {
            Flavor::CurrentThread => Builder::new_current_thread(),
            Flavor::TwoWorkers => Builder::new_multi_thread(),
        };
        if self == Flavor::TwoWorkers {
            builder.worker_threads(2);
        }
        builder.enable_all();
        #[cfg(feature = "dial9")]
        return crate::dial9::attach(builder);
        #[cfg(not(feature = "dial9"))]
        builder.build()
    }
}
