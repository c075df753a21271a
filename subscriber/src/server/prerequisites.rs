//! What the program lacks for the full picture.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use tokio::runtime::Runtime;
use tracing::dispatcher::WeakDispatch;

use crate::recorder::Recorder;

/// Looks whether Tokio tells what taskmon lives on.
pub(super) struct Prerequisites {
    recorder: Arc<Recorder>,
    dispatch: Arc<OnceLock<WeakDispatch>>,
    /// Whether Tokio was asked, and told nothing.
    silent: AtomicBool,
}

impl Prerequisites {
    pub(super) fn new(recorder: Arc<Recorder>, dispatch: Arc<OnceLock<WeakDispatch>>) -> Self {
        Prerequisites {
            recorder,
            dispatch,
            silent: AtomicBool::new(false),
        }
    }

    /// Spawns a task on `runtime` to see whether its span arrives. Only possible
    /// once the subscriber is installed, and before the first task that is to be
    /// muted.
    pub(super) fn check(&self, runtime: &Runtime) {
        if self.dispatch.get().is_none() {
            return;
        }
        let arrived = self
            .recorder
            .probe(|| runtime.block_on(async { drop(tokio::spawn(async {})) }));
        self.silent.store(!arrived, Ordering::Relaxed);
    }

    /// One sentence for each thing that is missing.
    pub(super) fn missing(&self) -> Vec<String> {
        let mut missing = Vec::new();
        if !cfg!(tokio_unstable) {
            missing.push(
                "this program was built without `--cfg tokio_unstable`, so Tokio tells \
                 nothing of its tasks: put it into RUSTFLAGS, or into `rustflags` in \
                 .cargo/config.toml, and build again"
                    .to_owned(),
            );
        } else if self.silent.load(Ordering::Relaxed) {
            missing.push(
                "Tokio tells nothing of its tasks: its feature `tracing` is off, or a \
                 filter keeps its spans from taskmon"
                    .to_owned(),
            );
        }
        missing
    }
}
