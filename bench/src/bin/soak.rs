//! `cargo run --release -p bench --bin soak`: whether memory stays flat and counts
//! exact while tasks come and go as fast as they can.
//!
//!     cargo run --release -p bench --bin soak [-- --minutes N]
//!
//! Prints Markdown; exits with 1 if memory is not flat or a count is not exact.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use bench::scale::busy::{self, Spawned};
use bench::scale::child::{CHILD, Child};
use bench::scale::idle::Ready;
use bench::scale::report::Report;
use bench::scale::soak::{Series, Summary};
use bench::scale::viewer::{self, Attached, Counts, Drawn};
use bench::scale::{Outcome, proc};

/// Seconds between two samples.
const EVERY: u64 = 2;
/// How much of the time is warm-up: tables grow to their size, and caches fill.
const WARM_UP: f64 = 0.25;
/// How long the last update may take to come.
const PATIENCE: Duration = Duration::from_secs(30);

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("soak: {error}");
            ExitCode::FAILURE
        }
    }
}

/// True if all is as it should be.
fn run() -> Outcome<bool> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        [CHILD, "target"] => busy::run().map(|()| true),
        [CHILD, "viewer", address] => viewer::run(address).map(|()| true),
        [] => soak(10.0),
        ["--minutes", minutes] => {
            let number = minutes.parse();
            soak(number.map_err(|error| format!("--minutes {minutes}: {error}"))?)
        }
        _ => Err("usage: soak [--minutes N]".into()),
    }
}

fn soak(minutes: f64) -> Outcome<bool> {
    let mut target = Child::start("target", &[])?;
    let Ready { address } = target.answer()?;
    let mut viewer = Child::start("viewer", &[&address])?;
    viewer.answer::<Attached>()?;

    let (mut of_target, mut of_viewer) = (Series::default(), Series::default());
    let begun = Instant::now();
    let mut frames = 0;
    loop {
        let passed = begun.elapsed().as_secs_f64() / 60.0;
        of_target.add(passed, proc::memory(target.pid())?.resident);
        of_viewer.add(passed, proc::memory(viewer.pid())?.resident);
        let left = minutes - passed;
        eprint!("\r{:.1} minutes left ", left.max(0.0));
        if left <= 0.0 {
            break;
        }
        // It draws all the time.
        let drawn: Drawn = viewer.ask(&format!("watch {EVERY}"))?;
        frames += drawn.frames.millis.len();
    }
    eprintln!();
    let seconds = begun.elapsed().as_secs_f64();
    let spawned: Spawned = target.ask("stop")?;
    let counts = settle(&mut viewer, spawned)?;

    println!("| resident memory | start | least | most | end | per minute | flat |");
    println!("|---|---:|---:|---:|---:|---:|:---:|");
    let mut flat = true;
    for (what, series) in [("target", of_target), ("viewer", of_viewer)] {
        let summary = series.after(WARM_UP * minutes);
        let summary = summary.ok_or("it took too little time to say anything")?;
        println!("| {what} |{summary}");
        flat &= summary.is_flat();
    }
    println!("\n{}.\n", Summary::JUDGED);

    let mut report = Report::default();
    let tasks = spawned.tasks as f64;
    let a_second = format!("{:.0} a second", tasks / seconds);
    report.tell("tasks spawned", format!("{tasks:.0} ({a_second})"));
    let a_second = format!("{:.0} a second", frames as f64 / seconds);
    report.tell("frames drawn", format!("{frames} ({a_second})"));
    judge(&mut report, counts, spawned);
    println!("{report}");
    Ok(flat && report.all_met())
}

/// The counts of the viewer, when they are those of the target or do not become so.
fn settle(viewer: &mut Child, spawned: Spawned) -> Outcome<Counts> {
    let end = Instant::now() + PATIENCE;
    loop {
        let counts: Counts = viewer.ask(&format!("counts {}", busy::FILE))?;
        let exact = counts.own == spawned.tasks && counts.alive == 0;
        if exact || Instant::now() > end {
            return Ok(counts);
        }
        viewer.ask::<Drawn>("watch 1")?;
    }
}

fn judge(report: &mut Report, counts: Counts, spawned: Spawned) {
    let Counts {
        spawned: all,
        ended,
        alive,
        ..
    } = counts;
    let figure = format!("{all} = {ended} + {alive}");
    let exact = all == ended + alive;
    report.judge("spawned = ended + alive", figure, "exact", exact);
    let (seen, own) = (counts.own, spawned.tasks);
    let what = "spawned, as the viewer and as the target counts";
    report.judge(what, format!("{seen} and {own}"), "exact", seen == own);
    report.judge("left alive", alive.to_string(), "0", alive == 0);
    let none = counts.unrecorded == 0;
    report.judge("not recorded", counts.unrecorded.to_string(), "0", none);
    let none = counts.oddities == 0;
    report.judge("made no sense", counts.oddities.to_string(), "0", none);
}
