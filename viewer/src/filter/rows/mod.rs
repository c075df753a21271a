//! What each view has to compare of its rows.

mod alerts;
mod resources;
mod sites;
mod tasks;

pub use self::alerts::AlertRow;
pub use self::resources::{ChannelRow, ResourceRow};
pub use self::sites::{SpawnSiteRow, WaitSiteRow};
pub use self::tasks::TaskRow;

use std::time::Duration;

use super::Probe;
use crate::model::{Model, Stack, TaskKey};

/// In nanoseconds.
fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// The program's own function in `stack`.
fn own_function(stack: Option<&Stack>) -> Option<&str> {
    Some(&*stack?.own_frame()?.function)
}

/// A task that a row is about besides: `task 7 "cart"`.
fn other_task(probe: &mut Probe<'_, '_>, model: &Model, task: Option<TaskKey>) {
    if let Some(task) = task {
        probe.written(|text| model.write_task_title(task, text));
    }
}
