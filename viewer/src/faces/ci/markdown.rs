//! For people who look at a job's page: GitHub's job summaries, merge requests.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::Format;
use super::place::path;
use super::words::{command_failure, dump_of, notes, remarks, summary};
use crate::check::{Finding, Report, Verdict};
use crate::faces::dump::rows::{Row, frames, lines};
use crate::words::duration::human;
use crate::words::plain::plain;

/// A table of the findings, and each of them folded away below it.
pub(super) struct Markdown;

impl Format for Markdown {
    fn name(&self) -> &'static str {
        "markdown"
    }

    fn about(&self) -> &'static str {
        "Markdown, for the summary of a job"
    }

    fn write(&self, mut out: &mut dyn Write, report: &Report) -> io::Result<()> {
        let heading = match report.verdict() {
            Verdict::Fine => "taskmon: fine",
            Verdict::Alerts if report.hang().is_some() => "taskmon: the command hung",
            Verdict::Alerts => "taskmon: tasks are stuck",
            Verdict::CommandFailed(_) => "taskmon: the command failed",
            Verdict::Lost | Verdict::Refused => "taskmon: could not watch to the end",
            Verdict::Unwatched => "taskmon: nothing was watched",
        };
        writeln!(out, "### {heading}\n\n{}", text(&summary(report)))?;
        let mut remarks = Vec::from_iter(command_failure(report));
        remarks.extend(report.errors().map(ToString::to_string));
        remarks.extend(notes(report));
        for (index, remark) in remarks.iter().enumerate() {
            let before = if index == 0 { "\n" } else { "" };
            writeln!(out, "{before}- {}", text(remark))?;
        }
        if !report.findings.is_empty() {
            write_table(&mut out, report)?;
        }
        for finding in &report.findings {
            write_details(&mut out, report, finding)?;
        }
        for program in report.hang().iter().flat_map(|hang| &hang.programs) {
            let dump = dump_of(program);
            fold(&mut out, "What it hung on", dump.lines())?;
        }
        writeln!(out)
    }
}

fn write_table(out: &mut impl Write, report: &Report) -> io::Result<()> {
    writeln!(out, "\n| | rule | where | tasks | longest |")?;
    writeln!(out, "|---|---|---|---:|---:|")?;
    for finding in &report.findings {
        let alert = &finding.alert;
        let severity = match (report.fails(finding), finding.in_baseline) {
            (true, _) => alert.severity.as_str(),
            (false, true) => "known",
            (false, false) => "warning, does not fail",
        };
        let place = match &alert.site {
            Some(site) => format!(
                "{} {}:{}",
                alert.site_role.as_str(),
                path(&report.sources, site),
                site.line
            ),
            None => "not known".to_owned(),
        };
        writeln!(
            out,
            "| {severity} | {} | {} | {} | {} |",
            text(alert.rule),
            text(&place),
            alert.tasks,
            human(alert.longest)
        )?;
    }
    Ok(())
}

fn write_details(out: &mut impl Write, report: &Report, finding: &Finding) -> io::Result<()> {
    let alert = &finding.alert;
    let title = format!("{}: {}", alert.rule, alert.place());
    let mut said = vec![plain(&alert.message).into_owned()];
    said.extend(remarks(report, finding));
    let mut rows = match &alert.example.stack {
        Some(stack) => frames(stack, 2, false),
        None => Vec::new(),
    };
    let spawned_at = alert.example.spawned_at.as_deref();
    rows.extend(spawned_at.map(|at| Row::at(2, "spawned at", Some(at))));
    said.extend(lines(&rows, None));
    said.push(alert.advice.to_owned());
    fold(out, &title, said.iter().map(String::as_str))
}

/// Something that is shown when its title is clicked.
fn fold<'a>(
    out: &mut impl Write,
    title: &str,
    lines: impl Iterator<Item = &'a str>,
) -> io::Result<()> {
    writeln!(
        out,
        "\n<details><summary>{}</summary>\n\n<pre>",
        text(title)
    )?;
    for line in lines {
        writeln!(out, "{}", html(line))?;
    }
    writeln!(out, "</pre>\n\n</details>")
}

/// One line that is shown as it is, wherever it stands in Markdown.
fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in plain(text).chars() {
        match character {
            '&' | '<' | '>' | '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '@' | '!' => {
                // Writing to a string cannot fail.
                let _ = write!(out, "&#{};", u32::from(character));
            }
            other => out.push(other),
        }
    }
    out
}

/// One line that is shown as it is in HTML.
fn html(text: &str) -> String {
    plain(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

    use super::*;
    use crate::faces::ci::sample::{hostile, hung, report_of, stuck_with_a_stack, written};

    /// The cells of the table, and the raw HTML, as a reader of GitHub's Markdown
    /// sees them.
    fn read(markdown: &str) -> (Vec<String>, String) {
        let (mut cells, mut html, mut cell) = (Vec::new(), String::new(), None);
        for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
            match event {
                Event::Start(Tag::TableCell) => cell = Some(String::new()),
                Event::End(TagEnd::TableCell) => cells.extend(cell.take()),
                Event::Html(text) | Event::InlineHtml(text) => html.push_str(&text),
                Event::Text(text) => {
                    if let Some(cell) = &mut cell {
                        cell.push_str(&text);
                    }
                }
                Event::Start(Tag::Link { .. } | Tag::Image { .. }) => panic!("{markdown}"),
                _ => {}
            }
        }
        (cells, html)
    }

    #[test]
    fn a_healthy_program_is_a_heading_and_a_line() {
        let text = written(&Markdown, &report_of(Vec::new()));
        assert!(
            text.starts_with("### taskmon: fine\n\nno alerts in 30s"),
            "{text}"
        );
        assert_eq!(read(&text).0, [""; 0]);
    }

    #[test]
    fn a_finding_is_a_row_and_its_stack_is_below() {
        let (cells, html) = read(&written(&Markdown, &report_of(stuck_with_a_stack())));
        let row = ["error", "send-stall", "waits src/api.rs:41", "1", "10s"];
        assert_eq!(cells[5..], row);
        assert!(
            html.contains("  shop::produce    src/api.rs:41:9\n"),
            "{html}"
        );
    }

    #[test]
    fn what_the_program_says_is_neither_markup_nor_a_cell_of_its_own() {
        let (cells, html) = read(&written(&Markdown, &report_of(hostile())));
        assert_eq!(cells.len(), 10);
        assert!(cells[7].contains("a,b::c=%25d.rs"), "{cells:?}");
        assert_eq!(html.matches("</pre>").count(), 1, "{html}");
        assert!(!html.contains("<script"), "{html}");
    }

    #[test]
    fn a_hang_shows_its_dump() {
        let text = written(&Markdown, &hung());
        assert!(
            text.starts_with("### taskmon: the command hung\n"),
            "{text}"
        );
        let (_, html) = read(&text);
        assert!(html.contains("\ntask 4711 [mpsc send, 10s]\n"), "{html}");
    }
}
