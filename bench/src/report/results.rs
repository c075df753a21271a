//! All figures of all rounds.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::measurement::{Measurement, Unit};
use crate::runtimes::Flavor;
use crate::subjects::Subject;
use crate::workloads::Workload;

/// What a figure is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    unit: Unit,
    runtime: Flavor,
    workload: Workload,
    subject: Subject,
}

/// All figures of all rounds.
#[derive(Clone, Debug, Default)]
pub struct Results {
    values: BTreeMap<Key, Vec<f64>>,
}

impl Results {
    /// Takes the figures of one round of `subject`.
    pub fn add(&mut self, subject: Subject, figures: Vec<Measurement>) {
        for figure in figures {
            let key = Key {
                unit: figure.unit,
                runtime: figure.runtime,
                workload: figure.workload,
                subject,
            };
            self.values.entry(key).or_default().push(figure.value);
        }
    }

    /// The values of all rounds, if there are any.
    pub fn values(
        &self,
        subject: Subject,
        runtime: Flavor,
        workload: Workload,
        unit: Unit,
    ) -> Option<&[f64]> {
        let key = Key {
            unit,
            runtime,
            workload,
            subject,
        };
        self.values.get(&key).map(Vec::as_slice)
    }

    /// The median of all rounds, if there are any.
    pub fn median(
        &self,
        subject: Subject,
        runtime: Flavor,
        workload: Workload,
        unit: Unit,
    ) -> Option<f64> {
        let values = self.values(subject, runtime, workload, unit)?;
        Some(median(values))
    }

    /// How many times more console-subscriber adds to an operation than `subject`
    /// does, each beyond the same floor. Infinite if it adds nothing; `None` if
    /// console-subscriber did not, so that there is nothing to compare with.
    pub fn times_less_than_console(
        &self,
        subject: Subject,
        runtime: Flavor,
        workload: Workload,
    ) -> Option<f64> {
        let nanos = |subject| self.median(subject, runtime, workload, Unit::NanosPerOperation);
        let floor = nanos(Subject::Floor)?;
        let added = (nanos(subject)? - floor).max(0.0);
        let consoles = nanos(Subject::Console)? - floor;
        (consoles > 0.0).then(|| consoles / added)
    }

    /// For programs: every value of every round.
    pub fn to_json(&self) -> Value {
        let rows = self.values.iter().map(|(key, values)| {
            serde_json::json!({
                "workload": key.workload,
                "runtime": key.runtime,
                "unit": key.unit,
                "subject": key.subject.name(),
                "median": median(values),
                "values": values,
            })
        });
        rows.collect()
    }
}

/// The one in the middle.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => f64::NAN,
        count => sorted[count / 2],
    }
}

/// Half of the values lie within this share of the median, on either side.
pub fn spread(values: &[f64]) -> f64 {
    let middle = median(values);
    let off: Vec<f64> = values.iter().map(|value| (value - middle).abs()).collect();
    if middle == 0.0 {
        0.0
    } else {
        median(&off) / middle
    }
}
