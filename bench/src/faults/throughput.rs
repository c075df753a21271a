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

/// What the program is asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// As much as it can.
    Most,
    /// This many tasks a second.
    Held(u64),
}

impl Asked {
    /// As it is said to the target.
    pub fn request(self) -> String {
        match self {
            Asked::Most => "go".to_owned(),
            Asked::Held(tasks) => format!("go {tasks}"),
        }
    }
}

/// Phases in which nobody watched, and those with faults that followed each.
#[derive(Clone, Debug, Default)]
struct Pairs {
    quiet: Phases,
    faulty: Phases,
}

/// How much the program got done, of all phases.
#[derive(Clone, Debug, Default)]
pub struct Throughput {
    most: Pairs,
    held: Pairs,
}

impl Throughput {
    /// What is held is this share of what was done in the first phase of all: a
    /// service that has no more room has other worries than who watches it.
    const HELD: f64 = 0.5;

    /// What round `number` asks for: one as much as it can, the next a load that it
    /// holds.
    pub fn next(&self, number: u32) -> Asked {
        match self.held_rate() {
            Some(rate) if number % 2 == 1 => Asked::Held(rate),
            _ => Asked::Most,
        }
    }

    /// How many tasks a second that are, once it is known.
    fn held_rate(&self) -> Option<u64> {
        let most = self.most.quiet.tasks_a_second.first()?;
        Some((Self::HELD * most) as u64)
    }

    /// Adds a phase that went from `begin` to `end` while nobody watched.
    pub fn add_quiet(&mut self, asked: Asked, begin: Mark, end: Mark) {
        self.of(asked).quiet.add(begin, end);
    }

    /// Adds the phase with faults that followed it.
    pub fn add_faulty(&mut self, asked: Asked, begin: Mark, end: Mark) {
        self.of(asked).faulty.add(begin, end);
    }

    fn of(&mut self, asked: Asked) -> &mut Pairs {
        match asked {
            Asked::Most => &mut self.most,
            Asked::Held(_) => &mut self.held,
        }
    }

    /// Both kinds side by side. What is met here depends on what else the machine does.
    pub fn report(&self) -> Report {
        let mut report = Report::default();
        if let Some(rate) = self.held_rate() {
            report.tell("tasks a second that are asked for", rate.to_string());
            self.held.tell(&mut report, "held load");
        }
        self.most.tell(&mut report, "as fast as it can");
        report
    }
}

impl Pairs {
    fn tell(&self, report: &mut Report, load: &str) {
        let told = |values: &[f64], digits: usize| {
            let (middle, spread) = (median(values), 100.0 * spread(values));
            format!("{middle:.digits$} ±{spread:.0} %")
        };
        let (quiet, faulty) = (&self.quiet, &self.faulty);
        let phases = quiet.tasks_a_second.len();
        report.tell(format!("{load}: phases of each kind"), phases.to_string());
        for (phases, who) in [(quiet, "nobody watches"), (faulty, "with faults")] {
            let what = format!("{load}: tasks a second, {who}");
            report.tell(what, told(&phases.tasks_a_second, 0));
            let what = format!("{load}: processor time a task in µs, {who}");
            report.tell(what, told(&phases.micros_a_task, 2));
        }
        let pairs = faulty.tasks_a_second.iter().zip(&quiet.tasks_a_second);
        let shares: Vec<f64> = pairs.map(|(faulty, quiet)| faulty / quiet).collect();
        let least = 1.0 - spread(&quiet.tasks_a_second).max(ROUNDED);
        report.judge(
            format!("{load}: with faults, of what it is while nobody watches"),
            told(&shares, 2),
            format!("≥ {least:.2}: within the spread of what nobody watches"),
            median(&shares) >= least,
        );
    }
}

/// Shares are told to the hundredth; a spread that is less is as good as none.
const ROUNDED: f64 = 0.01;

#[cfg(test)]
mod tests {
    use super::*;

    /// One that has done this many tasks, each in a microsecond of the processor, by
    /// this second.
    fn mark(start: Instant, second: u64, tasks: u64) -> Mark {
        Mark {
            at: start + Duration::from_secs(second),
            tasks,
            processor: Duration::from_micros(tasks),
        }
    }

    #[test]
    fn what_is_held_is_half_of_what_it_can_and_judged_beside_what_nobody_watches() {
        let start = Instant::now();
        let mark = |second, tasks| mark(start, second, tasks);
        let mut all = Throughput::default();
        assert_eq!(all.next(1), Asked::Most);
        assert_eq!(all.next(0).request(), "go");
        all.add_quiet(Asked::Most, mark(0, 0), mark(1, 1_000));
        all.add_faulty(Asked::Most, mark(1, 1_000), mark(3, 2_400));
        let held = all.next(1);
        assert_eq!(held.request(), "go 500");
        assert_eq!(all.next(2), Asked::Most);
        all.add_quiet(held, mark(3, 2_400), mark(4, 2_900));
        all.add_faulty(held, mark(4, 2_900), mark(6, 3_898));
        let report = all.report().to_string();
        for (load, share, mark) in [
            ("held load", "1.00", "✓"),
            ("as fast as it can", "0.70", "✗"),
        ] {
            let row =
                format!("| {load}: with faults, of what it is while nobody watches | {share} ");
            let row = report.lines().find(|line| line.starts_with(&row));
            assert!(
                row.is_some_and(|row| row.ends_with(&format!("{mark} |"))),
                "{report}"
            );
        }
        // It stays what it was.
        all.add_quiet(Asked::Most, mark(6, 3_898), mark(7, 5_898));
        assert_eq!(all.next(3), held);
    }
}
