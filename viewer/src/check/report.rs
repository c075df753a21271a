//! What a check saw, whole, for faces to write.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use super::{Baseline, SiteId, Sources};
use crate::client::WatchError;
use crate::model::{Model, StateCounts, Totals};
use crate::rules::{Alert, AlertBook, Severity};

/// What a check saw. It holds what programs said: faces must make it harmless.
#[derive(Clone, Debug)]
pub struct Report {
    /// What was watched, in words: targets, or a command line.
    pub subject: String,
    /// When the watch began.
    pub began: SystemTime,
    /// How long it lasted.
    pub watched: Duration,
    /// The programs, in the order in which they were found.
    pub programs: Vec<ProgramSeen>,
    /// What was wrong: what fails first, then errors, then by tasks.
    pub findings: Vec<Finding>,
    /// The command, if one was run.
    pub command: Option<CommandSeen>,
    /// The least severity that fails.
    pub fail_on: Severity,
    /// How many alerts of the baseline did not come; `None` without a baseline.
    pub baseline_unseen: Option<usize>,
    /// What a person should know besides, one sentence each.
    pub notes: Vec<String>,
    /// Where the sources are.
    pub sources: Sources,
}

/// One program that was watched, as it was at the end.
#[derive(Clone, Debug)]
pub struct ProgramSeen {
    /// Where it was watched.
    pub target: String,
    /// The file name of its executable; empty if it never said.
    pub name: String,
    /// Its process id; 0 if it never said.
    pub pid: u32,
    /// Its live tasks by what they do.
    pub states: StateCounts,
    /// Counts over its life.
    pub totals: Totals,
    /// Whether there was a whole picture of it.
    pub seen: bool,
    /// How long it was watched.
    pub watched: Duration,
    /// Why that was not as long as it should have been.
    pub error: Option<WatchError>,
    /// The entries of the allow-list, by their index, that allowed something in it.
    pub allowed_by: BTreeSet<usize>,
}

/// What was wrong at one site, in all programs together.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The alert of the program where it was worst, with the tasks of all
    /// programs.
    pub alert: Alert,
    /// When it began.
    pub since: Option<SystemTime>,
    /// When it ended; `None` if it was so at the end.
    pub ended: Option<SystemTime>,
    /// The indices of the programs in [`Report::programs`].
    pub programs: Vec<usize>,
    /// What it is known by from run to run.
    pub id: SiteId,
    /// Whether the baseline has it.
    pub in_baseline: bool,
}

/// A command that was run.
#[derive(Clone, Debug)]
pub struct CommandSeen {
    /// What was run, in words.
    pub line: String,
    /// How it ended.
    pub end: CommandEnd,
    /// How many processes opened a port and were gone before they were seen.
    pub missed: usize,
    /// Whether it is fine that no process opened one.
    pub may_be_unwatched: bool,
}

/// How a command ended.
#[derive(Clone, Debug)]
pub enum CommandEnd {
    /// By itself, with this status.
    Exited(u8),
    /// By a signal.
    Signalled(i32),
    /// It did not, and was killed.
    Hung(Hang),
}

/// What a command was doing when its time was over.
#[derive(Clone, Debug)]
pub struct Hang {
    /// How long it had.
    pub timeout: Duration,
    /// Its programs, as they were then.
    pub programs: Vec<HungProgram>,
}

/// A program that did not end in time.
#[derive(Clone, Debug)]
pub struct HungProgram {
    /// Its picture.
    pub model: Model,
    /// What was wrong in it.
    pub book: AlertBook,
}

/// What a check comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing that fails was found.
    Fine,
    /// Alerts were found, or the command hung.
    Alerts,
    /// The command failed, with this as its exit code.
    CommandFailed(u8),
    /// A program was not watched for as long as it should have been.
    Lost,
    /// A program does not let this viewer in.
    Refused,
    /// The command never opened a port: nothing was watched.
    Unwatched,
}

impl Report {
    /// Whether `finding` makes the check fail.
    pub fn fails(&self, finding: &Finding) -> bool {
        !finding.in_baseline && finding.alert.severity >= self.fail_on
    }

    /// How many findings make the check fail.
    pub fn failing(&self) -> usize {
        let failing = self.findings.iter();
        failing.filter(|finding| self.fails(finding)).count()
    }

    /// The hang, if the command had to be killed.
    pub fn hang(&self) -> Option<&Hang> {
        match &self.command.as_ref()?.end {
            CommandEnd::Hung(hang) => Some(hang),
            _ => None,
        }
    }

    /// The live tasks of all programs, by what they do.
    pub fn states(&self) -> StateCounts {
        let mut sum = StateCounts::default();
        for program in &self.programs {
            sum.running += program.states.running;
            sum.scheduled += program.states.scheduled;
            sum.waiting += program.states.waiting;
            sum.lost += program.states.lost;
        }
        sum
    }

    /// Why programs were not watched to the end.
    pub fn errors(&self) -> impl Iterator<Item = &WatchError> {
        let programs = self.programs.iter();
        programs.filter_map(|program| program.error.as_ref())
    }

    /// Marks what `baseline` has.
    pub fn compare(&mut self, baseline: &Baseline) {
        for finding in &mut self.findings {
            finding.in_baseline = baseline.has(&finding.id);
        }
        let ids: Vec<_> = self.findings.iter().map(|it| &it.id).collect();
        self.baseline_unseen = Some(baseline.unseen(&ids));
        self.sort();
    }

    /// Puts what fails first, then errors, then what concerns most tasks.
    pub(super) fn sort(&mut self) {
        use std::cmp::Reverse;
        self.findings.sort_by_key(|it| {
            let worst = (it.in_baseline, Reverse(it.alert.severity));
            (worst, Reverse(it.alert.tasks))
        });
    }

    /// What it comes to. A command that fails by itself has failed whatever was
    /// found in it; and what was not watched to its end is not fine.
    pub fn verdict(&self) -> Verdict {
        match self.command.as_ref().map(|command| &command.end) {
            Some(CommandEnd::Hung(_)) => return Verdict::Alerts,
            Some(CommandEnd::Exited(0)) | None => {}
            Some(CommandEnd::Exited(code)) => return Verdict::CommandFailed(*code),
            Some(CommandEnd::Signalled(signal)) => {
                return Verdict::CommandFailed(code_of_signal(*signal));
            }
        }
        if self.errors().any(WatchError::is_refusal) {
            return Verdict::Refused;
        }
        if self.errors().next().is_some() {
            return Verdict::Lost;
        }
        if self.failing() > 0 {
            return Verdict::Alerts;
        }
        match &self.command {
            Some(command) if self.nothing_watched() && !command.may_be_unwatched => {
                Verdict::Unwatched
            }
            _ => Verdict::Fine,
        }
    }

    /// Whether no process of the command ever opened a port.
    pub fn nothing_watched(&self) -> bool {
        let missed = self.command.as_ref().map_or(0, |command| command.missed);
        self.programs.is_empty() && missed == 0
    }
}

/// What shells make of a process that a signal ended.
fn code_of_signal(signal: i32) -> u8 {
    u8::try_from(signal.saturating_add(128)).unwrap_or(u8::MAX)
}
