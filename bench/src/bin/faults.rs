//! `cargo run --release -p bench --bin faults`: whether viewers end with the true
//! picture whatever befalls them, and whether the program notices.
//!
//!     cargo run --release -p bench --bin faults [-- --minutes N]
//!
//! Prints Markdown; exits with 1 if a count is not exact, a picture differs, memory is
//! not flat, or something is left behind. What depends on what else the machine does
//! is only printed.

use std::fs;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use bench::faults::exact::{sites, wrong_counts};
use bench::faults::injected::Injected;
use bench::faults::load::{self, AT_REST, Counted};
use bench::faults::survivors::{Compared, Survivors};
use bench::faults::throughput::{Mark, Throughput};
use bench::faults::weather::{Way, Weather};
use bench::faults::{killed, storm};
use bench::scale::child::{CHILD, Child};
use bench::scale::idle::Ready;
use bench::scale::report::Report;
use bench::scale::soak::{Series, Summary};
use bench::scale::{Outcome, proc, viewer};
use tokio::runtime::Runtime;

/// How long one round is, if there is time for more than [`LEAST_ROUNDS`].
const ROUND: Duration = Duration::from_secs(20);
const LEAST_ROUNDS: u32 = 4;
/// How much of a round nobody can watch.
const QUIET: f64 = 1.0 / 3.0;
/// How much of the time is warm-up: tables grow to their size, and caches fill.
const WARM_UP: f64 = 0.25;
/// How often memory is looked at.
const SAMPLE_EVERY: Duration = Duration::from_millis(500);
/// How long what is closed may take to be gone.
const PATIENCE: Duration = Duration::from_secs(60);

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("faults: {error}");
            ExitCode::FAILURE
        }
    }
}

/// True if all is as it should be.
fn run() -> Outcome<bool> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let minutes = match arguments.as_slice() {
        [CHILD, "target"] => return load::run().map(|()| true),
        [CHILD, killed::ROLE, address] => return viewer::run(address).map(|()| true),
        [] => 3.0,
        ["--minutes", minutes] => {
            let number: Result<f64, _> = minutes.parse();
            number.map_err(|error| format!("--minutes {minutes}: {error}"))?
        }
        _ => return Err("usage: faults [--minutes N]".into()),
    };
    match minutes > 0.0 && minutes <= 10_000.0 {
        true => inject(Duration::from_secs_f64(60.0 * minutes)),
        false => Err(format!("--minutes {minutes}: more than 0, and no more than 10000").into()),
    }
}

fn inject(time: Duration) -> Outcome<bool> {
    let mut target = Child::start("target", &[])?;
    let Ready { address } = target.answer()?;
    let files = open_files(target.pid())?;
    yield_to_the_target();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let injected = Arc::<Injected>::default();
    let survivors = runtime.block_on(Survivors::attach(&address, &injected))?;
    let memory = Sampling::of(target.pid());
    let mut run = Run {
        target,
        address,
        runtime,
        injected,
        survivors,
        throughput: Throughput::default(),
        wrong: Vec::new(),
        pictures: 0,
        ended_not_known: 0,
        slowest: Duration::ZERO,
    };
    // Tasks that have come up are the same in all of them.
    let counted: Counted = run.target.ask("pause")?;
    run.compare(counted, AT_REST as u64)?;
    let rounds = (time.as_secs_f64() / ROUND.as_secs_f64()) as u32;
    let rounds = rounds.max(LEAST_ROUNDS);
    let begun = Instant::now();
    for round in 0..rounds {
        eprintln!("round {} of {rounds}", round + 1);
        run.round(round, time / rounds)?;
    }
    let warm = WARM_UP * begun.elapsed().as_secs_f64() / 60.0;
    let memory = memory.end()?.after(warm);
    let memory = memory.ok_or("it took too little time to say anything")?;
    let (counted, last) = run.stop()?;
    let exact = run.finish(counted, &last, files)?;

    let verdicts = [exact.all_met(), memory.is_flat()];
    println!("{exact}");
    println!("| resident memory | start | least | most | end | per minute | flat |");
    println!("|---|---:|---:|---:|---:|---:|:---:|");
    println!("| target |{memory}\n\n{}.\n", Summary::JUDGED);
    println!("| faults | how many |\n|---|---:|");
    for (what, count) in run.injected.each() {
        println!("| {what} | {count} |");
    }
    println!("\n{}", run.throughput.report());
    for wrong in &run.wrong {
        println!("WRONG: {wrong}");
    }
    Ok(verdicts.iter().all(|met| *met))
}

struct Run {
    target: Child,
    address: String,
    runtime: Runtime,
    injected: Arc<Injected>,
    survivors: Survivors,
    throughput: Throughput,
    /// What was not as it should be, in words.
    wrong: Vec<String>,
    pictures: usize,
    ended_not_known: usize,
    slowest: Duration,
}

impl Run {
    /// Works while nobody can watch, then while everything happens, and rests.
    fn round(&mut self, number: u32, time: Duration) -> Outcome<()> {
        self.survivors.weather(Weather::Away);
        let asked = self.throughput.next(number);
        self.target.ask::<Counted>(&asked.request())?;
        let begin = Mark::set(&mut self.target)?;
        thread::sleep(time.mul_f64(QUIET));
        let end = Mark::set(&mut self.target)?;
        self.throughput.add_quiet(asked, begin, end);

        self.survivors.weather(Weather::Rough);
        let begin = Mark::set(&mut self.target)?;
        let time = time.mul_f64(1.0 - QUIET);
        let storm = storm::rage(&self.address, &self.injected, number.into(), time);
        self.runtime.block_on(storm)?;
        let end = Mark::set(&mut self.target)?;
        self.throughput.add_faulty(asked, begin, end);

        self.survivors.weather(Weather::Fine);
        let counted: Counted = self.target.ask("pause")?;
        self.compare(counted, AT_REST as u64)?;
        Ok(())
    }

