//! Every format of `taskmon check`.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use taskmon::check::{
    CommandEnd, CommandSeen, Finding, Hang, HungProgram, ProgramSeen, Report, SiteId, Sources,
};
use taskmon::faces::ci::FORMATS;
use taskmon::model::Model;
use taskmon::rules::{AlertBook, Severity};

/// Has each of them tell what was found in the picture, and looks at what it says.
pub(super) fn see(model: &Model, book: &AlertBook) {
    let mut report = report(model, book);
    write(&report);
    report.fail_on = Severity::Error;
    report.baseline_unseen = Some(3);
    report.command = Some(CommandSeen {
        line: "cargo test".to_owned(),
        end: CommandEnd::Hung(Hang {
            timeout: Duration::from_secs(60),
            programs: vec![HungProgram {
                model: model.clone(),
                book: book.clone(),
            }],
        }),
        missed: 2,
        may_be_unwatched: false,
    });
    write(&report);
}

/// What a check that watched this program until now has seen.
fn report(model: &Model, book: &AlertBook) -> Report {
    let sources = Sources::in_directory("/no/such/shop");
    let alerts = book.active().iter().chain(book.past());
    let findings = alerts.map(|alert| Finding {
        since: model.system_time(alert.since),
        ended: alert.ended_at.and_then(|ended| model.system_time(ended)),
        programs: vec![0],
        id: SiteId::of(alert, &sources),
        in_baseline: false,
        alert: alert.clone(),
    });
    let who = model.program.as_ref();
    Report {
        subject: "target:6669".to_owned(),
        began: SystemTime::UNIX_EPOCH,
        watched: Duration::from_secs(30),
        findings: findings.collect(),
        programs: vec![ProgramSeen {
            target: "target:6669".to_owned(),
            name: who.map_or_else(String::new, |who| who.name.to_string()),
            pid: who.map_or(0, |who| who.pid),
            states: model.state_counts(),
            totals: model.totals,
            seen: true,
            watched: Duration::from_secs(30),
            error: None,
            allowed_by: BTreeSet::new(),
        }],
        command: None,
        fail_on: Severity::Warning,
        baseline_unseen: None,
        notes: Vec::new(),
        sources,
    }
}

fn write(report: &Report) {
    for format in FORMATS {
        let mut out = Vec::new();
        format.write(&mut out, report).unwrap();
        let text = String::from_utf8(out).unwrap();
        crate::targets::assert_plain(&text);
        match format.name() {
            "json" | "sarif" => {
                let read = serde_json::from_str::<serde_json::Value>(&text);
                assert!(read.is_ok(), "{read:?}: {text}");
            }
            "junit" => {
                let read = roxmltree::Document::parse(&text);
                assert!(read.is_ok(), "{read:?}: {text}");
            }
            _ => {}
        }
    }
}
