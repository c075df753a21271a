//! From figures to tables.

mod goals;
mod machine;
mod results;
mod table;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fmt::{self, Display};

use serde_json::Value;

pub use machine::Machine;
pub use results::{Results, median, spread};
pub use table::Table;

use crate::driver::Options;
use crate::measurement::Unit;
use crate::runtimes::Flavor;
use crate::subjects::Subject;
use crate::workloads::Workload;

/// How the tables are to be read.
const NOTES: [&str; 5] = [
    "– for what is added: console-subscriber was not slower than the floor, so there is \
     nothing to compare with. \"nothing\": the subject was not slower than the floor.",
    "Allocations are those of all threads, that of the telemetry among them.",
    "Idle: resident memory; processor time and wake-ups are of all threads but the one that \
     measures.",
    "Bytes on the wire are of encoded messages, without what gRPC and TCP add; a viewer asks \
     for ten updates a second.",
    "A million live tasks: `cargo run --release -p bench --bin scale`. p99 while viewers \
     attach: `cargo run --release -p bench --bin latency`.",
];

/// What stands where there is no figure.
const NONE: &str = "–";

/// All tables of a run, in Markdown.
#[derive(Debug)]
pub struct Report<'a> {
    results: &'a Results,
    machine: &'a Machine,
    options: &'a Options,
}

impl<'a> Report<'a> {
    /// Of `results`, which were got by `options` on `machine`.
    pub fn new(results: &'a Results, machine: &'a Machine, options: &'a Options) -> Self {
        Report {
            results,
            machine,
            options,
        }
    }

    /// For programs: every value of every round.
    pub fn to_json(&self) -> Value {
        serde_json::json!({
            "version": 2,
            "machine": self.machine,
            "rounds": self.options.rounds,
            "share": self.options.share,
            "results": self.results.to_json(),
        })
    }

    /// A row for each subject that has a figure, a column for each workload.
    fn by_workload(&self, runtime: Flavor, unit: Unit, cell: impl Fn(&[f64]) -> String) -> Table {
        let columns =
            self.columns(|workload| (workload.name().to_owned(), runtime, workload, unit));
        self.table(&columns, cell)
    }

    fn columns(&self, column: impl Fn(Workload) -> Column) -> Vec<Column> {
        let has_any = |&(_, runtime, workload, unit): &Column| {
            let mut subjects = self.options.subjects.iter();
            subjects.any(|&it| self.results.values(it, runtime, workload, unit).is_some())
        };
        let workloads = self.options.workloads.iter().copied();
        workloads.map(column).filter(has_any).collect()
    }

    fn table(&self, columns: &[Column], cell: impl Fn(&[f64]) -> String) -> Table {
        let titles = columns.iter().map(|(title, ..)| title.clone());
        let mut table = Table::new([String::new()].into_iter().chain(titles));
        for &subject in &self.options.subjects {
            let figures: Vec<Option<&[f64]>> = columns
                .iter()
                .map(|&(_, runtime, workload, unit)| {
                    self.results.values(subject, runtime, workload, unit)
                })
                .collect();
            if figures.iter().any(Option::is_some) {
                let cells = figures
                    .iter()
                    .map(|values| values.map_or(NONE.to_owned(), &cell));
                table.row([subject.title()].into_iter().chain(cells));
            }
        }
        table
    }

    /// What each adds to the floor, as a part of what console-subscriber adds.
    fn ratios(&self, runtime: Flavor) -> Table {
        let unit = Unit::NanosPerOperation;
        let columns =
            self.columns(|workload| (workload.name().to_owned(), runtime, workload, unit));
        let titles = columns.iter().map(|(title, ..)| title.clone());
        let mut table = Table::new([String::new()].into_iter().chain(titles));
        for &subject in &self.options.subjects {
            let cells: Vec<Option<f64>> = columns
                .iter()
                .map(|&(_, runtime, workload, _)| {
                    let results = self.results;
                    results.times_less_than_console(subject, runtime, workload)
                })
                .collect();
            let is_base = matches!(subject, Subject::Plain | Subject::Floor | Subject::Console);
            if !is_base && cells.iter().any(Option::is_some) {
                let cells = cells.iter().map(|it| it.map_or(NONE.to_owned(), ratio));
                table.row([subject.title()].into_iter().chain(cells));
            }
        }
        table
    }

