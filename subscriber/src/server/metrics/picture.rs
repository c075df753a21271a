//! What one scrape shows.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use super::bounded::{OTHER, SITES, largest};
use super::ledger::{Ledger, Site, Totals};
use super::pass::{self, Seen, SiteSum};
use super::places::Places;
use super::poll_times::PollTimes;
use super::waits::{self, Waits};
use crate::builder::Level;
use crate::server::process;
use crate::server::service::Shared;
use crate::server::symbol_keeper::Wanted;
use crate::stack::Capture;

/// Everything that there is to tell, in numbers and labels.
#[derive(Debug)]
pub(super) struct Picture {
    /// Live tasks by state.
    pub(super) states: [(&'static str, u64); 4],
    pub(super) longest_running: Duration,
    pub(super) longest_scheduled: Duration,
    /// Live tasks by spawn site.
    pub(super) live: Vec<(Site, u64)>,
    /// And those that are lost.
    pub(super) lost: Vec<(Site, u64)>,
    pub(super) totals: Vec<(Site, Totals)>,
    pub(super) poll_times: PollTimes,
    pub(super) waits: Waits,
    /// Sends, and waits for locks, that last for too long.
    pub(super) stuck_sends: Waits,
    pub(super) stuck_locks: Waits,
    pub(super) health: Health,
    pub(super) process: Process,
}

/// How the layer itself does.
#[derive(Debug)]
pub(super) struct Health {
    /// What found no room.
    pub(super) unrecorded: [(&'static str, u64); 4],
    pub(super) stacks_over_budget: u64,
    pub(super) watchers: u32,
    pub(super) workers: u32,
    /// What the program lacks for the full picture.
    pub(super) missing: usize,
    pub(super) level: &'static str,
    pub(super) stacks: &'static str,
    pub(super) tokio_version: &'static str,
    /// How long the pass took.
    pub(super) pass: Duration,
}

/// What the operating system says; 0 where it says nothing.
#[derive(Debug)]
pub(super) struct Process {
    pub(super) resident_bytes: u64,
    pub(super) cpu: Duration,
    pub(super) started_unix: Duration,
}

impl Picture {
    /// Looks at everything.
    pub(super) async fn take(shared: &Shared, wanted: &Wanted, ledger: &mut Ledger) -> Self {
        let recorder = &*shared.recorder;
        let begun = Instant::now();
        let mut seen = pass::over(recorder).await;
        let mut places = Places::new(recorder);
        let sums = std::mem::take(&mut seen.waits);
        let waits = waits::name(recorder, wanted, &mut places, sums).await;
        let sites = by_label(&mut places, &seen);
        let totals = ledger.update(sites.iter().map(|(site, sum)| (site.clone(), sum.totals)));
        let poll_times = ledger.poll_times.update(&totals, seen.long_polls);
        let stuck = |is: fn(&str) -> bool| {
            let all = waits
                .iter()
                .filter(|(labels, sum)| sum.stuck > 0 && is(&labels.kind));
            let all = all.map(|(labels, sum)| (labels.clone(), *sum)).collect();
            waits::bounded(all, |sum| sum.stuck)
        };
        Picture {
            states: [
                ("running", seen.running),
                ("scheduled", seen.scheduled),
                ("waiting", seen.waiting),
                ("lost", seen.lost),
            ],
            longest_running: Duration::from_nanos(seen.longest_running),
            longest_scheduled: Duration::from_nanos(seen.longest_scheduled),
            live: counts(&sites, |sum| sum.live),
            lost: counts(&sites, |sum| sum.lost),
            totals,
            poll_times,
            stuck_sends: stuck(|kind| kind == "mpsc send"),
            stuck_locks: stuck(|kind| {
                matches!(kind, "mutex lock" | "rwlock read" | "rwlock write")
            }),
            waits: waits::bounded(waits, |sum| sum.count),
            health: Health::of(shared, begun.elapsed()),
            process: Process::now(),
        }
    }
}

/// Two places may have the same label, if it had to be cut.
fn by_label(places: &mut Places<'_>, seen: &Seen) -> BTreeMap<Site, SiteSum> {
    let mut sites: BTreeMap<Site, SiteSum> = BTreeMap::new();
    for ((location, kind), sum) in &seen.sites {
        let site = Site {
            place: places.place(*location),
            kind,
        };
        let all = sites.entry(site).or_default();
        all.live += sum.live;
        all.lost += sum.lost;
        all.totals = all.totals.plus(sum.totals);
    }
    sites
}

/// The sites with the most, and the others together, by kind.
fn counts(sites: &BTreeMap<Site, SiteSum>, count: impl Fn(&SiteSum) -> u64) -> Vec<(Site, u64)> {
    let counts = sites.iter().map(|(site, sum)| (site.clone(), count(sum)));
    let (mut named, rest) = largest(counts.filter(|(_, count)| *count > 0), SITES, |count| {
        *count
    });
    let mut others: BTreeMap<&'static str, u64> = BTreeMap::new();
    for (site, count) in rest {
        *others.entry(site.kind).or_default() += count;
    }
    let place: Arc<str> = OTHER.into();
    named.extend(others.into_iter().map(|(kind, count)| {
        let place = Arc::clone(&place);
        (Site { place, kind }, count)
    }));
    named
}

impl Health {
    fn of(shared: &Shared, pass: Duration) -> Self {
        let recorder = &*shared.recorder;
        let totals = &recorder.totals;
        Health {
            unrecorded: [
                ("tasks", totals.unrecorded_tasks.load(Relaxed)),
                ("operations", totals.unrecorded_operations.load(Relaxed)),
                ("resources", totals.unrecorded_resources.load(Relaxed)),
                ("stacks", recorder.stacks.unrecorded.load(Relaxed)),
            ],
            stacks_over_budget: recorder.stacks.over_budget.load(Relaxed),
            watchers: shared.watchers(),
            workers: totals.workers.load(Relaxed),
            missing: shared.missing().len(),
            level: match recorder.level {
                Level::Tasks => "tasks",
                Level::Channels => "channels",
                Level::All => "all",
            },
            stacks: match recorder.stacks.capture {
                Capture::Off => "off",
                Capture::FramePointers => "frame pointers",
                Capture::Unwinder => "unwinder",
            },
            tokio_version: crate::collect::tokio_version().unwrap_or_default(),
            pass,
        }
    }
}

impl Process {
    fn now() -> Self {
        let figures = process::figures();
        Process {
            resident_bytes: figures.resident_bytes,
            cpu: figures.cpu,
            started_unix: Duration::from_nanos(process::started_unix_nanos()),
        }
    }
}
