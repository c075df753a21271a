//! The numbers to reach, and whether this run reached them: taskmon as it is unless
//! it is told otherwise, at level `channels` with stacks.

use super::results::Results;
use super::table::Table;
use super::{NONE, ratio};
use crate::measurement::Unit;
use crate::runtimes::Flavor;
use crate::subjects::Subject;
use crate::workloads::Workload;

/// A number to reach.
struct Goal {
    what: &'static str,
    goal: String,
    figure: Box<Figure>,
}

/// In words, and whether the goal is reached; `None` if it was not measured.
type Figure = dyn Fn(&Results, Flavor) -> Option<(String, bool)>;

fn goals() -> Vec<Goal> {
    vec![
        of_consoles("added cost of spawn + complete", Workload::Spawn, 100.0),
        of_consoles(
            "added cost of a ping-pong round trip",
            Workload::PingPong,
            15.0,
        ),
        of_consoles("added cost of a streamed message", Workload::Stream, 8.0),
        of_consoles("added cost of a yield", Workload::Yield, 3.0),
        Goal {
            what: "bytes per live idle task, beyond the floor's",
            goal: "≤ 256".to_owned(),
            figure: Box::new(|results, runtime| {
                let added = added(results, runtime, Unit::BytesPerTask)?;
                Some((format!("{added:.0}"), added <= 256.0))
            }),
        },
        Goal {
            what: "events lost under any load (of a watched run)",
            goal: "none".to_owned(),
            figure: Box::new(|results, runtime| {
                let lost: Vec<f64> = Workload::ALL
                    .into_iter()
                    .filter_map(|workload| {
                        results.values(Subject::WATCHED, runtime, workload, Unit::Unrecorded)
                    })
                    .flatten()
                    .copied()
                    .collect();
                let all: f64 = lost.iter().sum();
                (!lost.is_empty()).then(|| (format!("{all:.0}"), all == 0.0))
            }),
        },
        Goal {
            what: "processor time per idle second, no viewer",
            goal: "none".to_owned(),
            figure: Box::new(|results, runtime| {
                let cpu = added(results, runtime, Unit::CpuMicrosPerIdleSecond)?;
                let wakes = added(results, runtime, Unit::WakeUpsPerIdleSecond)?;
                let text = format!("{cpu:.0} µs, {wakes:.0} wake-ups");
                Some((text, cpu <= 0.0 && wakes <= 0.0))
            }),
        },
    ]
}

/// At most that part of what console-subscriber adds.
fn of_consoles(what: &'static str, workload: Workload, part: f64) -> Goal {
    Goal {
        what,
        goal: format!("≤ 1/{part} of console-subscriber's"),
        figure: Box::new(move |results, runtime| {
            let times = results.times_less_than_console(Subject::DEFAULT, runtime, workload)?;
            Some((ratio(times), times >= part))
        }),
    }
}

/// What taskmon adds to the floor while the program idles.
fn added(results: &Results, runtime: Flavor, unit: Unit) -> Option<f64> {
    let of = |subject| results.median(subject, runtime, Workload::Idle, unit);
    Some((of(Subject::DEFAULT)? - of(Subject::Floor)?).max(0.0))
}

/// A row for each goal of which there is a figure.
pub(super) fn table(results: &Results) -> Table {
    let runtimes = Flavor::ALL.map(|runtime| runtime.title().to_owned());
    let titles = ["what", "goal"].map(str::to_owned);
    let mut table = Table::new(titles.into_iter().chain(runtimes));
    for goal in goals() {
        let figures = Flavor::ALL.map(|runtime| (goal.figure)(results, runtime));
        if figures.iter().any(Option::is_some) {
            let cells = figures.map(|figure| match figure {
                Some((figure, true)) => format!("{figure}: met"),
                Some((figure, false)) => format!("{figure}: not met"),
                None => NONE.to_owned(),
            });
            table.row([goal.what.to_owned(), goal.goal].into_iter().chain(cells));
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::super::table::single_spaced;
    use super::*;
    use crate::measurement::Measurement;

    fn figure(workload: Workload, unit: Unit, value: f64) -> Vec<Measurement> {
        let runtime = Flavor::TwoWorkers;
        vec![Measurement {
            workload,
            runtime,
            unit,
            value,
        }]
    }

    #[test]
    fn a_goal_is_met_or_not_met_or_unknown() {
        let mut results = Results::default();
        let nanos = |workload, value| figure(workload, Unit::NanosPerOperation, value);
        for (workload, ours) in [(Workload::Spawn, 110.0), (Workload::Yield, 600.0)] {
            results.add(Subject::Floor, nanos(workload, 100.0));
            results.add(Subject::DEFAULT, nanos(workload, ours));
            results.add(Subject::Console, nanos(workload, 1_100.0));
        }
        let idle = |value| figure(Workload::Idle, Unit::BytesPerTask, value);
        results.add(Subject::Floor, idle(400.0));
        results.add(Subject::DEFAULT, idle(657.0));
        let table = table(&results).to_string();
        let table = single_spaced(&table);
        let row = |what| table.lines().find(|line| line.contains(what)).unwrap();
        assert!(row("spawn").ends_with("| 1/100: met |"), "{table}");
        assert!(row("yield").ends_with("| 1/2.0: not met |"), "{table}");
        assert!(row("bytes").ends_with("| 257: not met |"), "{table}");
        assert!(!table.contains("ping-pong"), "it was not measured: {table}");
    }
}
