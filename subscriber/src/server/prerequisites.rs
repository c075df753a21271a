//! What the program lacks for the full picture.

use std::sync::OnceLock;

use tokio::runtime::Handle;

use super::debug_info::DebugInfo;
use super::mute::Mute;
use super::say;
use crate::stack::Capture;

/// Looks whether Tokio tells what taskmon lives on, and whether the program was
/// built so that its stacks can be taken and read.
pub(super) struct Prerequisites {
    mute: Mute,
    runtime: Handle,
    capture: Capture,
    missing: OnceLock<Vec<String>>,
}

impl Prerequisites {
    /// `mute` and `runtime` are those of the telemetry thread; `capture` is how
    /// stacks are taken.
    pub(super) fn new(mute: Mute, runtime: Handle, capture: Capture) -> Self {
        Prerequisites {
            mute,
            runtime,
            capture,
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
                Some(true) => of_stacks(self.capture, DebugInfo::of_this_program),
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

/// What is missing for stacks; of no interest if there is nothing that waits.
fn of_stacks(capture: Capture, debug_info: impl FnOnce() -> DebugInfo) -> Vec<String> {
    let frame_pointers = match capture {
        Capture::Off => return Vec::new(),
        Capture::FramePointers => None,
        Capture::Unwinder => Some(NO_FRAME_POINTERS),
    };
    let lines = match debug_info() {
        DebugInfo::There => None,
        DebugInfo::NamesOnly => Some(NO_LINES),
        DebugInfo::None => Some(NO_NAMES),
    };
    let missing = frame_pointers.into_iter().chain(lines);
    missing.map(str::to_owned).collect()
}

const STABLE: &str = "this program was built without `--cfg tokio_unstable`, so Tokio tells \
                      nothing of its tasks: put it into RUSTFLAGS, or into `rustflags` in \
                      .cargo/config.toml, and build again";
const SILENT: &str = "Tokio tells nothing of its tasks: its feature `tracing` is off, or a filter \
                      keeps its spans from taskmon";
const NO_FRAME_POINTERS: &str = "this program was built without frame pointers, so stacks are taken \
                                 by the unwinder, within a budget, and some may be missing: put \
                                 `-C force-frame-pointers=yes` beside `--cfg tokio_unstable`, and \
                                 build again";
const NO_LINES: &str = "this program has no debug info, so stacks have names of functions without \
                        lines, and not of those that the compiler has put into others: put \
                        `[profile.release]` and below it `debug = 1` into Cargo.toml, and build \
                        again";
const NO_NAMES: &str = "this program has neither debug info nor symbols, so stacks have no names: \
                        put `[profile.release]` and below it `debug = 1` into Cargo.toml, take \
                        `strip` out, and build again";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stacks_lack_is_said_only_where_there_are_some() {
        let missing = |capture, debug_info| of_stacks(capture, || debug_info);
        use Capture::{FramePointers, Off, Unwinder};
        assert!(missing(FramePointers, DebugInfo::There).is_empty());
        assert!(missing(Off, DebugInfo::None).is_empty());
        assert_eq!(missing(FramePointers, DebugInfo::NamesOnly), [NO_LINES]);
        assert_eq!(
            missing(Unwinder, DebugInfo::None),
            [NO_FRAME_POINTERS, NO_NAMES]
        );
    }
}
