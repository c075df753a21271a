//! Watches programs that run already.

use std::time::Duration;

use tokio::sync::watch as channel;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};

use super::gather::gather;
use super::observed::Observed;
use super::observer::{Leaving, Observer, Progress, Stop};
use super::{Plan, Report, Signals, Sources};
use crate::client::Target;

/// When a watch is over.
#[derive(Clone, Copy, Debug)]
pub enum Until {
    /// So long after the first whole picture of every target.
    Elapsed(Duration),
    /// When all targets have been quiet for `window`; but then too when `at_most`
    /// has passed.
    Quiet {
        /// How long nothing may happen.
        window: Duration,
        /// How long to wait for that.
        at_most: Duration,
    },
}

/// How often it is looked whether all are quiet.
const LOOK: Duration = Duration::from_millis(20);

/// Watches `targets` until that is over, or a signal says so.
pub async fn watch(
    targets: &[Target],
    plan: &Plan,
    until: Until,
    mut signals: Signals,
    sources: Sources,
) -> Report {
    let began = std::time::SystemTime::now();
    let (stop, stopped) = channel::channel(Stop::No);
    let mut observers = JoinSet::new();
    let mut all = Vec::new();
    for (index, target) in targets.iter().enumerate() {
        let (observer, progress) = Observer::new(target.clone(), plan, Leaving::IsAnError);
        let observed = observer.observe(stopped.clone());
        observers.spawn(async move { (index, observed.await) });
        all.push(progress);
    }
    let mut notes = Vec::new();
    let begun = Instant::now();
    let mut watched_from = None;
    tokio::select! {
        () = over(&all, until, &mut watched_from, &mut notes) => {}
        _ = signals.next() => notes.push("the watch was interrupted".to_owned()),
    }
    let watched = watched_from.unwrap_or(begun).elapsed();
    stop.send_replace(Stop::Now);
    let mut observed: Vec<(usize, Observed)> = observers.join_all().await;
    observed.sort_by_key(|(index, _)| *index);
    let subject: Vec<_> = targets.iter().map(Target::to_string).collect();
    let mut report = gather(observed.into_iter().map(|(_, it)| it).collect(), sources);
    report.subject = subject.join(", ");
    report.began = began;
    report.watched = watched;
    report.notes.append(&mut notes);
    report
}

async fn over(
    all: &[channel::Receiver<Progress>],
    until: Until,
    watched_from: &mut Option<Instant>,
    notes: &mut Vec<String>,
) {
    for progress in all {
        let mut progress = progress.clone();
        // One that is dropped is over.
        let _ = progress.wait_for(|it| it.seen || it.over).await;
    }
    let begun = *watched_from.insert(Instant::now());
    let all_lost = async {
        for progress in all {
            let _ = progress.clone().wait_for(|it| it.over).await;
        }
    };
    let enough = async {
        match until {
            Until::Elapsed(length) => sleep_until(begun + length).await,
            Until::Quiet { window, at_most } => {
                let is_quiet = |it: &channel::Receiver<Progress>| {
                    let progress = *it.borrow();
                    let quiet = progress.quiet_since;
                    progress.over || quiet.is_some_and(|since| since.elapsed() >= window)
                };
                while !all.iter().all(is_quiet) {
                    if begun.elapsed() >= at_most {
                        notes.push("it did not become quiet in the time that it had".to_owned());
                        return;
                    }
                    sleep(LOOK).await;
                }
            }
        }
    };
    tokio::select! {
        () = all_lost => {}
        () = enough => {}
    }
}
