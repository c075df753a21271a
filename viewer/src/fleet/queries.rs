//! What Prometheus is asked, in PromQL.

use super::FleetError;
use super::api::{Api, Sample};

/// Programs that are scraped.
const INSTANCES: &str = "count by (job, instance) (taskmon_build_info)";
/// Programs that were scraped within the last hour and do not answer now.
const DOWN: &str = "count by (job, instance) (up == 0) and on (job, instance) \
                    count by (job, instance) (last_over_time(taskmon_build_info[1h]))";
/// Those that are stuck, by where.
const SENDS: &str = "sum by (job, instance, site, site_role) (taskmon_stuck_sends) > 0";
const LOCKS: &str = "sum by (job, instance, site, site_role) (taskmon_stuck_locks) > 0";
const LOST: &str = "sum by (job, instance, site) (taskmon_lost_tasks) > 0";
/// For how long the oldest wait has lasted, by where.
const OLDEST_SENDS: &str =
    "max by (job, instance, site, site_role) (taskmon_oldest_wait_seconds{kind=\"mpsc send\"})";
const OLDEST_LOCKS: &str = "max by (job, instance, site, site_role) \
    (taskmon_oldest_wait_seconds{kind=~\"mutex lock|rwlock read|rwlock write\"})";
/// Alerts of the rules that come with taskmon, and since when their conditions hold,
/// in seconds since 1970.
const ALERTS: &str = "count by (rule, job, instance, site, site_role) \
    (ALERTS{alertname=~\"Taskmon.+\", alertstate=\"firing\"})";
const ALERTS_SINCE: &str = "min by (rule, job, instance, site, site_role) \
    (ALERTS_FOR_STATE{alertname=~\"Taskmon.+\"})";

/// What it answers.
#[derive(Default)]
pub(super) struct Answers {
    pub(super) instances: Vec<Sample>,
    pub(super) down: Vec<Sample>,
    pub(super) sends: Stuck,
    pub(super) locks: Stuck,
    pub(super) lost: Stuck,
    pub(super) alerts: Vec<Sample>,
    pub(super) alerts_since: Vec<Sample>,
}

/// Counts of what is stuck, and ages of the oldest in seconds.
#[derive(Default)]
pub(super) struct Stuck {
    pub(super) counts: Vec<Sample>,
    pub(super) ages: Vec<Sample>,
}

/// Asks one after the other: they are cheap, and the server has others to serve.
pub(super) async fn ask(api: &Api) -> Result<Answers, FleetError> {
    Ok(Answers {
        instances: api.query(INSTANCES).await?,
        down: api.query(DOWN).await?,
        sends: Stuck {
            counts: api.query(SENDS).await?,
            ages: api.query(OLDEST_SENDS).await?,
        },
        locks: Stuck {
            counts: api.query(LOCKS).await?,
            ages: api.query(OLDEST_LOCKS).await?,
        },
        lost: Stuck {
            counts: api.query(LOST).await?,
            ages: Vec::new(),
        },
        alerts: api.query(ALERTS).await?,
        alerts_since: api.query(ALERTS_SINCE).await?,
    })
}
