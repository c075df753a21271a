//! What Prometheus says of many programs.

use serde::Serialize;

use super::{VERSION, whole_millis};
use crate::fleet::{Fleet, Instance, Trouble};
use crate::words::time::rfc3339;

/// What `taskmon fleet --json` prints.
#[derive(Debug, Serialize)]
pub struct FleetReport<'a> {
    version: u32,
    prometheus: &'a str,
    instances: Vec<InstanceJson<'a>>,
    /// Those that do not answer Prometheus any more.
    down: Vec<InstanceJson<'a>>,
    troubles: Vec<TroubleJson<'a>>,
}

impl<'a> FleetReport<'a> {
    /// What is wrong, most tasks first, by the server at `prometheus`.
    pub fn new(prometheus: &'a str, fleet: &'a Fleet) -> Self {
        FleetReport {
            version: VERSION,
            prometheus,
            instances: fleet.instances.iter().map(instance).collect(),
            down: fleet.down.iter().map(instance).collect(),
            troubles: fleet.troubles.iter().map(trouble).collect(),
        }
    }
}

#[derive(Debug, Serialize)]
struct InstanceJson<'a> {
    job: &'a str,
    instance: &'a str,
}

fn instance(it: &Instance) -> InstanceJson<'_> {
    InstanceJson {
        job: &it.job,
        instance: &it.instance,
    }
}

#[derive(Debug, Serialize)]
struct TroubleJson<'a> {
    job: &'a str,
    rule: &'a str,
    /// As one text: `src/producer.rs:41:26`.
    site: Option<&'a str>,
    /// `waits`: the tasks wait at the site. `spawned`: they were spawned there.
    site_role: &'a str,
    /// `null` if it is not about single tasks.
    tasks: Option<u64>,
    since: Option<String>,
    longest_ms: Option<u64>,
    /// Whether an alert of Prometheus' is firing.
    firing: bool,
    /// How many instances the service has.
    of_instances: usize,
    /// Those that have it, the worst first.
    instances: Vec<TroubledJson<'a>>,
}

#[derive(Debug, Serialize)]
struct TroubledJson<'a> {
    instance: &'a str,
    tasks: u64,
}

fn trouble(it: &Trouble) -> TroubleJson<'_> {
    let troubled = it.instances.iter().map(|(instance, tasks)| TroubledJson {
        instance,
        tasks: *tasks,
    });
    TroubleJson {
        job: &it.job,
        rule: &it.rule,
        site: (!it.site.is_empty()).then_some(&it.site),
        site_role: &it.site_role,
        tasks: it.tasks(),
        since: it.since.map(rfc3339),
        longest_ms: it.longest.map(whole_millis),
        firing: it.firing,
        of_instances: it.of_instances,
        instances: troubled.collect(),
    }
}
