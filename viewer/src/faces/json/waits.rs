//! What is waited for at each place.

use serde::Serialize;

use super::stack::{LocationJson, location};
use super::{Head, whole_millis};
use crate::model::{Model, WaitSite};

/// How many channels and locks of a place are named.
const RESOURCES: usize = 10;

/// What `taskmon waits --json` prints.
#[derive(Debug, Serialize)]
pub struct WaitList<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    waits: Vec<WaitSiteJson<'a>>,
}

impl<'a> WaitList<'a> {
    /// All waits by kind and place, most first.
    pub fn new(target: &'a str, model: &'a Model) -> Self {
        WaitList {
            head: Head::new(target, model),
            waits: model.wait_sites().iter().map(wait_site).collect(),
        }
    }
}

#[derive(Debug, Serialize)]
struct WaitSiteJson<'a> {
    kind: &'a str,
    site: Option<LocationJson<'a>>,
    /// `waits`: the tasks wait at the site. `spawned`: they were spawned there, and
    /// where they wait is not known.
    site_role: &'static str,
    waits: u64,
    tasks: usize,
    longest_ms: u64,
    /// The names of the first of what they wait on: the longest wait's first.
    resources: Vec<String>,
    resource_count: usize,
}

fn wait_site<'a>(it: &WaitSite<'a>) -> WaitSiteJson<'a> {
    let named = it.resources.iter().take(RESOURCES);
    WaitSiteJson {
        kind: it.kind.as_str(),
        site: it.site.map(|site| location(site).in_function(it.function)),
        site_role: it.role.as_str(),
        waits: it.waits,
        tasks: it.tasks,
        longest_ms: whole_millis(it.longest),
        resources: named.map(|resource| resource.to_string()).collect(),
        resource_count: it.resources.len(),
    }
}
