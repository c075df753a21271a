//! What the program lacks for the full picture.

use std::sync::OnceLock;

use tokio::runtime::Handle;

use super::mute::Mute;
use super::say;

/// Looks whether Tokio tells what taskmon lives on.
pub(super) struct Prerequisites {
    mute: Mute,
    runtime: Handle,
    missing: OnceLock<Vec<String>>,
}

impl Prerequisites {
    /// `mute` and `runtime` are those of the telemetry thread.
    pub(super) fn new(mute: Mute, runtime: Handle) -> Self {
        Prerequisites {
            mute,
            runtime,
            missing: OnceLock::new(),
        }
    }

    /// One sentence for each thing that is missing. Looks, and says them, the
    /// first time that it is called; whether Tokio speaks can only be known once
    /// the subscriber is installed.
    pub(super) fn missing(&self) -> &[String] {
        if let Some(missing) = self.missing.get() {
            return missing;
        }
        let missing = if cfg!(tokio_unstable) {
            match self.mute.tells_of_tasks(&self.runtime) {
                None => return &[],
                Some(true) => Vec::new(),
                Some(false) => vec![SILENT.to_owned()],
            }
        } else {
            vec![STABLE.to_owned()]
        };
        self.missing.get_or_init(|| {
            for sentence in &missing {
                say(sentence);
            }
            missing
        })
    }
}

const STABLE: &str = "this program was built without `--cfg tokio_unstable`, so Tokio tells \
                      nothing of its tasks: put it into RUSTFLAGS, or into `rustflags` in \
                      .cargo/config.toml, and build again";
const SILENT: &str = "Tokio tells nothing of its tasks: its feature `tracing` is off, or a filter \
                      keeps its spans from taskmon";
