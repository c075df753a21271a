//! The picture as JSON, for other programs.
//!
//! The shape is a contract: fields may be added, and `version` grows if one ever
//! changes its meaning. Text is as the program gave it, escaped as JSON is. What
//! is not known is `null`. Times are RFC 3339 by the program's own clock, and
//! durations are in milliseconds.

mod alerts;
mod channels;
mod chosen;
mod fleet;
mod groups;
mod rules;
mod stack;
mod tasks;
#[cfg(test)]
mod tests;
mod waits;

pub use self::alerts::AlertList;
pub(in crate::faces) use self::alerts::{AlertJson, Counts};
pub use self::channels::ChannelList;
pub(in crate::faces) use self::chosen::{ChosenTasks, Of};
pub use self::fleet::FleetReport;
pub use self::groups::GroupList;
pub use self::rules::RuleList;
pub use self::tasks::TaskList;
pub use self::waits::WaitList;

use std::time::Duration;

use serde::Serialize;

use crate::model::{Model, Moment, Program};
use crate::words::time::rfc3339;

const VERSION: u32 = 1;

/// What every list begins with.
#[derive(Debug, Serialize)]
struct Head<'a> {
    version: u32,
    target: &'a str,
    program: Option<ProgramJson<'a>>,
    /// When the picture was taken.
    at: Option<String>,
}

impl<'a> Head<'a> {
    fn new(target: &'a str, model: &'a Model) -> Self {
        Head {
            version: VERSION,
            target,
            program: model.program.as_ref().map(program),
            at: time(model, model.now),
        }
    }
}

#[derive(Debug, Serialize)]
struct ProgramJson<'a> {
    name: &'a str,
    pid: u32,
    host: &'a str,
    started: String,
    subscriber_version: &'a str,
    tokio_version: Option<&'a str>,
    level: &'static str,
    interval_ms: u64,
    missing: Vec<&'a str>,
    /// Two runs of a program differ in it. A string, for it has 64 bits.
    instance: String,
}

fn program(program: &Program) -> ProgramJson<'_> {
    ProgramJson {
        name: &program.name,
        pid: program.pid,
        host: &program.host,
        started: rfc3339(program.started),
        subscriber_version: &program.subscriber_version,
        tokio_version: program.tokio_version.as_deref(),
        level: program.level.as_str(),
        interval_ms: whole_millis(program.interval),
        missing: program.missing.iter().map(AsRef::as_ref).collect(),
        instance: program.instance.to_string(),
    }
}

fn time(model: &Model, moment: Moment) -> Option<String> {
    model.system_time(moment).map(rfc3339)
}

fn whole_millis(duration: Duration) -> u64 {
    duration.as_millis().try_into().unwrap_or(u64::MAX)
}

/// To the microsecond.
fn millis(duration: Duration) -> f64 {
    duration.as_micros() as f64 / 1_000.0
}
