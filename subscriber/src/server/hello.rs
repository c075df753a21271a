//! Who the program is.

use std::time::Duration;

use taskmon_proto::v1 as wire;

use super::process;
use crate::builder::Level;
use crate::recorder::Recorder;
use crate::stack::Capture;

/// What is said before the first page.
pub(super) fn hello(
    recorder: &Recorder,
    interval: Duration,
    missing: Vec<String>,
    instance: u64,
) -> wire::Hello {
    let level = match recorder.level {
        Level::Tasks => wire::Level::Tasks,
        Level::Channels => wire::Level::Channels,
        Level::All => wire::Level::All,
    };
    wire::Hello {
        process_name: process::name(),
        pid: std::process::id(),
        host: process::host(),
        process_started_unix_nanos: process::started_unix_nanos(),
        anchor_unix_nanos: recorder.clock.anchor_unix_nanos(),
        subscriber_version: env!("CARGO_PKG_VERSION").to_owned(),
        tokio_version: crate::collect::tokio_version()
            .unwrap_or_default()
            .to_owned(),
        level: level.into(),
        interval_millis: u32::try_from(interval.as_millis()).unwrap_or(u32::MAX),
        missing,
        instance,
        stack_capture: match recorder.stacks.capture {
            Capture::Off => wire::StackCapture::Off,
            Capture::FramePointers => wire::StackCapture::FramePointers,
            Capture::Unwinder => wire::StackCapture::Unwinder,
        }
        .into(),
    }
}
