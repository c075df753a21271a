//! `cargo run --release -p bench --bin instructions`: how many instructions an
//! operation takes, and how many of them in each of taskmon's callbacks.
//!
//! A count of valgrind's callgrind is the same however busy the machine is, so it is
//! what two versions of the layer are compared by. It says nothing of caches and locks
//! that threads share. Needs `valgrind`; runs on current_thread only. Prints Markdown.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use bench::report::Table;
use bench::runtimes::Flavor;
use bench::subjects::Subject;
use bench::workloads::{Manner, Workload};

/// Stands before what the program is told that is counted.
const DO: &str = "do";
/// What the first operations alone need, once, is taken off.
const FEW: u32 = 2_000;
const MANY: u32 = 12_000;
const SUBJECTS: [&str; 6] = [
    "floor",
    "empty",
    "registry",
    "taskmon-tasks",
    "taskmon-channels-no-stacks",
    "taskmon-channels",
];
/// What tracing calls.
const CALLBACKS: [&str; 6] = [
    "new_span",
    "enter",
    "exit",
    "event",
    "clone_span",
    "try_close",
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.as_slice() {
        [word, subject, workload, operations] if word == DO => {
            be_counted(subject, workload, operations)
        }
        [] => count_all(),
        _ => Err("it takes no arguments".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("instructions: {error}");
            ExitCode::FAILURE
        }
    }
}

fn be_counted(subject: &str, workload: &str, operations: &str) -> Result<(), Box<dyn Error>> {
    let subject = Subject::named(subject).ok_or("no such subject")?;
    let workload = Workload::named(workload).ok_or("no such workload")?;
    subject.install();
    let runtime = Flavor::CurrentThread.build()?;
    workload.run(&runtime, operations.parse()?);
    Ok(())
}

fn count_all() -> Result<(), Box<dyn Error>> {
    let counted = |workload: &Workload| matches!(workload.manner(), Manner::Operations { .. });
    let workloads: Vec<Workload> = Workload::ALL.into_iter().filter(counted).collect();
    let titles = workloads.iter().map(|workload| workload.name().to_owned());
    let mut totals = Table::new([String::new()].into_iter().chain(titles.clone()));
    let mut callbacks = Table::new([String::new()].into_iter().chain(titles));
    let mut of_callbacks = CALLBACKS.map(|_| Vec::new());
    for name in SUBJECTS {
        let subject = Subject::named(name).ok_or("a subject was renamed")?;
        let mut row = vec![subject.title()];
        for workload in workloads.iter().copied() {
            eprint!("\r{name}, {:<20}", workload.name());
            let (few, many) = (count(name, workload, FEW)?, count(name, workload, MANY)?);
            let each = |count: fn(&Counts) -> u64| per_operation(count(&few), count(&many));
            row.push(each(|counts| counts.all));
            if subject == Subject::DEFAULT {
                for (number, cells) in of_callbacks.iter_mut().enumerate() {
                    let (few, many) = (few.callbacks[number], many.callbacks[number]);
                    cells.push(per_operation(few, many));
                }
            }
        }
        totals.row(row);
    }
    for (name, cells) in CALLBACKS.into_iter().zip(of_callbacks) {
        callbacks.row([name.to_owned()].into_iter().chain(cells));
    }
    eprintln!();
    println!("### instructions per operation, current_thread\n\n{totals}");
    println!("### of these in callbacks of taskmon channels\n\n{callbacks}");
    Ok(())
}

fn per_operation(few: u64, many: u64) -> String {
    let each = many.saturating_sub(few) as f64 / f64::from(MANY - FEW);
    format!("{each:.0}")
}

/// What callgrind counted in one run.
struct Counts {
    all: u64,
    /// With all that they call.
    callbacks: [u64; CALLBACKS.len()],
}

fn count(subject: &str, workload: Workload, operations: u32) -> Result<Counts, Box<dyn Error>> {
    let counts = Scratch::new();
    let counted = Command::new("valgrind")
        .arg("--tool=callgrind")
        .arg(format!("--callgrind-out-file={}", counts.0.display()))
        .arg(std::env::current_exe()?)
        .args([DO, subject, workload.name(), &operations.to_string()])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .output()
        .map_err(|error| format!("cannot run valgrind, which it needs: {error}"))?;
    if !counted.status.success() {
        let said = String::from_utf8_lossy(&counted.stderr).into_owned();
        return Err(format!("{subject} failed under valgrind:\n{said}").into());
    }
    read(&counts.0)
}

fn read(counts: &Path) -> Result<Counts, Box<dyn Error>> {
    let read = Command::new("callgrind_annotate")
        .args(["--inclusive=yes", "--auto=no", "--threshold=100"])
        .arg(counts)
        .output()
        .map_err(|error| format!("cannot run callgrind_annotate: {error}"))?;
    let text = String::from_utf8_lossy(&read.stdout);
    let lines = || text.lines().filter_map(line);
    let all = lines().find(|(_, what)| what.contains("PROGRAM TOTALS"));
    let all = all.ok_or("callgrind_annotate says no total")?.0;
    let callbacks = CALLBACKS.map(|name| {
        // A function stands there once for each file that the compiler put into it;
        // the one with the most is the whole.
        let end = format!("Around<S> as tracing_core::subscriber::Subscriber>::{name}");
        let its = lines().filter(|(_, what)| what.split(" [").next().unwrap_or("").ends_with(&end));
        its.map(|(count, _)| count).max().unwrap_or(0)
    });
    Ok(Counts { all, callbacks })
}

/// `1,234 ( 5.6%)  file:function`
fn line(line: &str) -> Option<(u64, &str)> {
    let (count, rest) = line.trim_start().split_once(' ')?;
    Some((count.replace(',', "").parse().ok()?, rest.trim_end()))
}

/// A file that goes with this value.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        let name = format!("taskmon-instructions-{}", std::process::id());
        Scratch(std::env::temp_dir().join(name))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Nothing is lost if it stays.
        let _ = std::fs::remove_file(&self.0);
    }
}
