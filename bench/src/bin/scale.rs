//! `cargo run --release -p bench --bin scale`: what a viewer of very many tasks
//! costs, and the program that it looks at.
//!
//!     cargo run --release -p bench --bin scale [-- --tasks N]
//!
//! Prints Markdown. The target and the viewer are processes of their own.

use std::process::ExitCode;

use bench::scale::child::{CHILD, Child};
use bench::scale::idle::{self, Ready};
use bench::scale::report::{Report, mebibytes};
use bench::scale::viewer::{self, Attached, Drawn, Rested};
use bench::scale::{Outcome, proc, wire};

/// How often a viewer attaches.
const ATTACHED: usize = 3;
/// Updates that are waited for while nothing changes.
const TICKS: u32 = 12;
/// How long frames are drawn while the target churns, in seconds.
const CHURN: u64 = 10;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("scale: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        [CHILD, "target", tasks] => idle::run(tasks.parse()?),
        [CHILD, "viewer", address] => viewer::run(address),
        [] => measure(1_000_000),
        ["--tasks", tasks] => {
            let number = tasks.parse();
            measure(number.map_err(|error| format!("--tasks {tasks}: {error}"))?)
        }
        _ => Err("usage: scale [--tasks N]".into()),
    }
}

fn measure(tasks: usize) -> Outcome<()> {
    let mut report = Report::default();
    eprintln!("making {tasks} tasks");
    let mut target = Child::start("target", &[&tasks.to_string()])?;
    let Ready { address } = target.answer()?;

    let mut viewer = attach(&mut report, &target, &address)?;

    eprintln!("resting");
    viewer.ask::<Rested>("rest 3")?;
    let memory = proc::memory(viewer.pid())?.resident;
    judge_memory(&mut report, "the viewer's resident memory", memory);
    let (of_target, of_viewer) = (proc::cpu(target.pid())?, proc::cpu(viewer.pid())?);
    let rested: Rested = viewer.ask(&format!("rest {TICKS}"))?;
    let per_tick = (proc::cpu(target.pid())? - of_target) / (TICKS + 1);
    let share = 100.0 * per_tick.as_secs_f64();
    let figure = format!("{:.2} ms ({share:.2} % of a core)", 10.0 * share);
    let what = "the target's processor time per tick of 1 s, watched and idle";
    report.judge(what, figure, "< 2 %", share < 2.0);
    let of_viewer = (proc::cpu(viewer.pid())? - of_viewer) / (TICKS + 1);
    let figure = format!("{:.2} ms", 1e3 * of_viewer.as_secs_f64());
    report.tell("the viewer's, per tick", figure);
    judge_lateness(&mut report, "updates come late by, idle", &rested);

    for what in ["sort", "filter", "select", "pause"] {
        eprintln!("frames: {what}");
        let drawn: Drawn = viewer.ask(what)?;
        judge_frames(&mut report, &drawn.frames.what, &drawn);
    }
    eprintln!("frames: churn");
    target.ask::<()>("churn")?;
    let drawn: Drawn = viewer.ask(&format!("watch {CHURN}"))?;
    judge_frames(&mut report, "the target churns", &drawn);
    let drawn: Drawn = viewer.ask("sort")?;
    judge_frames(
        &mut report,
        "sorting by each column while it churns",
        &drawn,
    );
    let rested: Rested = viewer.ask("rest 10")?;
    judge_lateness(&mut report, "updates come late by, churning", &rested);
    target.ask::<()>("still")?;
    let peak = proc::memory(viewer.pid())?.peak;
    judge_memory(&mut report, "the most that the viewer ever had", peak);
    drop(viewer);

    eprintln!("counting bytes");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let wire = runtime.block_on(wire::count(&address, 6))?;
    let largest = wire.largest_page;
    let figure = format!("{:.1} KiB", largest as f64 / 1024.0);
    report.judge("the largest page", figure, "< 1 MiB", largest < 1 << 20);
    let (pages, bytes) = (wire.pages, mebibytes(wire.snapshot as u64));
    let figure = format!("{pages} pages, {bytes}, {:.2} s", wire.seconds);
    report.tell("the snapshot, only read", figure);
    // The first after the snapshot has what changed meanwhile.
    let last = wire.differences.last().copied().unwrap_or_default();
    report.tell("a tick without changes", format!("{last} bytes"));
    let of_target = proc::memory(target.pid())?.resident;
    report.tell("the target's resident memory", mebibytes(of_target));

    print!("{report}");
    if !report.all_met() {
        eprintln!("some goals are not met");
    }
    Ok(())
}

/// Attaches several viewers, one after the other, and keeps the last.
fn attach(report: &mut Report, target: &Child, address: &str) -> Outcome<Child> {
    let mut attached = Vec::new();
    let mut last = None;
    for number in 1..=ATTACHED {
        eprintln!("attaching, {number} of {ATTACHED}");
        drop(last.take());
        let made = proc::cpu(target.pid())?;
        let mut viewer = Child::start("viewer", &[address])?;
        let seen: Attached = viewer.answer()?;
        let of_target = (proc::cpu(target.pid())? - made).as_secs_f64();
        let of_viewer = proc::cpu(viewer.pid())?.as_secs_f64();
        attached.push((seen.picture, seen.rows, of_viewer, of_target, seen.tasks));
        last = Some(viewer);
    }
    attached.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (least, most) = (attached[0].0, attached[ATTACHED - 1].0);
    let (picture, rows, of_viewer, of_target, tasks) = attached[ATTACHED / 2];
    report.tell("tasks", tasks.to_string());
    let figure = format!("{picture:.2} s ({least:.2} to {most:.2})");
    report.judge("attach", figure, "< 3 s", picture < 3.0);
    report.tell("and rows on the screen", format!("{rows:.2} s"));
    let figure = format!("viewer {of_viewer:.2} s, target {of_target:.2} s");
    report.tell("processor time of both until then", figure);
    last.ok_or_else(|| "no viewer was attached".into())
}

fn judge_memory(report: &mut Report, what: &str, bytes: u64) {
    report.judge(what, mebibytes(bytes), "< 1 GiB", bytes < 1 << 30);
}

fn judge_lateness(report: &mut Report, what: &str, rested: &Rested) {
    let mut late = rested.late.clone();
    late.sort_by(f64::total_cmp);
    let at = |index: usize| late.get(index).copied().unwrap_or(f64::NAN);
    let (median, worst) = (at(late.len() / 2), at(late.len().saturating_sub(1)));
    let figure = format!("{median:.1} ms, at most {worst:.1} ms");
    report.judge(what, figure, "< 100 ms in the middle", median < 100.0);
}

fn judge_frames(report: &mut Report, what: &str, drawn: &Drawn) {
    let frames = &drawn.frames;
    let [median, slow, worst] = [0.5, 0.99, 1.0].map(|share| frames.quantile(share));
    let figure = format!(
        "{median:.1} ms, 99 %: {slow:.1} ms, worst: {worst:.1} ms ({:.0} a second of {})",
        frames.a_second(),
        frames.millis.len(),
    );
    let met = slow <= 1e3 / 30.0 && frames.a_second() >= 30.0;
    report.judge(format!("a frame, {what}"), figure, "99 %: ≤ 33.3 ms", met);
    if !drawn.settled.is_empty() {
        let mut settled = drawn.settled.clone();
        settled.sort_by(f64::total_cmp);
        let (middle, last) = (settled[settled.len() / 2], settled[settled.len() - 1]);
        let figure = format!("{middle:.0} ms, at most {last:.0} ms");
        report.tell(format!("rows in order, {what}"), figure);
    }
}