    /// Ends the load, with all viewers there.
    fn stop(&mut self) -> Outcome<(Counted, Compared)> {
        let counted: Counted = self.target.ask("stop")?;
        Ok((counted, self.compare(counted, 0)?))
    }

    fn compare(&mut self, counted: Counted, at_rest: u64) -> Outcome<Compared> {
        let compared = self.runtime.block_on(self.survivors.compare())?;
        self.pictures += compared.viewers;
        self.ended_not_known += compared.ended_not_known;
        self.slowest = self.slowest.max(compared.took);
        self.wrong.extend(compared.differences.iter().cloned());
        self.wrong
            .extend(wrong_counts(&compared.fresh, counted, at_rest));
        Ok(compared)
    }

    /// Has the viewers go, and says what there is to say of counts.
    fn finish(&mut self, counted: Counted, last: &Compared, files: usize) -> Outcome<Report> {
        let mut report = Report::default();
        let Counted {
            spawned,
            cancelled,
            panicked,
            sends_given_up,
            sent,
            received,
        } = counted;
        report.tell("tasks spawned", spawned.to_string());
        let seen = sites(&last.fresh, &load::FILES).cancelled;
        let figure = format!("{cancelled}, told as such: {seen}");
        report.tell("of these cancelled", figure);
        report.tell("of these panicked", panicked.to_string());
        report.tell("sends given up", sends_given_up.to_string());
        let figure = format!("{sent} and {received}");
        report.judge(
            "messages sent and received",
            figure,
            "the same",
            sent == received,
        );
        let totals = last.fresh.totals;
        let (all, ended) = (totals.tasks_spawned, totals.tasks_ended);
        let alive = last.fresh.tasks.len() as u64;
        let figure = format!("{all} = {ended} + {alive}");
        let exact = all == ended + alive;
        report.judge("spawned = ended + alive", figure, "exact", exact);
        let survivors = Way::ALL.len();
        report.tell("viewers that went through it all", survivors.to_string());
        report.tell("things in the picture of each", last.things.to_string());
        let pictures = self.pictures.to_string();
        report.tell("times that one was held against a fresh one", pictures);
        let slowest = format!("{:.1} s", self.slowest.as_secs_f64());
        report.tell("until all were the same, at most", slowest);
        let not_known = self.ended_not_known.to_string();
        report.tell("ended tasks that one was not told of", not_known);
        let wrong = self.wrong.len();
        let what = "counts and pictures that differ";
        report.judge(what, wrong.to_string(), "0", wrong == 0);
        let left = self.files_left(files)?;
        report.judge("files left open", left.to_string(), "0", left == 0);
        Ok(report)
    }

    /// Has all viewers go, and gives how many more files than `before` the target has
    /// open then.
    fn files_left(&mut self, before: usize) -> Outcome<usize> {
        self.survivors.weather(Weather::Away);
        let begun = Instant::now();
        loop {
            let left = open_files(self.target.pid())?.saturating_sub(before);
            if left == 0 || begun.elapsed() > PATIENCE {
                return Ok(left);
            }
            thread::sleep(Duration::from_millis(10));
        }
    }
}

fn open_files(pid: u32) -> Outcome<usize> {
    let path = format!("/proc/{pid}/fd");
    let files = fs::read_dir(&path).map_err(|error| format!("{path}: {error}"))?;
    Ok(files.count())
}

/// Gives this thread, and those and the processes that come from it, a low priority:
/// viewers are somewhere else as a rule, and their work is no cost of the program that
/// they watch. Not the lowest: on a busy machine they would see nothing.
fn yield_to_the_target() {
    const NICE: libc::c_int = 10;
    // SAFETY: takes and gives numbers only. On Linux 0 means this thread; that it may
    // not be heard elsewhere does no harm.
    unsafe { libc::setpriority(libc::PRIO_PROCESS, 0, NICE) };
}

/// Looks at the memory of a process again and again, on a thread of its own.
struct Sampling {
    series: Arc<Mutex<Series>>,
    is_over: Arc<AtomicBool>,
    thread: thread::JoinHandle<()>,
}

impl Sampling {
    fn of(pid: u32) -> Self {
        let (series, is_over) = (
            Arc::<Mutex<Series>>::default(),
            Arc::<AtomicBool>::default(),
        );
        let (into, ends) = (Arc::clone(&series), Arc::clone(&is_over));
        let thread = thread::spawn(move || {
            let begun = Instant::now();
            while !ends.load(Ordering::Relaxed) {
                // Without it there is no end that goes well.
                let Ok(memory) = proc::memory(pid) else {
                    return;
                };
                let minutes = begun.elapsed().as_secs_f64() / 60.0;
                let mut series = into.lock().unwrap_or_else(PoisonError::into_inner);
                series.add(minutes, memory.resident);
                drop(series);
                thread::sleep(SAMPLE_EVERY);
            }
        });
        Sampling {
            series,
            is_over,
            thread,
        }
    }

    fn end(self) -> Outcome<Series> {
        self.is_over.store(true, Ordering::Relaxed);
        self.thread.join().map_err(|_| "the sampling panicked")?;
        let series = self.series.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(series.clone())
    }
}
