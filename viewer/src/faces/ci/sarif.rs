//! For code hosts: SARIF 2.1.0, by which they annotate the line of a finding.
//!
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>, and what
//! GitHub's code scanning asks for beyond it: a result without a place is refused
//! there, so a finding whose place is not known is a notification instead.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::SystemTime;

use serde_json::{Map, Value, json};

use super::Format;
use super::place::{directory_uri, uri};
use super::words::{command_failure, dump_of, notes, remarks};
use crate::check::{Finding, Report, Sources};
use crate::faces::json_writer;
use crate::model::{Location, Stack};
use crate::words::plain::plain;
use crate::words::time::rfc3339;

/// One run, with a result for each finding.
pub(super) struct Sarif;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// What relative paths are relative to.
const ROOT: &str = "%SRCROOT%";
/// The key of [`crate::check::SiteId::fingerprint`]; to change with it.
const FINGERPRINT: &str = "taskmonSite/v1";
/// How many frames of a stack are listed.
const FRAMES: usize = 64;

impl Format for Sarif {
    fn name(&self) -> &'static str {
        "sarif"
    }

    fn about(&self) -> &'static str {
        "SARIF 2.1.0, for code hosts that annotate lines"
    }

    fn write(&self, mut out: &mut dyn Write, report: &Report) -> io::Result<()> {
        let rules = rules(report);
        let results: Vec<_> = report
            .findings
            .iter()
            .filter_map(|finding| result(report, finding, &rules))
            .collect();
        let descriptors: Vec<_> = rules
            .iter()
            .map(|(id, advice)| descriptor(id, advice))
            .collect();
        let log = json!({
            "$schema": SCHEMA,
            "version": "2.1.0",
            "runs": [{
                "tool": {"driver": {
                    "name": "taskmon",
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "rules": descriptors,
                }},
                "originalUriBaseIds": {ROOT: {"uri": directory_uri(&report.sources)}},
                "columnKind": "unicodeCodePoints",
                "invocations": [invocation(report)],
                "results": results,
            }],
        });
        json_writer::write(&mut out, &log)
    }
}

/// The rules that found something, with what to do about it.
fn rules(report: &Report) -> BTreeMap<&str, &str> {
    let alerts = report.findings.iter().map(|finding| &finding.alert);
    alerts.map(|alert| (alert.rule, alert.advice)).collect()
}

fn descriptor(id: &str, advice: &str) -> Value {
    json!({
        "id": id,
        "shortDescription": {"text": id},
        "help": {"text": advice},
    })
}

fn result(report: &Report, finding: &Finding, rules: &BTreeMap<&str, &str>) -> Option<Value> {
    let alert = &finding.alert;
    let sources = &report.sources;
    let site = alert.site.as_deref()?;
    let mut location = json!({"physicalLocation": physical(sources, site)});
    if let Some(function) = &finding.id.function {
        location["logicalLocations"] = json!([{
            "fullyQualifiedName": plain(function),
            "kind": "function",
        }]);
    }
    let mut result = json!({
        "ruleId": alert.rule,
        "ruleIndex": rules.keys().position(|id| *id == alert.rule),
        "level": alert.severity.as_str(),
        "message": {"text": message(report, finding)},
        "locations": [location],
        "partialFingerprints": {FINGERPRINT: finding.id.fingerprint()},
        "occurrenceCount": alert.tasks.max(1),
    });
    if let Some(stack) = &alert.example.stack {
        result["stacks"] = json!([stack_json(sources, stack, &alert.example.wait)]);
    }
    if let Some(at) = &alert.example.spawned_at {
        result["relatedLocations"] = json!([{
            "physicalLocation": physical(sources, at),
            "message": {"text": "spawned here"},
        }]);
    }
    if report.baseline_unseen.is_some() {
        result["baselineState"] = match finding.in_baseline {
            true => json!("unchanged"),
            false => json!("new"),
        };
    }
    if finding.in_baseline {
        result["suppressions"] = json!([{
            "kind": "external",
            "justification": "it is in the baseline",
        }]);
    }
    Some(result)
}

fn message(report: &Report, finding: &Finding) -> String {
    let mut text = plain(&finding.alert.message).into_owned();
    for remark in remarks(report, finding) {
        text.push_str("; ");
        text.push_str(&plain(&remark));
    }
    text
}

fn physical(sources: &Sources, location: &Location) -> Value {
    let (uri, is_relative) = uri(sources, location);
    let mut artifact = json!({"uri": uri});
    if is_relative {
        artifact["uriBaseId"] = json!(ROOT);
    }
    let mut physical = json!({"artifactLocation": artifact});
    let mut region = Map::new();
    if location.line != 0 {
        region.insert("startLine".to_owned(), json!(location.line));
        if location.column != 0 {
            region.insert("startColumn".to_owned(), json!(location.column));
        }
        physical["region"] = region.into();
    }
    physical
}

