//! The sentences that several formats have in common. They may hold what the
//! program said: formats must make it harmless.

use crate::check::{CommandEnd, Finding, Hang, HungProgram, Report};
use crate::faces::dump;
use crate::faces::order::by_interest;
use crate::rules::Severity;
use crate::words::duration::human;

/// `1 error`, `3 tasks`.
pub(super) fn plural(count: usize, thing: &str) -> String {
    match count {
        1 => format!("1 {thing}"),
        _ => format!("{count} {thing}s"),
    }
}

/// `2 errors, 1 warning`, of those that the baseline does not have; `no alerts`.
pub(super) fn found(report: &Report) -> String {
    let count = |severity| {
        let new = report.findings.iter().filter(|it| !it.in_baseline);
        new.filter(|it| it.alert.severity == severity).count()
    };
    match (count(Severity::Error), count(Severity::Warning)) {
        (0, 0) => "no alerts".to_owned(),
        (errors, 0) => plural(errors, "error"),
        (0, warnings) => plural(warnings, "warning"),
        (errors, warnings) => format!(
            "{}, {}",
            plural(errors, "error"),
            plural(warnings, "warning")
        ),
    }
}

/// The sum of it in one line.
pub(super) fn summary(report: &Report) -> String {
    let found = found(report);
    let watched = human(report.watched);
    let subject = &report.subject;
    let programs = match &*report.programs {
        [] => "no program was watched".to_owned(),
        [_] => plural(report.states().live(), "live task"),
        several => format!(
            "{}, {}",
            plural(several.len(), "program"),
            plural(report.states().live(), "live task")
        ),
    };
    match &report.command {
        None => format!("{found} in {watched} at {subject}; {programs}"),
        Some(_) => format!("{found} in {watched} of {subject}; {programs}"),
    }
}

/// What is known besides of a finding: why it does not fail, and in how many
/// programs it was.
pub(super) fn remarks(report: &Report, finding: &Finding) -> Vec<String> {
    let mut remarks = Vec::new();
    if finding.programs.len() > 1 {
        let tasks = plural(finding.alert.tasks, "task");
        remarks.push(format!(
            "{tasks} in {} programs; this is of the one where it lasted longest",
            finding.programs.len()
        ));
    }
    if finding.in_baseline {
        remarks.push("known: it is in the baseline".to_owned());
    } else if !report.fails(finding) {
        remarks.push(format!(
            "a {} does not fail this check",
            finding.alert.severity
        ));
    }
    remarks
}

/// What is to be said besides the findings, one line each.
pub(super) fn notes(report: &Report) -> Vec<String> {
    let mut notes = report.notes.clone();
    let known = report.findings.iter().filter(|it| it.in_baseline).count();
    if known > 0 {
        notes.push(format!(
            "{} of the baseline came again",
            plural(known, "alert")
        ));
    }
    match report.baseline_unseen {
        None | Some(0) => {}
        Some(unseen) => {
            let alerts = plural(unseen, "alert");
            notes.push(format!("{alerts} of the baseline did not come"));
        }
    }
    if report.command.is_some() && report.nothing_watched() {
        notes.push(UNWATCHED.to_owned());
    }
    notes
}

const UNWATCHED: &str = "nothing was watched: no process of the command opened a port for \
    taskmon; does it call taskmon_subscriber::init(), and leave TASKMON_BIND as it is?";

/// How the command failed, if it did.
pub(super) fn command_failure(report: &Report) -> Option<String> {
    match &report.command.as_ref()?.end {
        CommandEnd::Exited(0) => None,
        CommandEnd::Exited(code) => Some(format!("the command exited with {code}")),
        CommandEnd::Signalled(signal) => Some(format!("the command was ended by signal {signal}")),
        CommandEnd::Hung(hang) => Some(hung(hang)),
    }
}

/// That the command hung, and in what.
pub(super) fn hung(hang: &Hang) -> String {
    let after = human(hang.timeout);
    match hang.programs.len() {
        0 => format!(
            "the command did not end within {after} and was killed; nothing is known of what it did"
        ),
        _ => format!("the command did not end within {after} and was killed"),
    }
}

/// What a program that hung was doing, as `taskmon dump` shows it; harmless.
pub(super) fn dump_of(program: &HungProgram) -> String {
    let mut text = Vec::new();
    // Memory takes everything.
    let tasks = by_interest(&program.model, &program.book);
    let _ = dump::tasks(&mut text, &program.model, &tasks, false);
    String::from_utf8_lossy(&text).into_owned()
}