    /// What half and what 99 of 100 requests took at most.
    fn latencies(&self) -> Table {
        let columns: Vec<Column> = Flavor::ALL
            .into_iter()
            .flat_map(|runtime| {
                let title = |percent| format!("{}, {percent}", runtime.title());
                let echo = Workload::Echo;
                [
                    (title("p50"), runtime, echo, Unit::P50Nanos),
                    (title("p99"), runtime, echo, Unit::P99Nanos),
                ]
            })
            .collect();
        self.table(&columns, |values| {
            let micros: Vec<f64> = values.iter().map(|nanos| nanos / 1e3).collect();
            with_spread(&micros)
        })
    }

    /// What tasks that do nothing take.
    fn idle(&self, runtime: Flavor) -> Table {
        let columns = [
            ("bytes per task", Unit::BytesPerTask),
            ("processor µs/s", Unit::CpuMicrosPerIdleSecond),
            ("wake-ups/s", Unit::WakeUpsPerIdleSecond),
        ];
        let columns =
            columns.map(|(title, unit)| (title.to_owned(), runtime, Workload::Idle, unit));
        self.table(&columns, |values| thousands(median(values)))
    }

    /// The workloads for which some of these subjects have no figures, and why.
    fn misses(&self) -> BTreeSet<String> {
        let mut notes = BTreeSet::new();
        for subject in &self.options.subjects {
            for workload in &self.options.workloads {
                if let Some(why) = subject.misses(*workload) {
                    notes.insert(format!("{NONE} for {}: {why}.", subject.title()));
                }
            }
        }
        notes
    }
}

/// Its title, and what stands in it.
type Column = (String, Flavor, Workload, Unit);

impl Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.head(f)?;
        let mut section = |title: String, table: Table| {
            if table.is_empty() {
                return Ok(());
            }
            write!(f, "\n### {title}\n\n{table}")
        };
        for runtime in Flavor::ALL {
            let on = runtime.title();
            let nanos = self.by_workload(runtime, Unit::NanosPerOperation, with_spread);
            section(format!("ns per operation, {on}"), nanos)?;
            let title = format!("added beyond the floor, of what console-subscriber adds, {on}");
            section(title, self.ratios(runtime))?;
        }
        section("echo: µs per request".to_owned(), self.latencies())?;
        for runtime in Flavor::ALL {
            let unit = Unit::AllocationsPerOperation;
            let allocations =
                self.by_workload(runtime, unit, |values| format!("{:.2}", median(values)));
            let title = format!("allocations per operation, {}", runtime.title());
            section(title, allocations)?;
        }
        for runtime in Flavor::ALL {
            let title = format!("idle tasks, {}", runtime.title());
            section(title, self.idle(runtime))?;
        }
        for runtime in Flavor::ALL {
            let unit = Unit::WireBytesPerTick;
            let bytes = self.by_workload(runtime, unit, |values| thousands(median(values)));
            let title = format!("bytes on the wire per update, {}", runtime.title());
            section(title, bytes)?;
        }
        section(
            "goals: taskmon channels".to_owned(),
            goals::table(self.results),
        )?;
        writeln!(f, "\nNotes\n")?;
        for note in self.misses().into_iter().chain(NOTES.map(str::to_owned)) {
            writeln!(f, "- {note}")?;
        }
        Ok(())
    }
}

impl Report<'_> {
    /// When, where and what.
    fn head(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (machine, options) = (self.machine, self.options);
        let versions: Vec<String> = machine
            .versions
            .iter()
            .map(|(library, version)| format!("{library} {version}"))
            .collect();
        writeln!(
            f,
            "{}; {}, {} cores, {}; rounds {}, share {}; {}\n",
            machine.date,
            machine.processor,
            machine.cores,
            machine.kernel,
            options.rounds,
            options.share,
            versions.join(", "),
        )?;
        writeln!(
            f,
            "Medians, and ± within which half of the values lie. The floor is \"flags, no \
             subscriber\".\n"
        )?;
        for workload in &options.workloads {
            writeln!(f, "- {}: {}", workload.name(), workload.what())?;
        }
        Ok(())
    }
}

/// `1,601 ±2%`
fn with_spread(values: &[f64]) -> String {
    let percent = 100.0 * spread(values);
    format!("{} ±{percent:.0}%", thousands(median(values)))
}

/// `1,601`
fn thousands(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1/26`: never more favourable than it is.
fn ratio(times: f64) -> String {
    match times {
        times if times.is_infinite() => "nothing".to_owned(),
        times if times < 10.0 => format!("1/{:.1}", (times * 10.0).floor() / 10.0),
        times => format!("1/{}", times.floor()),
    }
}
