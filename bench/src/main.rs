//! `cargo run --release -p bench`: what taskmon costs, beside console-subscriber
//! and bare Tokio, in one run on this machine.
//!
//! Prints Markdown; `-- --help` says what it can be asked for.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::error::Error;
use std::process::ExitCode;

use bench::driver::{Asked, Options, USAGE, build, measure};
use bench::report::{Machine, Report, Results};
use bench::runtimes::Flavor;
use bench::subjects::Subject;
use bench::workloads::Workload;

fn main() -> ExitCode {
    let done = match Asked::from_arguments(std::env::args().skip(1)) {
        Ok(Asked::Measure(options)) => run(&options),
        Ok(Asked::List) => {
            list();
            Ok(())
        }
        Ok(Asked::Help) => {
            println!("{USAGE}");
            Ok(())
        }
        Err(error) => {
            eprintln!("bench: {error}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let mut programs = BTreeMap::new();
    for subject in &options.subjects {
        if let Entry::Vacant(entry) = programs.entry(subject.build()) {
            entry.insert(build(subject.build())?);
        }
    }
    let mut results = Results::default();
    for round in 1..=options.rounds {
        for subject in options.subjects.iter().copied() {
            let title = subject.title();
            eprint!("\rround {round} of {}: {title:<40}", options.rounds);
            for flavor in Flavor::ALL {
                let program = &programs[&subject.build()];
                let workloads = &options.workloads;
                let figures = measure(program, subject, flavor, options.share, workloads)?;
                results.add(subject, figures);
            }
        }
    }
    eprintln!();
    let machine = Machine::of_this_process();
    let report = Report::new(&results, &machine, options);
    print!("{report}");
    if let Some(path) = &options.json {
        std::fs::write(path, serde_json::to_string_pretty(&report.to_json())?)?;
    }
    Ok(())
}

fn list() {
    println!("subjects:");
    for subject in Subject::all() {
        println!("  {:<38} {}", subject.name(), subject.title());
    }
    println!("\nworkloads:");
    for workload in Workload::ALL {
        println!("  {:<38} {}", workload.name(), workload.what());
    }
}
