//! `cargo run --profile fuzz -p fuzz -- TARGET… --seconds 60` runs one input after the
//! other, and keeps the first for which something does not hold.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use fuzz::memory::Counting;
use fuzz::run::{one, run};
use fuzz::targets::{NAMES, named};

#[global_allocator]
static COUNTING: Counting = Counting;

/// Gives taskmon what nobody should, and looks whether it holds.
#[derive(Parser)]
struct Options {
    /// What to try: stream, server, settings, filter, names, executable, or all.
    #[arg(required = true)]
    targets: Vec<String>,
    /// How long, for each.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// What inputs are made of; another one each time if it is not given.
    #[arg(long)]
    seed: Option<u64>,
    /// How many inputs at most.
    #[arg(long, default_value_t = u64::MAX)]
    executions: u64,
    /// Runs this input once, and nothing else.
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
}

fn main() -> ExitCode {
    let options = Options::parse();
    let targets = options.targets.iter().map(String::as_str);
    let targets = targets.flat_map(|target| match target {
        "all" => NAMES.to_vec(),
        target => vec![target],
    });
    for target in targets {
        match try_one(target, &options) {
            Ok(true) => {}
            Ok(false) => return ExitCode::FAILURE,
            Err(error) => {
                eprintln!("{target}: {error}");
                return ExitCode::from(2);
            }
        }
    }
    ExitCode::SUCCESS
}

fn try_one(name: &str, options: &Options) -> std::io::Result<bool> {
    let mut target = named(name)?;
    if let Some(input) = &options.input {
        let did = one(target.as_mut(), &std::fs::read(input)?);
        let reason = did.as_ref().err();
        println!("{name}: {}", reason.map_or("it holds", String::as_str));
        return Ok(did.is_ok());
    }
    let seed = options.seed.unwrap_or_else(|| fastrand::u64(..));
    let time = Duration::from_secs(options.seconds);
    let (done, failure) = run(target.as_mut(), seed, time, options.executions)?;
    println!(
        "{name}: {} executions from seed {seed}, {} bytes each on average, the slowest {} ms, \
         at most {} KiB",
        done.executions,
        done.bytes / done.executions.max(1),
        done.slowest.as_millis(),
        done.memory >> 10,
    );
    let Some(failure) = failure else {
        return Ok(true);
    };
    println!(
        "{name}: with --seed {} --executions 1, or {}:\n{}",
        failure.seed,
        failure.input.display(),
        failure.reason
    );
    Ok(false)
}