fn stack_json(sources: &Sources, stack: &Stack, wait: &str) -> Value {
    let frames = stack.frames_shown(false).into_iter().take(FRAMES);
    let frames: Vec<_> = frames
        .map(|frame| {
            let name = frame.name();
            let mut location = json!({
                "logicalLocations": [{"fullyQualifiedName": plain(&name), "kind": "function"}],
            });
            if let Some(at) = &frame.location {
                location["physicalLocation"] = physical(sources, at);
            }
            json!({"location": location})
        })
        .collect();
    json!({"message": {"text": plain(wait)}, "frames": frames})
}

/// How the watch went, and what is wrong at no place in particular.
fn invocation(report: &Report) -> Value {
    let mut notifications = Vec::new();
    let mut notify = |level: &str, text: &str| {
        notifications.push(json!({"level": level, "message": {"text": text}}));
    };
    for finding in &report.findings {
        if finding.alert.site.is_none() {
            let text = format!("{}: {}", finding.alert.rule, message(report, finding));
            notify(finding.alert.severity.as_str(), &text);
        }
    }
    if let Some(failure) = command_failure(report) {
        notify("error", &failure);
    }
    for program in report.hang().iter().flat_map(|hang| &hang.programs) {
        notify("error", &dump_of(program));
    }
    for error in report.errors() {
        notify("error", &plain(&error.to_string()));
    }
    for note in notes(report) {
        notify("note", &plain(&note));
    }
    json!({
        "executionSuccessful": report.errors().next().is_none(),
        "startTimeUtc": rfc3339(report.began),
        "endTimeUtc": rfc3339(end(report)),
        "toolExecutionNotifications": notifications,
    })
}

fn end(report: &Report) -> SystemTime {
    let end = report.began.checked_add(report.watched);
    end.unwrap_or(report.began)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Baseline;
    use crate::faces::ci::sample::{hostile, hung, report_of, stuck_with_a_stack, written};

    fn run(report: &Report) -> Value {
        let log: Value = serde_json::from_str(&written(&Sarif, report)).unwrap();
        log["runs"][0].clone()
    }

    #[test]
    fn a_result_is_at_the_line_of_the_send() {
        let run = run(&report_of(stuck_with_a_stack()));
        let result = &run["results"][0];
        assert_eq!(result["ruleId"], "send-stall");
        assert_eq!(run["tool"]["driver"]["rules"][0]["id"], "send-stall");
        assert_eq!(
            result["locations"][0]["physicalLocation"],
            json!({
                "artifactLocation": {"uri": "src/api.rs", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 41, "startColumn": 9},
            })
        );
        let frames = &result["stacks"][0]["frames"];
        assert_eq!(frames.as_array().unwrap().len(), 2);
        assert_eq!(
            frames[0]["location"]["logicalLocations"][0]["fullyQualifiedName"],
            "shop::produce"
        );
    }

    #[test]
    fn what_the_baseline_has_is_suppressed() {
        let mut report = report_of(stuck_with_a_stack());
        let mut baseline = Baseline::default();
        baseline.add(report.findings.iter().map(|it| it.id.clone()));
        report.compare(&baseline);
        let result = &run(&report)["results"][0];
        assert_eq!(result["baselineState"], "unchanged");
        assert_eq!(result["suppressions"][0]["kind"], "external");
    }

    #[test]
    fn a_finding_without_a_place_is_a_notification() {
        let mut report = report_of(stuck_with_a_stack());
        report.findings[0].alert.site = None;
        let run = run(&report);
        assert_eq!(run["results"], json!([]));
        let notification = &run["invocations"][0]["toolExecutionNotifications"][0];
        let text = notification["message"]["text"].as_str().unwrap();
        assert!(text.starts_with("send-stall: 1 task has waited"), "{text}");
    }

    #[test]
    fn a_hostile_path_is_a_uri_and_a_hang_has_its_dump() {
        let run_of_hostile = run(&report_of(hostile()));
        let location = &run_of_hostile["results"][0]["locations"][0]["physicalLocation"];
        let uri = location["artifactLocation"]["uri"].as_str().unwrap();
        assert!(uri.starts_with("a%2Cb%3A%3Ac%3D%2525d.rs%0A"), "{uri}");
        let hung = run(&hung());
        let dump = &hung["invocations"][0]["toolExecutionNotifications"][1];
        let dump = dump["message"]["text"].as_str().unwrap();
        assert!(dump.contains("\ntask 4711 [mpsc send, 10s]\n"), "{dump}");
    }
}
