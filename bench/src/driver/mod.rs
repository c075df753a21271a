//! Builds and runs the programs that are measured.

mod build;
mod options;

use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

pub use build::build;
pub use options::{Asked, Options, USAGE};

use crate::load::Load;
use crate::measured::WATCHED_FOR;
use crate::measurement::{Measurement, Unit};
use crate::runtimes::Flavor;
use crate::subjects::Subject;
use crate::talk::Message;
use crate::viewer::Viewer;
use crate::workloads::{Manner, Workload};

/// Has `program` do those of `workloads` that `subject` has to do with, and gives
/// the figures. The idle tasks have a process of their own.
///
/// # Errors
///
/// If the program does not do as it should.
pub fn measure(
    program: &Path,
    subject: Subject,
    flavor: Flavor,
    share: f64,
    workloads: &[Workload],
) -> Result<Vec<Measurement>, Box<dyn Error>> {
    let fitting = workloads.iter().copied();
    let (idle, busy): (Vec<_>, Vec<_>) = fitting
        .filter(|workload| subject.misses(*workload).is_none())
        .partition(|workload| matches!(workload.manner(), Manner::Tasks { .. }));
    let mut figures = Vec::new();
    for workloads in [idle, busy] {
        if !workloads.is_empty() {
            let program = Program::start(program, subject, flavor, share, &workloads)?;
            figures.extend(program.listen(&workloads)?);
        }
    }
    Ok(figures)
}

/// A program that is being measured. It ends with this value.
struct Program {
    process: Child,
    input: ChildStdin,
    subject: Subject,
    flavor: Flavor,
}

impl Program {
    fn start(
        program: &Path,
        subject: Subject,
        flavor: Flavor,
        share: f64,
        workloads: &[Workload],
    ) -> Result<Self, Box<dyn Error>> {
        let workloads: Vec<_> = workloads.iter().map(|workload| workload.name()).collect();
        let mut process = Command::new(program)
            .args([&subject.name(), flavor.name(), &share.to_string()])
            .arg(workloads.join(","))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("cannot start {}: {error}", program.display()))?;
        let input = process.stdin.take().ok_or("the program has no input")?;
        Ok(Program {
            process,
            input,
            subject,
            flavor,
        })
    }

    /// Does what it asks for, and collects its figures, until it ends.
    fn listen(mut self, workloads: &[Workload]) -> Result<Vec<Measurement>, Box<dyn Error>> {
        let output = self.process.stdout.take();
        let output = output.ok_or("the program has no output")?;
        let mut figures = Vec::new();
        let (mut viewer, mut load) = (None, None);
        let mut begun = Instant::now();
        let mut bytes_per_tick = None;
        for line in BufReader::new(output).lines() {
            match serde_json::from_str(&line?)? {
                Message::Installed { viewers } => {
                    if self.subject.is_watched() {
                        let address = viewers.ok_or("it has no address for viewers")?;
                        viewer = Some(Viewer::attach(&address)?);
                    }
                    self.answer()?;
                }
                Message::Begun => begun = Instant::now(),
                Message::Ended => {
                    bytes_per_tick = since(viewer.as_ref(), begun);
                    self.answer()?;
                }
                Message::Serving(address) => {
                    load = Some(Load::connect(address)?);
                    self.answer()?;
                }
                Message::Request { requests, timed } => {
                    let load = load.as_mut().ok_or("there is no service")?;
                    let at_least = match timed && self.subject.is_watched() {
                        true => WATCHED_FOR,
                        false => Duration::ZERO,
                    };
                    begun = Instant::now();
                    let outcome = load.run(requests, at_least)?;
                    if timed {
                        bytes_per_tick = since(viewer.as_ref(), begun);
                        let mut tell = |unit, value| {
                            figures.push(self.figure(Workload::Echo, unit, value));
                        };
                        let nanos = |percent| outcome.percentile(percent).as_nanos() as f64;
                        tell(Unit::NanosPerOperation, outcome.nanos_per_request());
                        tell(Unit::P50Nanos, nanos(50));
                        tell(Unit::P99Nanos, nanos(99));
                    }
                    self.answer()?;
                }
                Message::Measured(figure) => {
                    if let Some(bytes) = bytes_per_tick.take() {
                        let unit = Unit::WireBytesPerTick;
                        figures.push(self.figure(figure.workload, unit, bytes));
                    }
                    figures.push(figure);
                }
            }
        }
        if let (Some(viewer), Some(last)) = (viewer, workloads.last()) {
            let unrecorded = viewer.unrecorded() as f64;
            figures.push(self.figure(*last, Unit::Unrecorded, unrecorded));
        }
        if !self.process.wait()?.success() {
            return Err(format!("{} failed", self.subject.name()).into());
        }
        Ok(figures)
    }

    fn figure(&self, workload: Workload, unit: Unit, value: f64) -> Measurement {
        Measurement {
            workload,
            runtime: self.flavor,
            unit,
            value,
        }
    }

    fn answer(&mut self) -> std::io::Result<()> {
        writeln!(self.input)
    }
}

/// What a viewer was sent at a time since then.
fn since(viewer: Option<&Viewer>, then: Instant) -> Option<f64> {
    viewer?.bytes_per_tick_since(then)
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
