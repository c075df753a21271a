//! What is wrong in the picture.
//!
//! A rule is a plain function of the model: it says which tasks it finds stuck
//! and why. The [`AlertBook`] groups what the rules say by site, holds each alert
//! through short gaps, and remembers those that ended. Every face shows the book.

mod book;
mod busy_poll;
mod lock_stall;
mod lost_waker;
mod pass;
mod rule;
mod send_stall;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub use book::AlertBook;

use self::rule::Rule;
use crate::model::{Location, Model, Moment, SiteRole, Stack, Task, TaskKey};

/// All rules, in the order in which their alerts are listed among equals.
static RULES: [&dyn Rule; 4] = [
    &send_stall::SendStall,
    &lock_stall::LockStall,
    &lost_waker::LostWaker,
    &busy_poll::BusyPoll,
];

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth a look.
    Warning,
    /// Stuck.
    Error,
}

/// When the rules raise an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thresholds {
    /// `send-stall`: how long a channel send may be pending.
    pub send: Duration,
    /// `lock-stall`: how long a lock may be waited for.
    pub lock: Duration,
    /// `busy-poll`: how long one poll may last.
    pub poll: Duration,
}

impl Severity {
    /// `error` or `warning`.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Default for Thresholds {
    fn default() -> Self {
        Thresholds {
            send: Duration::from_secs(5),
            lock: Duration::from_secs(5),
            poll: Duration::from_millis(100),
        }
    }
}

/// One thing that is wrong, at one site.
#[derive(Clone, Debug, PartialEq)]
pub struct Alert {
    /// The rule's name: `send-stall`.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Where to look, if that is known.
    pub site: Option<Arc<Location>>,
    /// What the tasks do at the site.
    pub site_role: SiteRole,
    /// How many tasks it concerns; of an alert that ended, the most there were.
    pub tasks: usize,
    /// The longest that one of them has been so.
    pub longest: Duration,
    /// When the first of them became so.
    pub since: Moment,
    /// One sentence: what is so, and what that means. It may hold names that the
    /// program chose: faces must make it harmless.
    pub message: String,
    /// What to do about it.
    pub advice: &'static str,
    /// The task that has been so for the longest.
    pub example: Example,
    /// When it ended; `None` while it is active.
    pub ended_at: Option<Moment>,
}

impl Alert {
    /// Where to look, in words: `waiting at src/producer.rs:41:26`, or `tasks
    /// spawned at …`. It holds what the program said: faces must make it
    /// harmless.
    pub fn place(&self) -> String {
        match (&self.site, self.site_role) {
            (Some(site), SiteRole::Waits) => format!("waiting at {site}"),
            (Some(site), SiteRole::Spawned) => format!("tasks spawned at {site}"),
            (None, _) => "a place that is not known".to_owned(),
        }
    }

    /// Whether `task` may be one of those that it is about: it is or waits at the
    /// site.
    pub fn may_concern(&self, model: &Model, task: &Task) -> bool {
        match self.site_role {
            SiteRole::Spawned => self.site == task.location,
            SiteRole::Waits => model
                .pending(task)
                .iter()
                .any(|wait| wait.site() == self.site.as_ref()),
        }
    }
}

/// One of the tasks that an alert is about, as it was when the alert last held.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// The task.
    pub task: TaskKey,
    /// What `tokio::task::Id` shows.
    pub tokio_id: u64,
    /// What the application called it, maybe empty.
    pub name: Arc<str>,
    /// What it waited for, in words: `mpsc send`, `select(mpsc send | sleep)`; its
    /// state (`lost`, `running`) if the alert is not about an operation.
    pub wait: String,
    /// The resource it waited on, in words: `ch#18 (3/3 full, 12 senders waiting)`.
    pub resource: Option<String>,
    /// Where it waited, if its stack was taken.
    pub stack: Option<Arc<Stack>>,
    /// Where it was spawned, if that is known.
    pub spawned_at: Option<Arc<Location>>,
}

/// What is wrong now with those tasks of `model` for which `concerns` holds.
pub(crate) fn judge_those(
    model: &Model,
    thresholds: &Thresholds,
    concerns: impl Fn(&Task) -> bool,
) -> Vec<Alert> {
    let mut alerts = pass::Pass::over_those(model, thresholds, concerns).alerts(model);
    alerts.sort_by_cached_key(book::order);
    alerts
}

/// What is wrong in `model`, without a past.
#[cfg(test)]
fn judge(model: &Model) -> Vec<Alert> {
    let mut book = AlertBook::default();
    book.update(model);
    book.active().to_vec()
}
