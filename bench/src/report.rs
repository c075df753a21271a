//! From figures to tables.

use std::collections::BTreeMap;
use std::fmt::{self, Display};

use serde::Serialize;

use crate::measurement::{Measurement, Unit};
use crate::subjects::Subject;

/// What was done, on what, and what was measured.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Row {
    /// What was measured.
    pub unit: Unit,
    /// On what.
    pub runtime: String,
    /// In the order of the workloads.
    order: usize,
    /// What was done.
    pub workload: String,
}

/// All figures of all rounds.
#[derive(Debug, Default)]
pub struct Results {
    rows: BTreeMap<Row, Vec<(Subject, Vec<f64>)>>,
}

impl Results {
    /// Takes the figures of one round of `subject`, in the order in which they
    /// came.
    pub fn add(&mut self, subject: Subject, figures: Vec<Measurement>) {
        for (order, figure) in figures.into_iter().enumerate() {
            let row = Row {
                unit: figure.unit,
                runtime: figure.runtime,
                order,
                workload: figure.workload,
            };
            let subjects = self.rows.entry(row).or_default();
            match subjects.iter_mut().find(|(known, _)| *known == subject) {
                Some((_, values)) => values.push(figure.value),
                None => subjects.push((subject, vec![figure.value])),
            }
        }
    }

    /// For programs: every value of every round.
    pub fn to_json(&self) -> serde_json::Value {
        let rows = self.rows.iter().flat_map(|(row, subjects)| {
            subjects.iter().map(move |(subject, values)| {
                serde_json::json!({
                    "workload": row.workload,
                    "runtime": row.runtime,
                    "unit": row.unit,
                    "subject": subject.name(),
                    "median": median(values),
                    "values": values,
                })
            })
        });
        serde_json::json!({ "version": 1, "results": rows.collect::<Vec<_>>() })
    }
}

/// The one in the middle.
fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => f64::NAN,
        count => sorted[count / 2],
    }
}

/// Half of the values lie within this share of the median, on either side.
fn spread(values: &[f64]) -> f64 {
    let middle = median(values);
    let off: Vec<f64> = values.iter().map(|value| (value - middle).abs()).collect();
    if middle == 0.0 {
        0.0
    } else {
        median(&off) / middle
    }
}

/// Markdown: a table for each unit and runtime; medians, and beside times what the
/// subject adds to the floor, as a share of what console-subscriber adds.
impl Display for Results {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut title = (None, String::new());
        for (row, subjects) in &self.rows {
            let this = (Some(row.unit), row.runtime.clone());
            if this != title {
                let on = match row.runtime.as_str() {
                    "" => String::new(),
                    runtime => format!(", {runtime}"),
                };
                writeln!(f, "\n### {}{on}\n", row.unit.as_str())?;
                write!(f, "| |")?;
                for (subject, _) in subjects {
                    write!(f, " {} |", subject.name())?;
                }
                writeln!(f, "\n|---|{}", "---:|".repeat(subjects.len()))?;
                title = this;
            }
            write!(f, "| {} |", row.workload)?;
            for (subject, values) in subjects {
                write!(f, " {} |", cell(row, subjects, *subject, values))?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

fn cell(row: &Row, subjects: &[(Subject, Vec<f64>)], subject: Subject, values: &[f64]) -> String {
    let value = median(values);
    let text = match row.unit {
        Unit::NanosPerOperation => format!("{value:.0} ±{:.0} %", 100.0 * spread(values)),
        Unit::AllocationsPerOperation => format!("{value:.2}"),
        Unit::BytesPerTask | Unit::CpuMicrosPerIdleSecond => format!("{value:.0}"),
    };
    let of = |wanted| {
        let found = subjects.iter().find(|(subject, _)| *subject == wanted);
        found.map(|(_, values)| median(values))
    };
    let added = of(Subject::Floor).zip(of(Subject::Console));
    match added {
        Some((floor, console))
            if row.unit == Unit::NanosPerOperation
                && !matches!(subject, Subject::Plain | Subject::Floor | Subject::Console)
                && value > floor =>
        {
            format!("{text} (1/{:.0})", (console - floor) / (value - floor))
        }
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(value: f64) -> Vec<Measurement> {
        vec![Measurement {
            workload: "spawn".to_owned(),
            runtime: "2 workers".to_owned(),
            unit: Unit::NanosPerOperation,
            value,
        }]
    }

    #[test]
    fn a_subject_is_told_by_its_median_and_its_share_of_consoles_cost() {
        let mut results = Results::default();
        for noise in [0.0, 1_000.0, 1.0] {
            results.add(Subject::Floor, figure(100.0 + noise));
            results.add(Subject::Channels, figure(201.0 + noise));
            results.add(Subject::Console, figure(5_101.0 + noise));
        }
        let table = results.to_string();
        assert!(table.contains("### ns per operation, 2 workers"), "{table}");
        let row = "| spawn | 101 ±1 % | 202 ±0 % (1/50) | 5102 ±0 % |";
        assert!(table.contains(row), "{table}");
        let json = results.to_json();
        assert_eq!(json["results"][1]["median"], 202.0);
        assert_eq!(json["results"][1]["subject"], "taskmon channels");
    }
}
