//! `cargo run --release -p bench`: what taskmon costs, beside console-subscriber
//! and bare Tokio, in one run on this machine.
//!
//!     cargo run --release -p bench [-- --rounds N] [--share X] [--json FILE]
//!
//! Prints Markdown. With `--json`, every value of every round goes to a file.

use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use bench::measurement::Measurement;
use bench::report::Results;
use bench::subjects::Subject;
use taskmon::client::{Session, Target};

struct Options {
    rounds: u32,
    share: f64,
    json: Option<PathBuf>,
}

fn options() -> Result<Options, Box<dyn Error>> {
    let mut options = Options {
        rounds: 9,
        share: 1.0,
        json: None,
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let value = arguments
            .next()
            .ok_or_else(|| format!("{argument} needs a value"))?;
        match argument.as_str() {
            "--rounds" => options.rounds = value.parse()?,
            "--share" => options.share = value.parse()?,
            "--json" => options.json = Some(value.into()),
            _ => return Err(format!("no option {argument}").into()),
        }
    }
    Ok(options)
}

fn main() -> Result<(), Box<dyn Error>> {
    let options = options()?;
    let with_flags = build(None)?;
    let without_flags = build(Some("target/without-flags"))?;
    let mut results = Results::default();
    for round in 1..=options.rounds {
        for subject in Subject::ALL {
            eprint!(
                "\rround {round} of {}: {:<40}",
                options.rounds,
                subject.name()
            );
            let program = match subject {
                Subject::Plain => &without_flags,
                _ => &with_flags,
            };
            results.add(subject, measure(program, subject, options.share)?);
        }
    }
    eprintln!();
    print!("{results}");
    if let Some(path) = options.json {
        std::fs::write(path, serde_json::to_string_pretty(&results.to_json())?)?;
    }
    Ok(())
}

/// Builds the program that is measured; into `folder`, without the flags, if there
/// is one.
fn build(folder: Option<&str>) -> Result<PathBuf, Box<dyn Error>> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--release", "-p", "bench", "--bin", "subject"]);
    if let Some(folder) = folder {
        cargo.args(["--target-dir", folder]);
        // Goes before the flags in .cargo/config.toml.
        cargo.env("RUSTFLAGS", "");
    }
    if !cargo.status()?.success() {
        return Err("cannot build the program that is measured".into());
    }
    Ok(Path::new(folder.unwrap_or("target")).join("release/subject"))
}

/// Runs all workloads under `subject`, in a process of its own.
fn measure(
    program: &Path,
    subject: Subject,
    share: f64,
) -> Result<Vec<Measurement>, Box<dyn Error>> {
    let mut process = Command::new(program)
        .args([subject.name(), &share.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let (Some(mut input), Some(output)) = (process.stdin.take(), process.stdout.take()) else {
        return Err("the program has no pipes".into());
    };
    let mut lines = BufReader::new(output).lines();
    let address = lines.next().ok_or("the program ended at once")??;
    let viewer = match subject {
        Subject::Watched => Some(Viewer::attach(&address)?),
        _ => None,
    };
    writeln!(input)?;
    let mut figures = Vec::new();
    for line in lines {
        figures.push(serde_json::from_str(&line?)?);
    }
    drop(viewer);
    if !process.wait()?.success() {
        return Err(format!("{} failed", subject.name()).into());
    }
    Ok(figures)
}

/// A viewer that reads all updates and does nothing else. It goes with this value.
struct Viewer {
    _runtime: tokio::runtime::Runtime,
}

impl Viewer {
    fn attach(address: &str) -> Result<Self, Box<dyn Error>> {
        let target: Target = address.parse()?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()?;
        let mut session = runtime.block_on(Session::connect(&target, Duration::from_secs(1)))?;
        // Until the program ends.
        runtime.spawn(async move { while session.next().await.is_ok() {} });
        Ok(Viewer { _runtime: runtime })
    }
}
