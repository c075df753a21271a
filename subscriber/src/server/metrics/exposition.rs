//! What of a picture goes under which name.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Unit;

use super::families::Families;
use super::label;
use super::ledger::{Site, Totals};
use super::pass::WaitSum;
use super::picture::Picture;
use super::waits::{WaitLabels, Waits};

/// A picture that can be written.
#[derive(Debug)]
pub(super) struct Exposition(pub(super) Arc<Picture>);

impl Collector for Exposition {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let picture = &*self.0;
        let mut families = Families(encoder);
        tasks(&mut families, picture)?;
        totals(&mut families, &picture.totals)?;
        times(&mut families, picture)?;
        waits(&mut families, picture)?;
        health(&mut families, picture)?;
        process(&mut families, picture)
    }
}

fn tasks(families: &mut Families<'_>, picture: &Picture) -> fmt::Result {
    let states = picture.states.iter();
    families.gauge(
        "taskmon_tasks",
        "Live tasks by what they are doing",
        None,
        states.map(|(state, count)| ([("state", *state)], *count)),
    )?;
    let by_site = |sites: &'static str, help, all: &[(Site, u64)], families: &mut Families<'_>| {
        let all = all.iter().map(|(site, count)| (site_labels(site), *count));
        families.gauge(sites, help, None, all)
    };
    by_site(
        "taskmon_site_tasks",
        "Live tasks by where they were spawned",
        &picture.live,
        families,
    )?;
    by_site(
        "taskmon_lost_tasks",
        "Tasks that are pending without a waker and can never run again, by where they were spawned",
        &picture.lost,
        families,
    )?;
    families.one_gauge(
        "taskmon_longest_running_poll",
        "How long the poll has lasted so far that has lasted longest of those under way",
        Some(Unit::Seconds),
        picture.longest_running.as_secs_f64(),
    )?;
    families.one_gauge(
        "taskmon_longest_scheduled",
        "How long a task that was woken has waited so far for a worker, of those that wait for one",
        Some(Unit::Seconds),
        picture.longest_scheduled.as_secs_f64(),
    )
}

fn totals(families: &mut Families<'_>, totals: &[(Site, Totals)]) -> fmt::Result {
    let by_site = |of: fn(&Totals) -> u64| {
        totals
            .iter()
            .map(move |(site, totals)| (site_labels(site), of(totals)))
    };
    families.counter(
        "taskmon_spawned_tasks",
        "Tasks that were spawned, by where",
        None,
        by_site(|totals| totals.spawned),
    )?;
    let ends = totals.iter().flat_map(|(site, totals)| {
        let [place, kind] = site_labels(site);
        [
            ([place, kind, ("end", "completed")], totals.completed),
            ([place, kind, ("end", "panicked")], totals.panicked),
            ([place, kind, ("end", "cancelled")], totals.cancelled),
        ]
    });
    families.counter(
        "taskmon_ended_tasks",
        "Tasks that ended, by how and by where they were spawned",
        None,
        ends,
    )?;
    families.counter(
        "taskmon_polls",
        "Polls of tasks, by where they were spawned",
        None,
        by_site(|totals| totals.polls),
    )?;
    let busy = totals.iter().map(|(site, totals)| {
        let busy = Duration::from_nanos(totals.busy_nanos);
        (site_labels(site), busy.as_secs_f64())
    });
    families.counter(
        "taskmon_busy",
        "Time in polls that are over, by where the tasks were spawned",
        Some(Unit::Seconds),
        busy,
    )
}

fn times(families: &mut Families<'_>, picture: &Picture) -> fmt::Result {
    let all = picture.totals.iter();
    families.counter(
        "taskmon_scheduled",
        "Time between being woken and being polled, by where the tasks were spawned",
        Some(Unit::Seconds),
        all.clone().map(|(site, totals)| {
            let scheduled = Duration::from_nanos(totals.scheduled_nanos);
            (site_labels(site), scheduled.as_secs_f64())
        }),
    )?;
    families.counter(
        "taskmon_wakes",
        "Wakes of tasks, by where they were spawned and by whether it was from within their own poll",
        None,
        all.flat_map(|(site, totals)| {
            let [place, kind] = site_labels(site);
            let others = totals.wakes.saturating_sub(totals.self_wakes);
            [
                ([place, kind, ("by", "itself")], totals.self_wakes),
                ([place, kind, ("by", "others")], others),
            ]
        }),
    )?;
    let times = &picture.poll_times;
    families.histogram(
        "taskmon_poll_duration",
        "How long polls took, of tasks that must not block",
        Some(Unit::Seconds),
        (times.sum(), times.count()),
        &times.buckets(),
    )
}

