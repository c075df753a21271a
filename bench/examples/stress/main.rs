//! Stresses taskmon, and says whether what it told was true.
//!
//!     cargo run --release -p bench --example stress -- [SECONDS]
//!
//! All processors spawn, send, select, join, lock and cancel, with stacks on, while
//! viewers come and go. At the end every task must have been counted exactly, no
//! task that can be woken may ever have been called lost, and those that cannot be
//! must have been. Under the address sanitizer, of which the toolchain has the
//! runtime:
//!
//!     RUSTC_BOOTSTRAP=1 \
//!     RUSTFLAGS='--cfg tokio_unstable -C force-frame-pointers=yes -Zsanitizer=address' \
//!         cargo run --release -p bench --example stress \
//!         --target x86_64-unknown-linux-gnu --target-dir target/asan -- 60

mod control;
mod watch;
mod work;

use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use taskmon::client::Target;
use taskmon::model::{Model, SpawnSite, Task, TaskKind, TaskState};
use taskmon_subscriber::{Builder, Level};
use tracing::subscriber::NoSubscriber;

use bench::random::Random;
use control::Controls;
use watch::Seen;
use work::{KINDS, Work};

/// How long the tasks may take to end, and the counts to agree.
const PATIENCE: Duration = Duration::from_secs(60);

