//! What an observer brings back.

use std::time::{Duration, SystemTime};

use super::{HungProgram, ProgramSeen};
use crate::client::{Target, WatchError};
use crate::model::Model;
use crate::rules::{Alert, AlertBook};

/// What became of one program. A command may have thousands of processes, so of
/// one that is gone there is no picture.
#[derive(Debug)]
pub(super) struct Observed {
    pub(super) program: ProgramSeen,
    pub(super) alerts: Vec<Found>,
    /// The program as it was when the observer was told to stop; `None` if it was
    /// gone by then.
    pub(super) picture: Option<HungProgram>,
}

/// An alert that there was.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) alert: Alert,
    /// When it began.
    pub(super) since: Option<SystemTime>,
    /// When it ended, if it did.
    pub(super) ended: Option<SystemTime>,
}

impl Observed {
    /// A program that was watched for this long, or never; until it was gone or
    /// lost, unless it `still_runs`.
    pub(super) fn new(
        target: &Target,
        watched: Option<Duration>,
        still_runs: bool,
        error: Option<WatchError>,
        picture: HungProgram,
    ) -> Self {
        let HungProgram { model, book } = &picture;
        let who = model.program.as_ref();
        let program = ProgramSeen {
            target: target.to_string(),
            name: who.map_or_else(String::new, |who| who.name.to_string()),
            pid: who.map_or(0, |who| who.pid),
            states: model.state_counts(),
            totals: model.totals,
            seen: watched.is_some(),
            watched: watched.unwrap_or_default(),
            error,
            allowed_by: book.allowed_by().clone(),
        };
        Observed {
            program,
            alerts: found(model, book),
            picture: still_runs.then_some(picture),
        }
    }

    /// The same with what a picture with stacks knows better: where tasks wait,
    /// of alerts that without were of where they were spawned.
    pub(super) fn prefer(mut self, with_stacks: Option<HungProgram>) -> Self {
        let Some(better) = with_stacks else {
            return self;
        };
        let alerts = found(&better.model, &better.book);
        self.alerts.retain(|known| {
            let is_known = |it: &Found| {
                let (it, known) = (&it.alert, &known.alert);
                let same_site = it.example.spawned_at == known.site || it.site == known.site;
                it.rule == known.rule && same_site
            };
            !alerts.iter().any(is_known)
        });
        self.alerts.extend(alerts);
        self.picture = self.picture.map(|_| better);
        self
    }
}

fn found(model: &Model, book: &AlertBook) -> Vec<Found> {
    let alerts = book.active().iter().chain(book.past());
    let found = alerts.map(|alert| Found {
        since: model.system_time(alert.since),
        ended: alert.ended_at.and_then(|ended| model.system_time(ended)),
        alert: alert.clone(),
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use taskmon_proto::v1::FrameOrigin::{Own, Runtime};
    use taskmon_proto::v1::WaitKind as WireKind;

    use super::*;
    use crate::model::sample::Sample;
    use crate::model::{SiteRole, WaitKind};

    /// Two tasks that are stuck; of the one at line 61 the stack is known if that is
    /// wanted, and the other is there only without.
    fn picture(with_stacks: bool) -> HungProgram {
        let mut sample = Sample::new();
        let task = sample.task_at(1, 61);
        let wait = sample.wait(task, WaitKind::MpscSend, 90);
        if with_stacks {
            let frames = [("leaf", 1, Runtime), ("shop::produce", 41, Own)];
            let stack = sample.stack(WireKind::MpscSend, &frames);
            sample.stack_of(wait, stack);
        } else {
            let other = sample.task_at(2, 70);
            sample.wait(other, WaitKind::MpscSend, 90);
        }
        let mut book = AlertBook::default();
        book.update(&sample.model);
        HungProgram {
            model: sample.model,
            book,
        }
    }

    fn sites(observed: &Observed) -> Vec<(u32, SiteRole)> {
        let alerts = observed.alerts.iter().map(|found| &found.alert);
        let mut sites: Vec<_> = alerts
            .map(|alert| (alert.site.as_ref().unwrap().line, alert.site_role))
            .collect();
        sites.sort();
        sites
    }

    #[test]
    fn a_stack_says_better_where_and_what_it_does_not_know_stays() {
        let without = || Observed::new(&Target::default(), None, true, None, picture(false));
        let spawned = [(61, SiteRole::Spawned), (70, SiteRole::Spawned)];
        assert_eq!(sites(&without()), spawned);
        assert_eq!(sites(&without().prefer(None)), spawned);
        let better = without().prefer(Some(picture(true)));
        let expected = [(41, SiteRole::Waits), (70, SiteRole::Spawned)];
        assert_eq!(sites(&better), expected);
        assert_eq!(better.picture.unwrap().model.tasks.len(), 1);
    }
}
