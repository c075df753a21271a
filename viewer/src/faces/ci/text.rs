//! For people.

use std::io::{self, Write};
use std::time::SystemTime;

use super::Format;
use super::words::{command_failure, dump_of, notes, remarks, summary};
use crate::check::{Finding, Report};
use crate::faces::dump::rows::{Row, frames, lines};
use crate::model::{Model, SiteRole};
use crate::rules::Alert;
use crate::words::plain::plain;
use crate::words::time::rfc3339;

/// Every finding with an example, what a command hung on, and last the sum of it.
pub(super) struct Text;

impl Format for Text {
    fn name(&self) -> &'static str {
        "text"
    }

    fn about(&self) -> &'static str {
        "For people"
    }

    fn write(&self, mut out: &mut dyn Write, report: &Report) -> io::Result<()> {
        for finding in &report.findings {
            write_finding(&mut out, report, finding)?;
        }
        for program in report.hang().iter().flat_map(|hang| &hang.programs) {
            writeln!(out, "{}", dump_of(program))?;
        }
        writeln!(out, "{}", plain(&summary(report)))?;
        if let Some(failure) = command_failure(report) {
            writeln!(out, "{failure}")?;
        }
        for error in report.errors() {
            writeln!(out, "the look ended early: {}", plain(&error.to_string()))?;
        }
        for note in notes(report) {
            writeln!(out, "note: {}", plain(&note))?;
        }
        Ok(())
    }
}

fn write_finding(out: &mut impl Write, report: &Report, finding: &Finding) -> io::Result<()> {
    let remarks = remarks(report, finding);
    let times = times(finding.since, finding.ended);
    let below = times.into_iter().chain(remarks);
    write_with(out, &finding.alert, below)
}

/// An alert of `model` alone, as it is in a report.
pub(crate) fn write_alert(out: &mut impl Write, model: &Model, alert: &Alert) -> io::Result<()> {
    let ended = alert.ended_at.and_then(|ended| model.system_time(ended));
    let below = times(model.system_time(alert.since), ended);
    write_with(out, alert, below)
}

/// An alert, with these lines before what to do about it.
fn write_with(
    out: &mut impl Write,
    alert: &Alert,
    below: impl IntoIterator<Item = String>,
) -> io::Result<()> {
    let place = alert.place();
    let (rule, severity, place) = (alert.rule, alert.severity, plain(&place));
    writeln!(out, "{severity}: {rule}: {place}")?;
    writeln!(out, "    {}", plain(&alert.message))?;
    let example = &alert.example;
    let mut line = format!("    for example task {}", example.tokio_id);
    if !example.name.is_empty() {
        line.push_str(&format!(" \"{}\"", plain(&example.name)));
    }
    if !example.wait.is_empty() {
        line.push_str(&format!(" [{}]", plain(&example.wait)));
    }
    if let Some(resource) = &example.resource {
        line.push_str(&format!(" on {}", plain(resource)));
    }
    writeln!(out, "{line}")?;
    for line in lines(&example_rows(alert), None) {
        writeln!(out, "{line}")?;
    }
    for line in below {
        writeln!(out, "    {line}")?;
    }
    writeln!(out, "    {}", alert.advice)?;
    writeln!(out)
}

fn times(since: Option<SystemTime>, ended: Option<SystemTime>) -> Option<String> {
    let since = rfc3339(since?);
    Some(match ended {
        Some(ended) => format!("from {since} to {}", rfc3339(ended)),
        None => format!("since {since}"),
    })
}

/// Where the example waits and where it was spawned, as far as the site does not
/// say so already.
fn example_rows(alert: &Alert) -> Vec<Row> {
    let example = &alert.example;
    let mut rows = match &example.stack {
        Some(stack) => frames(stack, 6, false),
        None => Vec::new(),
    };
    if alert.site_role == SiteRole::Waits {
        let spawned_at = example.spawned_at.as_deref();
        rows.extend(spawned_at.map(|at| Row::at(6, "spawned at", Some(at))));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Baseline;
    use crate::faces::ci::sample::{hung, report_of, stuck, stuck_with_a_stack, written};

    #[test]
    fn a_healthy_program_is_one_line() {
        assert_eq!(
            written(&Text, &report_of(Vec::new())),
            "no alerts in 30s at unix:/run/shop.sock; 1 live task\n"
        );
    }

    #[test]
    fn an_alert_says_where_what_since_when_and_what_to_do() {
        let text = written(&Text, &report_of(stuck()));
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(
            lines[0],
            "error: send-stall: tasks spawned at src/api.rs:61:14"
        );
        assert!(lines[1].starts_with("    1 task has waited 10s to send"));
        assert_eq!(lines[2], "    for example task 4711 [mpsc send]");
        assert_eq!(lines[3], "    since 1970-01-01T00:01:30.000Z");
        assert!(lines[4].starts_with("    Look at who should receive"));
        assert!(lines[6].starts_with("1 error in 30s at unix:/run/shop.sock"));
    }

    #[test]
    fn the_stack_of_the_example_is_below_it() {
        let text = written(&Text, &report_of(stuck_with_a_stack()));
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines[0], "error: send-stall: waiting at src/api.rs:41:9");
        assert_eq!(
            lines[2..6],
            [
                "    for example task 4711 [mpsc send]",
                "      shop::produce    src/api.rs:41:9",
                "      shop::\\u{1b}[2J  src/api.rs:88:9",
                "      spawned at       src/api.rs:61:14",
            ]
        );
    }

    #[test]
    fn what_the_baseline_has_is_shown_and_not_counted() {
        let mut report = report_of(stuck());
        let mut baseline = Baseline::default();
        baseline.add(report.findings.iter().map(|it| it.id.clone()));
        report.compare(&baseline);
        let text = written(&Text, &report);
        assert!(
            text.contains("\n    known: it is in the baseline\n"),
            "{text}"
        );
        assert!(text.contains("\nno alerts in 30s"), "{text}");
        assert!(text.ends_with("note: 1 alert of the baseline came again\n"));
    }

    #[test]
    fn a_hang_shows_what_each_task_was_doing() {
        let text = written(&Text, &hung());
        assert!(
            text.contains("task 4711 [mpsc send, 10s]\n  shop::produce"),
            "{text}"
        );
        let end = "the command did not end within 1m00s and was killed\n";
        assert!(text.ends_with(end), "{text}");
    }
}
