//! Reports for tests.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use taskmon_proto::v1::FrameOrigin::{Own, Runtime};
use taskmon_proto::v1::WaitKind as WireKind;

use super::Format;
use crate::check::{
    CommandEnd, CommandSeen, Finding, Hang, HungProgram, ProgramSeen, Report, SiteId, Sources,
};
use crate::model::sample::Sample;
use crate::model::{StateCounts, Totals, WaitKind};
use crate::rules::{AlertBook, Severity};

/// What `format` makes of `report`, which a terminal can show.
pub(super) fn written(format: &dyn Format, report: &Report) -> String {
    let mut out = Vec::new();
    format.write(&mut out, report).unwrap();
    let text = String::from_utf8(out).unwrap();
    let harmful = |c: char| c != '\n' && crate::words::plain::is_harmful(c);
    assert!(!text.contains(harmful), "{text:?}");
    text
}

fn sources() -> Sources {
    Sources::in_directory("/no/such/shop")
}

/// Thirty seconds at one program, in which that was found.
pub(super) fn report_of(findings: Vec<Finding>) -> Report {
    Report {
        subject: "unix:/run/shop.sock".to_owned(),
        began: SystemTime::UNIX_EPOCH + Duration::from_secs(1_000),
        watched: Duration::from_secs(30),
        programs: vec![ProgramSeen {
            target: "unix:/run/shop.sock".to_owned(),
            name: "shop".to_owned(),
            pid: 4242,
            states: StateCounts {
                waiting: 1,
                ..StateCounts::default()
            },
            totals: Totals::default(),
            seen: true,
            watched: Duration::from_secs(30),
            error: None,
            allowed_by: BTreeSet::new(),
        }],
        findings,
        command: None,
        fail_on: Severity::Warning,
        baseline_unseen: None,
        notes: Vec::new(),
        sources: sources(),
    }
}

fn findings(sample: &Sample) -> (AlertBook, Vec<Finding>) {
    let mut book = AlertBook::default();
    book.update(&sample.model);
    let alerts = book.active().iter();
    let findings = alerts.map(|alert| Finding {
        since: sample.model.system_time(alert.since),
        ended: None,
        programs: vec![0],
        id: SiteId::of(alert, &sources()),
        in_baseline: false,
        alert: alert.clone(),
    });
    let findings = findings.collect();
    (book, findings)
}

/// A send without a stack.
pub(super) fn stuck() -> Vec<Finding> {
    let mut sample = Sample::new();
    let task = sample.task(4711);
    sample.wait(task, WaitKind::MpscSend, 90);
    findings(&sample).1
}

fn sample_with_a_stack() -> Sample {
    let mut sample = Sample::new();
    let task = sample.task(4711);
    let wait = sample.wait(task, WaitKind::MpscSend, 90);
    let frames = [
        ("leaf", 1, Runtime),
        ("shop::produce", 41, Own),
        ("shop::\u{1b}[2J", 88, Own),
    ];
    let stack = sample.stack(WireKind::MpscSend, &frames);
    sample.stack_of(wait, stack);
    sample
}

/// A send at `src/api.rs:41:9`, with two frames of the program.
pub(super) fn stuck_with_a_stack() -> Vec<Finding> {
    findings(&sample_with_a_stack()).1
}

/// The same by a program that says what it can to do harm.
pub(super) fn hostile() -> Vec<Finding> {
    let evil = "\n::stop-commands::x\r</pre><script>\u{1b}[2J]]>\u{ffff}`|*\"'&%0A![a](b)";
    let mut findings = stuck_with_a_stack();
    for finding in &mut findings {
        let alert = &mut finding.alert;
        alert.message.push_str(evil);
        alert.example.name = evil.into();
        alert.example.wait = evil.to_owned();
        alert.example.resource = Some(evil.to_owned());
        let site = crate::model::Location {
            file: format!("a,b::c=%25d.rs{evil}").into(),
            line: 7,
            column: 0,
        };
        alert.example.spawned_at = Some(site.clone().into());
        alert.site = Some(site.into());
        finding.id = SiteId::of(alert, &sources());
    }
    findings
}

/// A command that hung on the send, with a minute to end in.
pub(super) fn hung() -> Report {
    let sample = sample_with_a_stack();
    let (book, findings) = findings(&sample);
    let mut report = report_of(findings);
    report.subject = "cargo test".to_owned();
    report.command = Some(CommandSeen {
        line: "cargo test".to_owned(),
        end: CommandEnd::Hung(Hang {
            timeout: Duration::from_secs(60),
            programs: vec![HungProgram {
                model: sample.model,
                book,
            }],
        }),
        missed: 0,
        may_be_unwatched: false,
    });
    report
}
