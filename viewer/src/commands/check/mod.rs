//! The command that looks for some time: options in, a report to where it should
//! be, and how it ends.

mod outputs;

use std::time::Duration;

use taskmon::check::{self, Baseline, Plan, Report, Signals, Sources, Until, Verdict};
use taskmon::client::{Target, WatchError};
use taskmon::rules::{AlertBook, Settings, Severity, Thresholds};

use self::outputs::Outputs;
use super::{note, runtime};
use crate::cli::CheckOptions;
use crate::exit::{Failure, Outcome};

/// The longest time between two looks; a long poll is only seen while it lasts.
const INTERVAL: Duration = Duration::from_millis(500);
/// The same for a command, which may end at any time: the shortest that
/// programs agree to.
const COMMAND_INTERVAL: Duration = Duration::from_millis(50);
/// A short check should still see several pictures.
const LOOKS: u32 = 5;

/// Watches, and reports what was wrong.
pub fn check(options: &CheckOptions) -> Result<Outcome, Failure> {
    // What cannot work is told before a long watch, and not after it.
    let known = options
        .baseline
        .as_deref()
        .map(Baseline::read)
        .transpose()?;
    let settings = options.rules.load()?.settings;
    let outputs = Outputs::open(options)?;
    let mut report = runtime()?.block_on(watch(options, &settings))?;
    report.fail_on = Severity::from(options.fail_on);
    let written = compare(options, &mut report, known).and(outputs.write(&report));
    let outcome = outcome(&report);
    let programs = report.programs.iter();
    note(settings.allow_notes(programs.map(|program| &program.allowed_by)));
    match (written, outcome) {
        (Err(failure), Ok(Outcome::CommandFailed(code))) => {
            failure.say();
            Ok(Outcome::CommandFailed(code))
        }
        (Err(failure), _) => Err(failure),
        (Ok(()), outcome) => outcome,
    }
}

async fn watch(options: &CheckOptions, settings: &Settings) -> Result<Report, Failure> {
    // Before anything is begun, so that from here on no signal kills the process.
    let signals = Signals::take()?;
    let sources = Sources::in_directory(std::env::current_dir().unwrap_or_default());
    let mut plan = Plan {
        interval: COMMAND_INTERVAL,
        connect_within: options.connect_within,
        credentials: options.connection.credentials()?,
        rules: AlertBook::new(settings.clone()),
    };
    if !options.command.is_empty() {
        return run(options, &plan, signals, sources).await;
    }
    let until = until(options, &settings.thresholds);
    let shortest = match until {
        Until::Elapsed(length) => length,
        Until::Quiet { window, at_most } => window.min(at_most),
    };
    plan.interval = (shortest / LOOKS).min(INTERVAL);
    let targets = match &*options.targets {
        [] => &[Target::default()][..],
        targets => targets,
    };
    let targets: Vec<_> = targets
        .iter()
        .map(|it| it.with(&plan.credentials))
        .collect();
    let report = check::watch(&targets, &plan, until, signals, sources).await;
    // There is nothing to report of programs that were never seen.
    match seen(&report) {
        true => Ok(report),
        false => Err(worst(&report).map_or(Failure::Interrupted, Failure::Watch)),
    }
}

#[cfg(unix)]
async fn run(
    options: &CheckOptions,
    plan: &Plan,
    signals: Signals,
    sources: Sources,
) -> Result<Report, Failure> {
    let command = &options.command;
    let mut report = check::run(command, plan, options.timeout, signals, sources).await?;
    if let Some(command) = &mut report.command {
        command.may_be_unwatched = options.allow_unwatched;
    }
    Ok(report)
}

#[cfg(not(unix))]
async fn run(_: &CheckOptions, _: &Plan, _: Signals, _: Sources) -> Result<Report, Failure> {
    Err(Failure::NoCommands)
}

fn until(options: &CheckOptions, thresholds: &Thresholds) -> Until {
    match options.until_quiet {
        None => Until::Elapsed(options.length),
        Some(window) => Until::Quiet {
            window: window.unwrap_or_else(|| usual_window(thresholds)),
            at_most: options.length,
        },
    }
}

/// What has waited for less than this at its end would have been seen to wait at
/// its beginning.
fn usual_window(thresholds: &Thresholds) -> Duration {
    let longest = thresholds.send.max(thresholds.lock);
    longest + Duration::from_secs(1)
}

/// Whether there was a whole picture of any program.
fn seen(report: &Report) -> bool {
    report.programs.iter().any(|program| program.seen)
}

/// Tells what is known from what is new, and writes both down if that is wanted.
fn compare(
    options: &CheckOptions,
    report: &mut Report,
    known: Option<Baseline>,
) -> Result<(), Failure> {
    if let Some(known) = &known {
        report.compare(known);
    }
    if let Some(path) = &options.write_baseline {
        let mut all = known.unwrap_or_default();
        all.add(report.findings.iter().map(|finding| finding.id.clone()));
        all.write(path)?;
        report.compare(&all);
    }
    Ok(())
}

fn outcome(report: &Report) -> Result<Outcome, Failure> {
    match report.verdict() {
        Verdict::Fine => Ok(Outcome::Fine),
        Verdict::Alerts => Ok(Outcome::Alerts),
        Verdict::CommandFailed(code) => Ok(Outcome::CommandFailed(code)),
        Verdict::Unwatched => Err(Failure::Unwatched),
        Verdict::Lost | Verdict::Refused => {
            Err(worst(report).map_or(Failure::Interrupted, Failure::Watch))
        }
    }
}

/// What decides the exit code: a refusal, or else the first that went wrong.
fn worst(report: &Report) -> Option<WatchError> {
    let refusal = report.errors().find(|error| error.is_refusal());
    refusal.or_else(|| report.errors().next()).cloned()
}
