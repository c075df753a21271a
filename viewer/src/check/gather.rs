//! Puts together what observers saw.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::observed::{Found, Observed};
use super::{Finding, Report, SiteId, Sources};
use crate::model::{Location, SiteRole};
use crate::rules::Severity;

/// What is one finding, in however many programs it was found.
type Key = (&'static str, Option<Arc<Location>>, SiteRole, Severity);

/// A report of these programs. What is not of any program is left as it is by
/// default.
pub(super) fn gather(observed: Vec<Observed>, sources: Sources) -> Report {
    let mut findings: BTreeMap<Key, Finding> = BTreeMap::new();
    let mut programs = Vec::new();
    for (index, program) in observed.into_iter().enumerate() {
        for found in program.alerts {
            let alert = &found.alert;
            let key = (
                alert.rule,
                alert.site.clone(),
                alert.site_role,
                alert.severity,
            );
            let finding = finding(found, index, &sources);
            match findings.get_mut(&key) {
                Some(known) => known.add(finding),
                None => _ = findings.insert(key, finding),
            }
        }
        programs.push(program.program);
    }
    let mut report = Report {
        subject: String::new(),
        began: SystemTime::UNIX_EPOCH,
        watched: Duration::ZERO,
        programs,
        findings: findings.into_values().collect(),
        command: None,
        fail_on: Severity::Warning,
        baseline_unseen: None,
        notes: Vec::new(),
        sources,
    };
    report.sort();
    report
}

fn finding(found: Found, program: usize, sources: &Sources) -> Finding {
    Finding {
        since: found.since,
        ended: found.ended,
        programs: vec![program],
        id: SiteId::of(&found.alert, sources),
        in_baseline: false,
        alert: found.alert,
    }
}

impl Finding {
    /// Adds what another program, or the same at another time, had at the site.
    fn add(&mut self, other: Finding) {
        let same_program = self.programs.last() == other.programs.last();
        let tasks = match same_program {
            true => self.alert.tasks.max(other.alert.tasks),
            false => self.alert.tasks + other.alert.tasks,
        };
        let since = self.since.into_iter().chain(other.since).min();
        // While it is so in one of them, it has not ended.
        let ended = self.ended.zip(other.ended);
        if !same_program {
            self.programs.extend(other.programs);
        }
        if other.alert.longest > self.alert.longest {
            self.alert = other.alert;
        }
        self.alert.tasks = tasks;
        self.since = since;
        self.ended = ended.map(|(one, another)| one.max(another));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::HungProgram;
    use crate::client::Target;
    use crate::model::WaitKind;
    use crate::model::sample::Sample;
    use crate::rules::AlertBook;

    /// A program with this many tasks stuck since these seconds.
    fn program(tasks: u64, since: u64) -> Observed {
        let mut sample = Sample::new();
        for id in 1..=tasks {
            let task = sample.task(id);
            sample.wait(task, WaitKind::MpscSend, since);
        }
        let mut book = AlertBook::default();
        book.update(&sample.model);
        let watched = Some(Duration::from_secs(1));
        let picture = HungProgram {
            model: sample.model,
            book,
        };
        Observed::new(&Target::default(), watched, false, None, picture)
    }

    #[test]
    fn what_several_programs_have_at_one_site_is_one_finding() {
        let sources = Sources::in_directory("/no/such/shop");
        let report = gather(vec![program(2, 90), program(3, 80), program(0, 0)], sources);
        let [finding] = &*report.findings else {
            panic!("one finding: {report:?}");
        };
        assert_eq!(finding.alert.tasks, 5);
        assert_eq!(finding.alert.longest, Duration::from_secs(20));
        assert_eq!(finding.programs, [0, 1]);
        assert_eq!(finding.ended, None);
        assert_eq!(report.programs.len(), 3);
        assert_eq!(report.states().waiting, 5);
    }
}
