//! dial9 as its manual says: a recorder that writes to disk, and the runtime
//! attached to it. Tasks are spawned with `tokio::spawn`, as in all other subjects,
//! so dial9 records spawns, polls and parks of workers, but no wakes.

use std::io;
use std::path::PathBuf;
use std::sync::OnceLock;

use dial9::{Dial9HandleTokioExt, DiskBuffer, Recorder, TokioAttachOptions};
use tokio::runtime::{Builder, Runtime};

static RECORDER: OnceLock<Recorder> = OnceLock::new();

fn folder() -> PathBuf {
    std::env::temp_dir().join(format!("taskmon-bench-dial9-{}", std::process::id()))
}

/// Builds a runtime that dial9 records. One in a process.
///
/// # Errors
///
/// If there is no room for the traces, or no thread for the runtime.
pub fn attach(builder: Builder) -> io::Result<Runtime> {
    let writer = DiskBuffer::builder()
        .base_path(folder())
        .max_total_size(64 << 20)
        .build()?;
    let recorder = RECORDER.get_or_init(|| dial9::recorder(writer).build());
    let options = TokioAttachOptions::builder()
        .task_tracking_enabled(true)
        .build();
    recorder.handle().attach_tokio_runtime(builder, options)
}

/// Removes what was recorded.
pub fn remove_traces() {
    let _ = std::fs::remove_dir_all(folder());
}
