//! Takes the hello of a stream into the model.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use taskmon_proto::v1 as wire;

use super::{FoldError, limits};
use crate::model::{Level, Model, Program, StackCapture};

/// What the contract allows.
const INTERVAL_MILLIS: std::ops::RangeInclusive<u32> = 50..=60_000;
/// What the contract calls the default.
const DEFAULT_INTERVAL_MILLIS: u32 = 1_000;

impl Model {
    /// Learns who the program is.
    ///
    /// # Errors
    ///
    /// If it said so before, or says more than is allowed.
    pub fn apply_hello(&mut self, hello: wire::Hello) -> Result<(), FoldError> {
        if self.program.is_some() {
            return Err(FoldError::SecondHello);
        }
        limits::check("missing sentences", hello.missing.len(), limits::MISSING)?;
        let interval_millis = match hello.interval_millis {
            0 => DEFAULT_INTERVAL_MILLIS,
            millis => millis.clamp(*INTERVAL_MILLIS.start(), *INTERVAL_MILLIS.end()),
        };
        self.program = Some(Program {
            level: match hello.level() {
                wire::Level::Tasks => Level::Tasks,
                wire::Level::All => Level::All,
                wire::Level::Channels | wire::Level::Unspecified => Level::Channels,
            },
            stack_capture: match hello.stack_capture() {
                wire::StackCapture::FramePointers => StackCapture::FramePointers,
                wire::StackCapture::Unwinder => StackCapture::Unwinder,
                wire::StackCapture::Off | wire::StackCapture::Unspecified => StackCapture::Off,
            },
            name: bounded(hello.process_name)?,
            pid: hello.pid,
            host: bounded(hello.host)?,
            started: system_time(hello.process_started_unix_nanos),
            anchor: system_time(hello.anchor_unix_nanos),
            subscriber_version: bounded(hello.subscriber_version)?,
            tokio_version: Some(bounded(hello.tokio_version)?).filter(|it| !it.is_empty()),
            interval: Duration::from_millis(interval_millis.into()),
            missing: hello
                .missing
                .into_iter()
                .map(bounded)
                .collect::<Result<_, _>>()?,
            instance: hello.instance,
        });
        Ok(())
    }
}

fn bounded(text: String) -> Result<Arc<str>, FoldError> {
    limits::check("bytes in a text", text.len(), limits::TEXT_BYTES)?;
    Ok(text.into())
}

fn system_time(unix_nanos: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH
        .checked_add(Duration::from_nanos(unix_nanos))
        .unwrap_or(SystemTime::UNIX_EPOCH)
}
