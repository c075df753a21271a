//! For programs; `docs/src/check.schema.json` is its schema.

use std::io::{self, Write};

use serde::Serialize;

use super::Format;
use super::words::notes;
use crate::check::{CommandEnd, Finding, ProgramSeen, Report, Verdict};
use crate::faces::json::{AlertJson, Counts, TaskList};
use crate::faces::json_writer;
use crate::faces::order::by_interest;
use crate::model::Totals;
use crate::words::time::rfc3339;

/// One object.
pub(super) struct Json;

/// It grows if a field ever changes its meaning; fields may be added without.
const VERSION: u32 = 1;

impl Format for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn about(&self) -> &'static str {
        "For programs"
    }

    fn write(&self, mut out: &mut dyn Write, report: &Report) -> io::Result<()> {
        json_writer::write(&mut out, &ReportJson::new(report))
    }
}

#[derive(Debug, Serialize)]
struct ReportJson<'a> {
    version: u32,
    verdict: &'static str,
    /// What was watched, in words.
    target: &'a str,
    began: String,
    watched_ms: u64,
    fail_on: &'static str,
    alerts: Vec<FindingJson<'a>>,
    /// Of all programs together.
    tasks: Counts,
    programs: Vec<ProgramJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    command: Option<CommandJson<'a>>,
    /// How many alerts of the baseline did not come.
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline_unseen: Option<usize>,
    notes: Vec<String>,
    /// Why the watch ended before its time, of the first program of which it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

#[derive(Debug, Serialize)]
struct FindingJson<'a> {
    #[serde(flatten)]
    alert: AlertJson<'a>,
    /// Whether it makes the check fail.
    fails: bool,
    in_baseline: bool,
    /// The same in every run for the same rule at the same site.
    fingerprint: String,
    /// Indices into `programs`.
    programs: &'a [usize],
}

#[derive(Debug, Serialize)]
struct ProgramJson<'a> {
    target: &'a str,
    name: &'a str,
    pid: u32,
    watched_ms: u64,
    tasks: Counts,
    error: Option<String>,
}

#[derive(Debug, Serialize)]
struct CommandJson<'a> {
    line: &'a str,
    /// `null` if a signal ended it, or if it hung.
    exit_code: Option<u8>,
    signal: Option<i32>,
    /// The time it had, if it hung.
    hung_after_ms: Option<u64>,
    /// What each of its programs hung on, as `taskmon dump --json` prints it.
    hung_in: Vec<TaskList<'a>>,
    /// Processes that were gone before they could be looked at.
    missed: usize,
}

impl<'a> ReportJson<'a> {
    fn new(report: &'a Report) -> Self {
        let findings = report.findings.iter();
        ReportJson {
            version: VERSION,
            verdict: verdict(report),
            target: &report.subject,
            began: rfc3339(report.began),
            watched_ms: millis(report.watched),
            fail_on: report.fail_on.as_str(),
            alerts: findings.map(|it| finding_json(report, it)).collect(),
            tasks: Counts::new(
                report.states(),
                of_all(report, |totals| totals.tasks_spawned),
                of_all(report, |totals| totals.tasks_ended),
            ),
            programs: report.programs.iter().map(program_json).collect(),
            command: command_json(report),
            baseline_unseen: report.baseline_unseen,
            notes: notes(report),
            error: report.errors().next().map(ToString::to_string),
        }
    }
}

fn verdict(report: &Report) -> &'static str {
    match report.verdict() {
        Verdict::Fine => "fine",
        Verdict::Alerts if report.hang().is_some() => "hung",
        Verdict::Alerts => "alerts",
        Verdict::CommandFailed(_) => "command_failed",
        Verdict::Lost => "lost",
        Verdict::Refused => "refused",
        Verdict::Unwatched => "unwatched",
    }
}

fn finding_json<'a>(report: &Report, finding: &'a Finding) -> FindingJson<'a> {
    FindingJson {
        alert: AlertJson::new(
            &finding.alert,
            finding.since.map(rfc3339),
            finding.ended.map(rfc3339),
        ),
        fails: report.fails(finding),
        in_baseline: finding.in_baseline,
        fingerprint: finding.id.fingerprint(),
        programs: &finding.programs,
    }
}

/// A count of all programs, whatever they say.
fn of_all(report: &Report, count: fn(&Totals) -> u64) -> u64 {
    let counts = report.programs.iter().map(|it| count(&it.totals));
    counts.fold(0, u64::saturating_add)
}

fn program_json(program: &ProgramSeen) -> ProgramJson<'_> {
    let totals = &program.totals;
    ProgramJson {
        target: &program.target,
        name: &program.name,
        pid: program.pid,
        watched_ms: millis(program.watched),
        tasks: Counts::new(program.states, totals.tasks_spawned, totals.tasks_ended),
        error: program.error.as_ref().map(ToString::to_string),
    }
}

fn command_json(report: &Report) -> Option<CommandJson<'_>> {
    let command = report.command.as_ref()?;
    let mut json = CommandJson {
        line: &command.line,
        exit_code: None,
        signal: None,
        hung_after_ms: None,
        hung_in: Vec::new(),
        missed: command.missed,
    };
    match &command.end {
        CommandEnd::Exited(code) => json.exit_code = Some(*code),
        CommandEnd::Signalled(signal) => json.signal = Some(*signal),
        CommandEnd::Hung(hang) => {
            json.hung_after_ms = Some(millis(hang.timeout));
            let programs = hang.programs.iter();
            json.hung_in = programs
                .map(|it| {
                    let tasks = by_interest(&it.model, &it.book);
                    TaskList::new(&report.subject, &it.model, &it.book, &tasks, false)
                })
                .collect();
        }
    }
    Some(json)
}

fn millis(duration: std::time::Duration) -> u64 {
    duration.as_millis().try_into().unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::faces::ci::sample::{hung, report_of, stuck_with_a_stack, written};

    fn read(report: &Report) -> Value {
        serde_json::from_str(&written(&Json, report)).unwrap()
    }

    #[test]
    fn a_report_says_what_fails_and_where_it_was_found() {
        let json = read(&report_of(stuck_with_a_stack()));
        assert_eq!(json["version"], 1);
        assert_eq!(json["verdict"], "alerts");
        assert_eq!(json["programs"][0]["name"], "shop");
        let alert = &json["alerts"][0];
        assert_eq!(alert["site"]["line"], 41);
        assert_eq!(alert["fails"], true);
        assert_eq!(alert["programs"], json!([0]));
        assert_eq!(json.get("command"), None);
    }

    #[test]
    fn a_hang_has_its_tasks() {
        let json = read(&hung());
        assert_eq!(json["verdict"], "hung");
        assert_eq!(json["command"]["hung_after_ms"], 60_000);
        let task = &json["command"]["hung_in"][0]["tasks"][0];
        assert_eq!(task["waits"][0]["site"]["line"], 41);
    }
}
