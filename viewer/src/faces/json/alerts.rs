//! What is wrong.

use serde::Serialize;

use super::stack::{FrameJson, LocationJson, frames, location};
use super::{VERSION, time, whole_millis};
use crate::model::{Model, SiteRole};
use crate::rules::{Alert, AlertBook};

/// What `taskmon check --format json` and `taskmon alerts --json` print.
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
        let states = model.state_counts();
        AlertList {
            version: VERSION,
            target,
            alerts: alerts
                .active()
                .iter()
                .chain(alerts.past())
                .map(|alert| alert_json(model, alert))
                .collect(),
            tasks: Counts {
                live: states.live(),
                running: states.running,
                scheduled: states.scheduled,
                waiting: states.waiting,
                lost: states.lost,
                spawned: model.totals.tasks_spawned,
                ended: model.totals.tasks_ended,
            },
            error,
        }
    }
}

#[derive(Debug, Serialize)]
struct AlertJson<'a> {
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

#[derive(Debug, Serialize)]
struct Counts {
    live: usize,
    running: usize,
    scheduled: usize,
    waiting: usize,
    lost: usize,
    spawned: u64,
    ended: u64,
}

fn alert_json<'a>(model: &Model, alert: &'a Alert) -> AlertJson<'a> {
    AlertJson {
        rule: alert.rule,
        severity: alert.severity.as_str(),
        site: site(alert),
        site_role: alert.site_role.as_str(),
        tasks: alert.tasks,
        longest_ms: whole_millis(alert.longest),
        since: time(model, alert.since),
        ended: alert.ended_at.and_then(|ended| time(model, ended)),
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

fn site(alert: &Alert) -> Option<LocationJson<'_>> {
    let site = location(alert.site.as_deref()?);
    let own = alert.example.stack.as_ref().and_then(|it| it.own_frame());
    Some(match alert.site_role {
        SiteRole::Waits => site.in_function(own.map(|frame| &*frame.function)),
        SiteRole::Spawned => site,
    })
}
