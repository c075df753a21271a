//! For what shows the results of tests: the XML of JUnit.
//!
//! There is no one schema. This is valid by that of Jenkins' xUnit plugin, and has
//! the attributes besides without which others do not read it.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::time::Duration;

use super::Format;
use super::words::{command_failure, dump_of, notes, remarks, summary};
use crate::check::{Finding, Report};
use crate::faces::dump::rows::{frames, lines};
use crate::words::plain::plain;
use crate::words::time::rfc3339;

/// A test for each finding, which fails unless the check passes in spite of it;
/// one for the command, and one for each program that was lost.
pub(super) struct Junit;

impl Format for Junit {
    fn name(&self) -> &'static str {
        "junit"
    }

    fn about(&self) -> &'static str {
        "JUnit XML, for what shows the results of tests"
    }

    fn write(&self, out: &mut dyn Write, report: &Report) -> io::Result<()> {
        let cases = cases(report);
        let count = |is: fn(&Outcome) -> bool| cases.iter().filter(|it| is(&it.outcome)).count();
        writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
        writeln!(out, "<testsuites>")?;
        write!(
            out,
            r#"  <testsuite name="taskmon" package="taskmon" id="0""#
        )?;
        write!(
            out,
            r#" timestamp="{:.19}" hostname="localhost""#,
            rfc3339(report.began)
        )?;
        write!(
            out,
            r#" tests="{}" failures="{}" errors="{}" skipped="{}""#,
            cases.len(),
            count(|it| matches!(it, Outcome::Failed { .. })),
            count(|it| matches!(it, Outcome::Erred { .. })),
            count(|it| matches!(it, Outcome::Skipped { .. })),
        )?;
        writeln!(out, r#" time="{}">"#, seconds(report.watched))?;
        writeln!(out, "    <properties>")?;
        let subject = escaped(&report.subject).into_owned();
        writeln!(out, r#"      <property name="watched" value="{subject}"/>"#)?;
        writeln!(out, "    </properties>")?;
        for case in &cases {
            write_case(out, case)?;
        }
        let mut said = vec![summary(report)];
        said.extend(notes(report));
        let said: Vec<_> = said.iter().map(|line| escaped(line)).collect();
        writeln!(out, "    <system-out>{}</system-out>", said.join("\n"))?;
        writeln!(out, "    <system-err></system-err>")?;
        writeln!(out, "  </testsuite>")?;
        writeln!(out, "</testsuites>")
    }
}

/// One test; its texts may hold anything.
struct Case {
    class: String,
    name: String,
    time: Duration,
    outcome: Outcome,
}

enum Outcome {
    Passed,
    Skipped {
        message: String,
    },
    Failed {
        kind: String,
        message: String,
        text: String,
    },
    Erred {
        kind: &'static str,
        message: String,
        text: String,
    },
}

fn cases(report: &Report) -> Vec<Case> {
    let mut cases = Vec::new();
    if let Some(command) = &report.command {
        let outcome = match (report.hang(), command_failure(report)) {
            (Some(hang), Some(message)) => Outcome::Erred {
                kind: "hang",
                message,
                text: hang.programs.iter().map(dump_of).collect(),
            },
            (None, Some(message)) => Outcome::Failed {
                kind: "command".to_owned(),
                message,
                text: String::new(),
            },
            _ if report.nothing_watched() && !command.may_be_unwatched => Outcome::Erred {
                kind: "unwatched",
                message: notes(report).pop().unwrap_or_default(),
                text: String::new(),
            },
            _ => Outcome::Passed,
        };
        cases.push(Case {
            class: "taskmon.command".to_owned(),
            name: command.line.clone(),
            time: report.watched,
            outcome,
        });
    }
    cases.extend(programs(report));
    cases.extend(report.findings.iter().map(|it| finding_case(report, it)));
    cases
}

/// A test for each target; of a command's processes, which come and go, only for
/// those that were lost.
fn programs(report: &Report) -> impl Iterator<Item = Case> {
    let all = report.command.is_none();
    let programs = report.programs.iter();
    let told = programs.filter(move |program| all || program.error.is_some());
    told.map(|program| Case {
        class: "taskmon.program".to_owned(),
        name: format!("{} is watched to the end", program.target),
        time: program.watched,
        outcome: match &program.error {
            None => Outcome::Passed,
            Some(error) => Outcome::Erred {
                kind: "connection",
                message: error.to_string(),
                text: String::new(),
            },
        },
    })
}

fn finding_case(report: &Report, finding: &Finding) -> Case {
    let alert = &finding.alert;
    let outcome = match report.fails(finding) {
        false => Outcome::Skipped {
            message: remarks(report, finding).join("; "),
        },
        true => Outcome::Failed {
            kind: alert.severity.to_string(),
            message: alert.message.clone(),
            text: details(report, finding),
        },
    };
    Case {
        class: format!("taskmon.{}", alert.rule),
        name: alert.place(),
        time: alert.longest,
        outcome,
    }
}

/// What a person reads below the message.
fn details(report: &Report, finding: &Finding) -> String {
    let alert = &finding.alert;
    let example = &alert.example;
    let mut text = format!("for example task {}", example.tokio_id);
    if !example.name.is_empty() {
        // Writing to a string cannot fail.
        let _ = write!(text, " {:?}", &*example.name);
    }
    let _ = writeln!(text, " [{}]", example.wait);
    if let Some(stack) = &example.stack {
        for line in lines(&frames(stack, 2, false), None) {
            let _ = writeln!(text, "{line}");
        }
    }
    if let Some(at) = &example.spawned_at {
        let _ = writeln!(text, "spawned at {at}");
    }
    for remark in remarks(report, finding) {
        let _ = writeln!(text, "{remark}");
    }
    text.push_str(alert.advice);
    text
}

fn write_case(out: &mut dyn Write, case: &Case) -> io::Result<()> {
    let (class, name) = (escaped(&case.class), escaped(&case.name));
    let time = seconds(case.time);
    write!(
        out,
        r#"    <testcase classname="{class}" name="{name}" time="{time}""#
    )?;
    match &case.outcome {
        Outcome::Passed => writeln!(out, "/>"),
        Outcome::Skipped { message } => {
            writeln!(out, ">")?;
            writeln!(out, r#"      <skipped message="{}"/>"#, escaped(message))?;
            writeln!(out, "    </testcase>")
        }
        Outcome::Failed {
            kind,
            message,
            text,
        } => write_problem(out, "failure", kind, message, text),
        Outcome::Erred {
            kind,
            message,
            text,
        } => write_problem(out, "error", kind, message, text),
    }
}

fn write_problem(
    out: &mut dyn Write,
    element: &str,
    kind: &str,
    message: &str,
    text: &str,
) -> io::Result<()> {
    let lines: Vec<_> = text.lines().map(escaped).collect();
    let (kind, message) = (escaped(kind), escaped(message));
    writeln!(out, ">")?;
    write!(
        out,
        r#"      <{element} type="{kind}" message="{message}">"#
    )?;
    writeln!(out, "{}</{element}>", lines.join("\n"))?;
    writeln!(out, "    </testcase>")
}

fn seconds(duration: Duration) -> String {
    format!("{}.{:03}", duration.as_secs(), duration.subsec_millis())
}

/// One line that is harmless in XML 1.0, also in an attribute.
fn escaped(text: &str) -> Cow<'_, str> {
    let text = plain(text);
    let special = |c: char| matches!(c, '&' | '<' | '>' | '"' | '\'' | '\u{fffe}' | '\u{ffff}');
    if !text.contains(special) {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            // XML has no way to say these.
            '\u{fffe}' | '\u{ffff}' => out.push(char::REPLACEMENT_CHARACTER),
            other => out.push(other),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use roxmltree::Document;

    use super::*;
    use crate::check::Baseline;
    use crate::faces::ci::sample::{hostile, hung, report_of, stuck_with_a_stack, written};

    /// The outcomes of the tests by their class, and the counts of the suite.
    fn read(text: &str) -> (Vec<(String, String)>, [String; 4]) {
        let document = Document::parse(text).unwrap_or_else(|error| panic!("{error}: {text}"));
        let suite = document.root_element().first_element_child().unwrap();
        let cases = suite.children().filter(|it| it.has_tag_name("testcase"));
        let outcomes = cases.map(|case| {
            let outcome = case.first_element_child();
            let outcome = outcome.map_or("passed", |it| it.tag_name().name());
            (
                case.attribute("classname").unwrap().to_owned(),
                outcome.to_owned(),
            )
        });
        let counts = ["tests", "failures", "errors", "skipped"];
        let counts = counts.map(|name| suite.attribute(name).unwrap().to_owned());
        (outcomes.collect(), counts)
    }

    fn outcome(class: &str, outcome: &str) -> (String, String) {
        (class.to_owned(), outcome.to_owned())
    }

    #[test]
    fn a_healthy_program_is_a_test_that_passes() {
        let (outcomes, counts) = read(&written(&Junit, &report_of(Vec::new())));
        assert_eq!(outcomes, [outcome("taskmon.program", "passed")]);
        assert_eq!(counts, ["1", "0", "0", "0"]);
    }

    #[test]
    fn a_finding_fails_and_one_of_the_baseline_is_skipped() {
        let mut report = report_of(stuck_with_a_stack());
        let (outcomes, counts) = read(&written(&Junit, &report));
        assert_eq!(outcomes[1], outcome("taskmon.send-stall", "failure"));
        assert_eq!(counts, ["2", "1", "0", "0"]);

        let mut baseline = Baseline::default();
        baseline.add(report.findings.iter().map(|it| it.id.clone()));
        report.compare(&baseline);
        let (outcomes, counts) = read(&written(&Junit, &report));
        assert_eq!(outcomes[1], outcome("taskmon.send-stall", "skipped"));
        assert_eq!(counts, ["2", "0", "0", "1"]);
    }

    #[test]
    fn a_hang_is_an_error_with_the_dump_in_it() {
        let text = written(&Junit, &hung());
        let (outcomes, _) = read(&text);
        assert_eq!(outcomes[0], outcome("taskmon.command", "error"));
        assert!(text.contains("\ntask 4711 [mpsc send, 10s]\n"), "{text}");
    }

    #[test]
    fn what_the_program_says_is_text_and_never_markup() {
        let (outcomes, _) = read(&written(&Junit, &report_of(hostile())));
        assert_eq!(outcomes.len(), 2);
        let all: String = (0..=u32::from(char::MAX))
            .filter_map(char::from_u32)
            .collect();
        let document = format!("<a b=\"{0}\">{0}</a>", escaped(&all));
        Document::parse(&document).unwrap();
    }
}
