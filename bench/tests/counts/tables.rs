//! That every task is counted, exactly, whatever becomes of it.

use std::panic;
use std::time::Duration;

use bench::runtimes::Flavor;
use bench::subjects::Subject;
use taskmon::client::{Session, Target, look};
use taskmon::model::{Model, SpawnSite, TaskKind};
use tokio::task::{JoinSet, yield_now};

use super::support::{Program, say, until, wait};

const COMPLETED: u64 = 20_000;
const CANCELLED: u64 = 10_000;
const PANICKED: u64 = 5_000;
const ALIVE: u64 = 700;
/// How many of each there are at a time at most.
const BATCH: u64 = 100;

/// The program: spawns as many of each, all on two workers.
fn churns(_: &str) {
    let address = Subject::DEFAULT.install().unwrap();
    // Thousands of reports help nobody.
    panic::set_hook(Box::new(|_| {}));
    let runtime = Flavor::TwoWorkers.build().unwrap();
    say(address);
    wait();
    runtime.block_on(async {
        let mut kinds = JoinSet::new();
        kinds.spawn(complete());
        kinds.spawn(cancel());
        kinds.spawn(panicking());
        kinds.spawn(live());
        kinds.join_all().await;
    });
    say("done");
    wait();
}

async fn complete() {
    for _ in 0..COMPLETED / BATCH {
        let mut tasks = JoinSet::new();
        for _ in 0..BATCH {
            tasks.spawn(yield_now());
        }
        tasks.join_all().await;
    }
}

async fn cancel() {
    for _ in 0..CANCELLED / BATCH {
        let mut tasks = JoinSet::new();
        for _ in 0..BATCH {
            tasks.spawn(std::future::pending::<()>());
        }
        yield_now().await;
        tasks.shutdown().await;
    }
}

async fn panicking() {
    for _ in 0..PANICKED / BATCH {
        let mut tasks = JoinSet::new();
        for _ in 0..BATCH {
            tasks.spawn(async { panic!("as it should") });
        }
        while tasks.join_next().await.is_some() {}
    }
}

async fn live() {
    for _ in 0..ALIVE {
        // It has a timer, so that it is not lost.
        tokio::spawn(tokio::time::sleep(Duration::from_secs(86_400)));
    }
}

/// What became of the tasks of each place in this file that spawns more than one.
fn sites(model: &Model) -> Vec<[u64; 4]> {
    let mut sites: Vec<_> = model
        .sites
        .iter()
        .filter(|(key, site)| {
            let is_ours = key.location.file.ends_with("counts/tables.rs");
            is_ours && key.kind == TaskKind::Task && site.spawned > 1
        })
        .map(|(_, site)| {
            let SpawnSite {
                spawned,
                completed,
                panicked,
                cancelled,
                ..
            } = *site;
            [spawned, completed, panicked, cancelled]
        })
        .collect();
    sites.sort();
    sites
}

/// What is not exact, if there is something.
fn wrong(model: &Model) -> Option<String> {
    let expected = [
        [ALIVE, 0, 0, 0],
        [PANICKED, 0, PANICKED, 0],
        [CANCELLED, 0, 0, CANCELLED],
        [COMPLETED, COMPLETED, 0, 0],
    ];
    let totals = model.totals;
    let alive = model.tasks.len() as u64;
    let unrecorded = totals.tasks_unrecorded
        + totals.operations_unrecorded
        + totals.resources_unrecorded
        + totals.stacks_unrecorded;
    let is_exact = totals.tasks_spawned == totals.tasks_ended + alive
        && unrecorded == 0
        && model.oddities == 0
        && sites(model) == expected;
    (!is_exact).then(|| format!("{alive} alive, {totals:?}, {:?}", sites(model)))
}

#[test]
fn after_a_churn_every_task_is_counted_at_its_site() {
    let name = "tables::after_a_churn_every_task_is_counted_at_its_site";
    let mut program = Program::start(name, "", churns);
    let target: Target = program.hear().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let interval = Duration::from_millis(50);
    let mut session = runtime
        .block_on(Session::connect(&target, interval))
        .unwrap();
    program.go_on();
    // This viewer sees differences all the time, and another one comes at the end.
    let mut last = None;
    until("the totals that a viewer was told bit by bit", || {
        let model = runtime.block_on(session.next()).unwrap();
        let wrong = wrong(model);
        if wrong != last {
            eprintln!("{wrong:?}");
            last.clone_from(&wrong);
        }
        wrong.is_none().then_some(())
    });
    assert_eq!(program.hear::<String>().as_deref(), Some("done"));
    let fresh = runtime.block_on(look(&target)).unwrap();
    assert_eq!(wrong(&fresh), None);
}
