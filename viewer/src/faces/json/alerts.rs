//! What is wrong.

use serde::Serialize;

use super::stack::{FrameJson, LocationJson, frames, location};
use super::{VERSION, time, whole_millis};
use crate::model::{Model, SiteRole, StateCounts};
use crate::rules::{Alert, AlertBook};

/// What `taskmon alerts --json` prints.
#[derive(Debug, Serialize)]
pub struct AlertList<'a> {
    version: u32,
    target: &'a str,
    alerts: Vec<AlertJson<'a>>,
    tasks: Counts,
    /// Why the look at the program ended before its time.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
}

impl<'a> AlertList<'a> {
    /// The alerts that are active and then those that ended; `error` is why the
    /// look ended early, if it did.
    pub fn new(
        target: &'a str,
        model: &Model,
        alerts: &'a AlertBook,
        error: Option<&'a str>,
    ) -> Self {
        AlertList {
            version: VERSION,
            target,
            alerts: alerts
                .active()
                .iter()
                .chain(alerts.past())
                .map(|alert| {
                    let ended = alert.ended_at.and_then(|ended| time(model, ended));
                    AlertJson::new(alert, time(model, alert.since), ended)
                })
                .collect(),
            tasks: Counts::new(
                model.state_counts(),
                model.totals.tasks_spawned,
                model.totals.tasks_ended,
            ),
            error,
        }
    }
}

/// An alert, in every list that has some.
#[derive(Debug, Serialize)]
pub(in crate::faces) struct AlertJson<'a> {
    rule: &'static str,
    severity: &'static str,
    /// Where to look.
    site: Option<LocationJson<'a>>,
    /// `waits`: the tasks wait at the site. `spawned`: they were spawned there.
    site_role: &'static str,
    tasks: usize,
    longest_ms: u64,
    since: Option<String>,
    ended: Option<String>,
    message: &'a str,
    advice: &'static str,
    example: ExampleJson<'a>,
}

#[derive(Debug, Serialize)]
struct ExampleJson<'a> {
    task: u64,
    name: &'a str,
    wait: &'a str,
    resource: Option<&'a str>,
    /// Where it waited, the innermost frame first; `null` if no stack was taken.
    stack: Option<Vec<FrameJson<'a>>>,
    spawned_at: Option<LocationJson<'a>>,
}

/// How many tasks there are.
#[derive(Debug, Serialize)]
pub(in crate::faces) struct Counts {
    live: usize,
    running: usize,
    scheduled: usize,
    waiting: usize,
    lost: usize,
    spawned: u64,
    ended: u64,
}

impl Counts {
    /// Live tasks by what they do, and how many there ever were and have ended.
    pub(in crate::faces) fn new(states: StateCounts, spawned: u64, ended: u64) -> Self {
        Counts {
            live: states.live(),
            running: states.running,
            scheduled: states.scheduled,
            waiting: states.waiting,
            lost: states.lost,
            spawned,
            ended,
        }
    }
}

impl<'a> AlertJson<'a> {
    /// `alert`, with the times when it began and ended.
    pub(in crate::faces) fn new(
        alert: &'a Alert,
        since: Option<String>,
        ended: Option<String>,
    ) -> Self {
        AlertJson {
            rule: alert.rule,
            severity: alert.severity.as_str(),
            site: site(alert),
            site_role: alert.site_role.as_str(),
            tasks: alert.tasks,
            longest_ms: whole_millis(alert.longest),
            since,
            ended,
            message: &alert.message,
            advice: alert.advice,
            example: ExampleJson {
                task: alert.example.tokio_id,
                name: &alert.example.name,
                wait: &alert.example.wait,
                resource: alert.example.resource.as_deref(),
                stack: alert.example.stack.as_ref().map(|it| frames(it, false)),
                spawned_at: alert.example.spawned_at.as_deref().map(location),
            },
        }
    }
}

fn site(alert: &Alert) -> Option<LocationJson<'_>> {
    let site = location(alert.site.as_deref()?);
    let own = alert.example.stack.as_ref().and_then(|it| it.own_frame());
    Some(match alert.site_role {
        SiteRole::Waits => site.in_function(own.map(|frame| &*frame.function)),
        SiteRole::Spawned => site,
    })
}
