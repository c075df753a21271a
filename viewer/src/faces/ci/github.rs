//! For GitHub Actions: workflow commands, which annotate the line of a finding.
//!
//! The commands and their escapes are those of
//! <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>
//! and of `@actions/core`, which is where the page sends you.

use std::io::{self, Write};

use super::Format;
use super::place::path;
use super::words::{command_failure, notes, remarks, summary};
use crate::check::{Finding, Report};
use crate::rules::Severity;
use crate::words::plain::plain;

/// One command a line; what is known or cannot fail is a notice or a warning.
pub(super) struct Github;

impl Format for Github {
    fn name(&self) -> &'static str {
        "github"
    }

    fn about(&self) -> &'static str {
        "Annotations, for the log of a GitHub Actions job"
    }

    fn write(&self, mut out: &mut dyn Write, report: &Report) -> io::Result<()> {
        if report.command.is_some() {
            // A command begins a line, and what was printed before may not have ended one.
            writeln!(out)?;
        }
        for finding in &report.findings {
            let lines = lines(report, finding);
            let properties = properties(report, finding);
            command(&mut out, level(finding), &properties, &lines)?;
        }
        let ours = [("title", "taskmon".to_owned())];
        if let Some(failure) = command_failure(report) {
            command(&mut out, "error", &ours, &[failure])?;
        }
        for error in report.errors() {
            command(&mut out, "error", &ours, &[error.to_string()])?;
        }
        for note in notes(report) {
            let level = match report.nothing_watched() {
                true => "warning",
                false => "notice",
            };
            command(&mut out, level, &ours, &[note])?;
        }
        command(&mut out, "notice", &ours, &[summary(report)])
    }
}

fn level(finding: &Finding) -> &'static str {
    match (finding.in_baseline, finding.alert.severity) {
        (true, _) => "notice",
        (false, Severity::Warning) => "warning",
        (false, Severity::Error) => "error",
    }
}

fn lines(report: &Report, finding: &Finding) -> Vec<String> {
    let alert = &finding.alert;
    let mut lines = vec![format!("{}: {}", alert.place(), alert.message)];
    lines.extend(remarks(report, finding));
    lines.push(alert.advice.to_owned());
    lines
}

fn properties(report: &Report, finding: &Finding) -> Vec<(&'static str, String)> {
    let mut properties = Vec::new();
    if let Some(site) = &finding.alert.site {
        properties.push(("file", path(&report.sources, site)));
        if site.line != 0 {
            properties.push(("line", site.line.to_string()));
        }
        if site.column != 0 {
            properties.push(("col", site.column.to_string()));
        }
    }
    properties.push(("title", format!("taskmon: {}", finding.alert.rule)));
    properties
}

/// `::error file=src/api.rs,line=41::what is so`
fn command(
    out: &mut impl Write,
    name: &str,
    properties: &[(&'static str, String)],
    lines: &[String],
) -> io::Result<()> {
    let properties: Vec<_> = properties
        .iter()
        .map(|(name, value)| format!("{name}={}", escaped_property(value)))
        .collect();
    let lines: Vec<_> = lines.iter().map(|line| escaped_data(line)).collect();
    writeln!(
        out,
        "::{name} {}::{}",
        properties.join(","),
        lines.join("%0A")
    )
}

fn escaped_data(text: &str) -> String {
    plain(text).replace('%', "%25")
}

fn escaped_property(text: &str) -> String {
    escaped_data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faces::ci::sample::{hostile, report_of, stuck_with_a_stack, written};

    /// A command as the runner reads it: `ActionCommand.TryParseV2` of
    /// github.com/actions/runner, in Rust.
    #[derive(Debug)]
    struct Read {
        name: String,
        properties: Vec<(String, String)>,
        data: String,
    }

    impl Read {
        fn line(line: &str) -> Option<Read> {
            let rest = line.trim_start().strip_prefix("::")?;
            let (head, data) = rest.split_once("::")?;
            let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
            let properties = properties.split(',').filter(|it| !it.is_empty());
            Some(Read {
                name: name.to_owned(),
                properties: properties
                    .map(|it| {
                        let (key, value) = it.split_once('=').expect("a value");
                        let value = value.replace("%0D", "\r").replace("%0A", "\n");
                        let value = value.replace("%3A", ":").replace("%2C", ",");
                        (key.to_owned(), value.replace("%25", "%"))
                    })
                    .collect(),
                data: data
                    .replace("%0D", "\r")
                    .replace("%0A", "\n")
                    .replace("%25", "%"),
            })
        }

        fn property(&self, key: &str) -> &str {
            let mut all = self.properties.iter();
            &all.find(|(name, _)| name == key).expect(key).1
        }
    }

    #[test]
    fn the_runner_reads_the_line_of_the_send() {
        let text = written(&Github, &report_of(stuck_with_a_stack()));
        let first = Read::line(text.lines().next().unwrap()).unwrap();
        assert_eq!(first.name, "error");
        let place = ["file", "line", "col", "title"].map(|key| first.property(key));
        assert_eq!(place, ["src/api.rs", "41", "9", "taskmon: send-stall"]);
        let what = "waiting at src/api.rs:41:9: 1 task has waited 10s to send";
        assert!(first.data.starts_with(what), "{first:?}");
        assert!(
            first.data.contains("\nLook at who should receive"),
            "{first:?}"
        );
    }

    #[test]
    fn what_the_program_says_cannot_become_a_command_of_its_own() {
        let text = written(&Github, &report_of(hostile()));
        for line in text.lines() {
            let read = Read::line(line).unwrap();
            assert!(
                ["error", "warning", "notice"].contains(&&*read.name),
                "{line}"
            );
        }
        let first = Read::line(text.lines().next().unwrap()).unwrap();
        assert!(
            first.property("file").contains("a,b::c=%25d.rs"),
            "{first:?}"
        );
    }
}