fn main() -> ExitCode {
    let seconds = std::env::args().nth(1).map_or(Ok(10), |text| text.parse());
    let Ok(seconds) = seconds else {
        eprintln!("usage: stress [SECONDS]");
        return ExitCode::from(2);
    };
    match stress(Duration::from_secs(seconds)) {
        Ok(wrong) if wrong.is_empty() => {
            println!("all is well");
            ExitCode::SUCCESS
        }
        Ok(wrong) => {
            for what in wrong {
                println!("WRONG: {what}");
            }
            ExitCode::FAILURE
        }
        Err(error) => {
            println!("cannot stress: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Does so for `time`, and gives what was wrong.
fn stress(time: Duration) -> Result<Vec<String>, Box<dyn Error>> {
    let panics = count_panics();
    let telemetry = Builder::new()
        .bind("127.0.0.1:0")
        .level(Level::All)
        .init_with(NoSubscriber::default());
    let target: Target = telemetry.address().ok_or("no address")?.parse()?;
    let (work, seen) = (Work::default(), Seen::default());
    let workers = thread::available_parallelism().map_or(2, |count| count.get().max(2));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(workers)
        .enable_all()
        .build()?;
    let single = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let controls = runtime.block_on(async { Controls::start() });

    let last = thread::scope(|scope| {
        let staying = scope.spawn(|| watch::stay(&target, &work, &seen, 5));
        for seed in 0..2 {
            let (target, work, seen) = (&target, &work, &seen);
            scope.spawn(move || watch::come_and_go(target, work, seen, Random::new(seed)));
        }
        scope.spawn(|| {
            let mut random = Random::new(77);
            while work.is_running() || work.counts.live() > 0 {
                work.use_strays(&mut random);
                thread::sleep(Duration::from_millis(1));
            }
        });
        let drivers: Vec<_> = (0..2 * KINDS)
            .map(|kind| {
                let _within = runtime.enter();
                work.spawn(work::drive(work.clone(), kind, Random::new(kind)))
            })
            .collect();
        let more: Vec<_> = (0..KINDS)
            .map(|kind| {
                let _within = single.enter();
                work.spawn(work::drive(work.clone(), kind, Random::new(100 + kind)))
            })
            .collect();
        scope.spawn(|| {
            thread::sleep(time);
            work.stop();
        });
        single.block_on(async {
            for driver in more.into_iter().chain(drivers) {
                if let Err(error) = driver.await {
                    seen.wrong(format!("a driver: {error}"));
                }
            }
            // What was left behind ends here or not at all.
            let end = Instant::now() + PATIENCE;
            while work.counts.live() > 0 && Instant::now() < end {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        });
        if work.counts.live() > 0 {
            seen.wrong(format!("tasks that do not end: {:?}", work.counts));
        }
        staying.join().ok().flatten()
    });
    agree(&target, &work, &seen, last.as_ref());
    println!(
        "{} viewers came and went, {} updates judged; {:?}",
        seen.attached.load(Ordering::Relaxed),
        seen.updates.load(Ordering::Relaxed),
        work.counts,
    );

    drop(controls);
    drop((runtime, single));
    wait_for("all tasks to be over", &seen, &target, |model| {
        let left = model.tasks.values().any(watch::is_control);
        (!left).then_some(()).ok_or("controls are left".to_owned())
    });
    match panics.load(Ordering::SeqCst) {
        0 => {}
        count => seen.wrong(format!("{count} panics")),
    }
    Ok(seen.all_wrong())
}

/// Counts panics that are on nobody's purpose, and keeps quiet about the others.
fn count_panics() -> Arc<AtomicU64> {
    let count = Arc::new(AtomicU64::new(0));
    let counting = Arc::clone(&count);
    let print = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let payload = panic.payload();
        let text = payload.downcast_ref::<&str>().copied();
        let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        let on_purpose = text == Some(work::ON_PURPOSE);
        if !on_purpose {
            counting.fetch_add(1, Ordering::SeqCst);
            print(panic);
        }
    }));
    count
}

/// Looks until `right` finds nothing wrong: what has just ended may still be on its
/// way.
fn wait_for(
    what: &str,
    seen: &Seen,
    target: &Target,
    right: impl Fn(&Model) -> Result<(), String>,
) {
    let end = Instant::now() + Duration::from_secs(10);
    loop {
        let Some(model) = watch::look(target, seen) else {
            return;
        };
        match right(&model) {
            Ok(()) => return,
            Err(error) if Instant::now() > end => {
                seen.wrong(format!("waited for {what}: {error}"));
                return;
            }
            Err(_) => thread::sleep(Duration::from_millis(100)),
        }
    }
}

/// Nothing happens any more: all counts must agree, with one another and with what
/// the tasks counted themselves.
fn agree(target: &Target, work: &Work, seen: &Seen, last: Option<&Model>) {
    wait_for("the totals to agree", seen, target, |model| {
        let (totals, live) = (&model.totals, model.tasks.len() as u64);
        if totals.tasks_spawned != totals.tasks_ended + live {
            return Err(format!("{totals:?}, and {live} are alive"));
        }
        if totals.tasks_unrecorded != 0 {
            return Err(format!("{totals:?}"));
        }
        Ok(())
    });
    wait_for("the sites to agree", seen, target, |model| {
        let all = sites(model);
        let of = |count: &AtomicU64| count.load(Ordering::SeqCst);
        let ended = all.completed + all.panicked + all.cancelled;
        let right = all.spawned == of(&work.counts.spawned)
            && all.panicked == of(&work.counts.panicked)
            && ended == all.spawned;
        right.then_some(()).ok_or(format!("{all:?}"))
    });
    wait_for("the controls", seen, target, |model| {
        let states = |state| {
            let controls = model.tasks.values().filter(|task| watch::is_control(task));
            controls.filter(|task| task.state == state).count()
        };
        let counts = (states(TaskState::Lost), states(TaskState::Waiting));
        let right = counts == (control::EACH, control::EACH);
        right
            .then_some(())
            .ok_or(format!("lost and waiting: {counts:?}"))
    });
    let (Some(last), Some(fresh)) = (last, watch::look(target, seen)) else {
        return;
    };
    println!("{:?}; told by sites: {:?}", fresh.totals, sites(&fresh));
    // The viewer that was there all the time must have the same picture as one that
    // has just come.
    for task in fresh.tasks.values().filter(|task| watch::is_control(task)) {
        let words = |task: &Task| {
            let waits: Vec<_> = task.waker_waits.iter().map(|wait| &wait.kind).collect();
            let (polls, clones) = (task.polls, task.waker_clones);
            format!("{:?} {polls} {clones} {waits:?}", task.state)
        };
        match last.tasks.get(&task.key) {
            Some(known) if words(known) == words(task) => {}
            other => seen.wrong(format!("differs: {task:?} and {other:?}")),
        }
    }
    let is_ours = |task: &&Task| {
        let ours = |file: &str| file.contains("examples/stress");
        task.location.as_ref().is_some_and(|it| ours(&it.file))
    };
    let count = |model: &Model| model.tasks.values().filter(is_ours).count();
    if count(last) != count(&fresh) {
        let counts = (count(last), count(&fresh));
        seen.wrong(format!("who stayed and who came see {counts:?} tasks"));
    }
}

/// What became of all tasks that count themselves, by where they were spawned.
fn sites(model: &Model) -> SpawnSite {
    let mut all = SpawnSite::default();
    for (key, site) in &model.sites {
        let file = &*key.location.file;
        let is_counted = file != control::FILE && key.kind != TaskKind::BlockOn;
        if file.contains("examples/stress") && is_counted {
            all.spawned += site.spawned;
            all.completed += site.completed;
            all.panicked += site.panicked;
            all.cancelled += site.cancelled;
        }
    }
    all
}
