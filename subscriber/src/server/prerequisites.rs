//! What the program lacks for the full picture.

use std::sync::{Arc, OnceLock};

use tokio::runtime::Handle;
use tracing::dispatcher::{WeakDispatch, with_default};

use super::say;
use crate::recorder::Recorder;

/// Looks whether Tokio tells what taskmon lives on.
pub(super) struct Prerequisites {
    recorder: Arc<Recorder>,
    dispatch: Arc<OnceLock<WeakDispatch>>,
    runtime: Handle,
    missing: OnceLock<Vec<String>>,
}

impl Prerequisites {
    pub(super) fn new(
        recorder: Arc<Recorder>,
        dispatch: Arc<OnceLock<WeakDispatch>>,
        runtime: Handle,
    ) -> Self {
        Prerequisites {
            recorder,
            dispatch,
            runtime,
            missing: OnceLock::new(),
        }
    }

    /// One sentence for each thing that is missing. Looks, and says them, the
    /// first time that it is called with the subscriber installed.
    pub(super) fn missing(&self) -> &[String] {
        if let Some(missing) = self.missing.get() {
            return missing;
        }
        let Some(subscriber) = self.dispatch.get().and_then(WeakDispatch::upgrade) else {
            return &[];
        };
        self.missing.get_or_init(|| {
            let missing = self.look(&subscriber);
            for sentence in &missing {
                say(sentence);
            }
            missing
        })
    }

    fn look(&self, subscriber: &tracing::Dispatch) -> Vec<String> {
        if !cfg!(tokio_unstable) {
            return vec![
                "this program was built without `--cfg tokio_unstable`, so Tokio tells \
                 nothing of its tasks: put it into RUSTFLAGS, or into `rustflags` in \
                 .cargo/config.toml, and build again"
                    .to_owned(),
            ];
        }
        let arrived = with_default(subscriber, || {
            self.recorder.probe(|| drop(self.runtime.spawn(async {})))
        });
        if arrived {
            return Vec::new();
        }
        vec![
            "Tokio tells nothing of its tasks: its feature `tracing` is off, or a filter \
             keeps its spans from taskmon"
                .to_owned(),
        ]
    }
}
