//! How much the program gets done while nobody watches, and while everything befalls
//! it.

use std::time::{Duration, Instant};

use crate::report::{median, spread};
use crate::scale::child::Child;
use crate::scale::report::Report;
use crate::scale::{Outcome, proc};

use super::load::Counted;

/// What a program has done at some time.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    at: Instant,
    tasks: u64,
    processor: Duration,
}

impl Mark {
    /// Now.
    ///
    /// # Errors
    ///
    /// If the target has ended.
    pub fn set(target: &mut Child) -> Outcome<Self> {
        let processor = proc::cpu(target.pid())?;
        let counted: Counted = target.ask("count")?;
        Ok(Mark {
            at: Instant::now(),
            tasks: counted.spawned,
            processor,
        })
    }
}

/// Of all phases of one kind.
#[derive(Clone, Debug, Default)]
pub struct Phases {
    tasks_a_second: Vec<f64>,
    micros_a_task: Vec<f64>,
}

impl Phases {
    /// Adds a phase that went from `begin` to `end`.
    pub fn add(&mut self, begin: Mark, end: Mark) {
        let tasks = (end.tasks - begin.tasks) as f64;
        let seconds = end.at.duration_since(begin.at).as_secs_f64();
        let processor = end.processor.saturating_sub(begin.processor);
        self.tasks_a_second.push(tasks / seconds);
        self.micros_a_task
            .push(1e6 * processor.as_secs_f64() / tasks);
    }
}

/// Both kinds side by side. What is met here depends on what else the machine does.
pub fn report(quiet: &Phases, faulty: &Phases) -> Report {
    let mut report = Report::default();
    let told = |values: &[f64], digits: usize| {
        let (middle, spread) = (median(values), 100.0 * spread(values));
        format!("{middle:.digits$} ±{spread:.0} %")
    };
    let phases = quiet.tasks_a_second.len();
    report.tell("phases of each kind", phases.to_string());
    let figure = told(&quiet.tasks_a_second, 0);
    report.tell("tasks a second, nobody watches", figure);
    report.tell(
        "tasks a second, with faults",
        told(&faulty.tasks_a_second, 0),
    );
    let pairs = faulty.tasks_a_second.iter().zip(&quiet.tasks_a_second);
    let shares: Vec<f64> = pairs.map(|(faulty, quiet)| faulty / quiet).collect();
    let (share, noise) = (median(&shares), spread(&quiet.tasks_a_second));
    let goal = format!(
        "≥ {:.2}: within the spread of what nobody watches",
        1.0 - noise
    );
    let what = "with faults, of what it is while nobody watches";
    report.judge(what, told(&shares, 2), goal, share >= 1.0 - noise);
    let figure = told(&quiet.micros_a_task, 2);
    report.tell("processor time a task in µs, nobody watches", figure);
    let figure = told(&faulty.micros_a_task, 2);
    report.tell("processor time a task in µs, with faults", figure);
    report
}