fn waits(families: &mut Families<'_>, picture: &Picture) -> fmt::Result {
    let all = picture.waits.iter();
    families.gauge(
        "taskmon_waits",
        "What tasks wait for, or did when they were last polled, by kind and place",
        None,
        all.clone()
            .map(|(labels, sum)| (wait_labels(labels), sum.count)),
    )?;
    families.gauge(
        "taskmon_oldest_wait",
        "For how long the oldest of these waits has lasted",
        Some(Unit::Seconds),
        all.map(|(labels, sum)| {
            let oldest = Duration::from_nanos(sum.oldest);
            (wait_labels(labels), oldest.as_secs_f64())
        }),
    )?;
    families.gauge(
        "taskmon_stuck_sends",
        "Channel sends that have been pending for 5 seconds or longer, by place; the channel is \
         moving if something was taken from it meanwhile",
        None,
        stuck(&picture.stuck_sends, "channel"),
    )?;
    families.gauge(
        "taskmon_stuck_locks",
        "Waits for a mutex or a read-write lock that have lasted for 5 seconds or longer, by \
         place; the lock is moving if it was given back meanwhile",
        None,
        stuck(&picture.stuck_locks, "lock"),
    )
}

/// Two series for each: what is blocked, and what only this one does not get.
fn stuck<'a>(
    waits: &'a Waits,
    on: &'static str,
) -> impl Iterator<Item = ([(&'static str, &'a str); 4], u64)> {
    let parts = move |(labels, sum): (&'a WaitLabels, &'a WaitSum)| {
        let [kind, site, role] = wait_labels(labels);
        [
            (
                [kind, site, role, (on, "blocked")],
                sum.stuck - sum.stuck_moving,
            ),
            ([kind, site, role, (on, "moving")], sum.stuck_moving),
        ]
    };
    let all = waits.iter().flat_map(parts);
    all.filter(|(_, count)| *count > 0)
}

fn health(families: &mut Families<'_>, picture: &Picture) -> fmt::Result {
    let health = &picture.health;
    let unrecorded = health.unrecorded.iter();
    families.counter(
        "taskmon_unrecorded",
        "What found no room in the tables of the layer, and is missing everywhere here",
        None,
        unrecorded.map(|(what, count)| ([("what", *what)], *count)),
    )?;
    families.counter(
        "taskmon_stacks_over_budget",
        "Waits whose stack was not taken because the unwinder had no time left",
        None,
        std::iter::once(([("capture", health.stacks)], health.stacks_over_budget)),
    )?;
    families.one_gauge(
        "taskmon_watchers",
        "Viewers that are attached",
        None,
        health.watchers,
    )?;
    families.one_gauge(
        "taskmon_workers",
        "Threads that are workers of a Tokio runtime",
        None,
        health.workers,
    )?;
    families.one_gauge(
        "taskmon_missing_prerequisites",
        "What the program lacks for the full picture; it says what on standard error at its start",
        None,
        health.missing as u64,
    )?;
    families.one_gauge(
        "taskmon_pass_duration",
        "How long it took to look at everything for this scrape",
        Some(Unit::Seconds),
        health.pass.as_secs_f64(),
    )?;
    let build = Info::new([
        ("version", env!("CARGO_PKG_VERSION").to_owned()),
        ("tokio_version", label::text(health.tokio_version)),
        ("level", health.level.to_owned()),
        ("stacks", health.stacks.to_owned()),
    ]);
    let encoder = families.0.encode_descriptor(
        "taskmon_build",
        "Versions, the level, and how stacks are taken",
        None,
        build.metric_type(),
    )?;
    build.encode(encoder)
}

/// Under the names that every Prometheus client gives them.
fn process(families: &mut Families<'_>, picture: &Picture) -> fmt::Result {
    let process = &picture.process;
    if process.resident_bytes > 0 {
        families.one_gauge(
            "process_resident_memory",
            "Resident memory of the process",
            Some(Unit::Bytes),
            process.resident_bytes,
        )?;
    }
    if process.started_unix > Duration::ZERO {
        families.one_gauge(
            "process_start_time",
            "When the process started, in seconds since 1970",
            Some(Unit::Seconds),
            process.started_unix.as_secs_f64(),
        )?;
    }
    let cpu = ConstCounter::new(process.cpu.as_secs_f64());
    let encoder = families.0.encode_descriptor(
        "process_cpu",
        "Processor time of all threads of the process, user and system",
        Some(&Unit::Seconds),
        cpu.metric_type(),
    )?;
    cpu.encode(encoder)
}

fn site_labels(site: &Site) -> [(&'static str, &str); 2] {
    [("site", &site.place), ("kind", site.kind)]
}

fn wait_labels(labels: &WaitLabels) -> [(&'static str, &str); 3] {
    [
        ("kind", &labels.kind),
        ("site", &labels.site),
        ("site_role", labels.role),
    ]
}
