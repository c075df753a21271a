//! How the views of places, channels, locks and the process look, whole: as
//! `snapshots` has it.

use taskmon_proto::v1 as wire;

use super::samples::{busy, empty, make_many};
use super::snapshots::hold;
use super::*;

/// The same program, watched for half a minute in which tasks come and go.
fn watched(mut sample: Sample) -> Sample {
    let sites = sample.model.site_tasks();
    let sites = sites.iter().map(|(key, tasks)| {
        let live = tasks.states.live() as u64;
        (key.location.line, live)
    });
    let sites: Vec<(u32, u64)> = sites.collect();
    for second in 0..30 {
        let now = sample.model.now.since_zero().as_nanos() as u64;
        let ended = |live: u64| (live % 5) * second;
        let spawn_sites = sites.iter().map(|(line, live)| wire::SpawnSite {
            location: *line,
            kind: wire::TaskKind::Task.into(),
            // They become as many as they are.
            spawned: (live * (second + 1)).div_ceil(30) + ended(*live),
            completed: ended(*live),
            polls: 7 * ended(*live),
            busy_nanos: 20_000_000 * ended(*live),
            ..wire::SpawnSite::default()
        });
        let spawn_sites: Vec<_> = spawn_sites.collect();
        let totals = wire::Totals {
            tasks_spawned: spawn_sites.iter().map(|site| site.spawned).sum(),
            tasks_ended: spawn_sites.iter().map(|site| site.completed).sum(),
            ..wire::Totals::default()
        };
        sample.apply(wire::Page {
            at_nanos: now + 1_000_000_000,
            spawn_sites,
            process: Some(wire::ProcessFigures {
                resident_bytes: 48_300_000 + 1_000_000 * second,
                cpu_nanos: 1_000_000_000 * second + 300_000_000 * (second % 7),
                threads: 6,
                worker_threads: 4,
                watchers: 1,
            }),
            totals: Some(totals),
            ..wire::Page::default()
        });
        drop(sample.model.share());
    }
    sample
}

fn programs() -> [(&'static str, Ui); 3] {
    [
        ("empty", Ui::new(&empty())),
        ("busy", Ui::new(&watched(busy()))),
        ("many", Ui::new(&watched(make_many()))),
    ]
}

/// All three after these actions.
fn hold_all(name: &str, actions: &[Action]) {
    for (program, mut ui) in programs() {
        for action in actions {
            ui.settle();
            ui.act(&[*action]);
        }
        hold(&format!("{name}_{program}"), &mut ui);
    }
}

#[test]
fn where_tasks_are_spawned() {
    hold_all("sites", &[tab("Sites"), Action::Down]);
}

#[test]
fn where_tasks_wait() {
    hold_all("wait_sites", &[tab("Sites"), Action::Tree]);
}

#[test]
fn the_channels() {
    hold_all("channels", &[tab("Channels"), Action::Down]);
}

#[test]
fn a_channel() {
    hold_all("channel", &[tab("Channels"), Action::Open, Action::Down]);
}

#[test]
fn the_locks() {
    hold_all("resources", &[tab("Resources"), Action::Down]);
}

#[test]
fn a_lock() {
    hold_all("resource", &[tab("Resources"), Action::Open, Action::Down]);
}

#[test]
fn the_process() {
    hold_all("process", &[tab("Process")]);
}
