//! Alerts over time.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use super::growth::Growth;
use super::pass::{AlertKey, Concern, Pass};
use super::rule::Look;
use super::suspects::Suspects;
use super::{Alert, RULES, Settings, Severity};
use crate::model::{KeyMap, Model, Moment, TaskKey};

/// Runs the rules over each new picture, and remembers.
#[derive(Clone, Debug, Default)]
pub struct AlertBook {
    settings: Arc<Settings>,
    active: Vec<Alert>,
    past: VecDeque<Alert>,
    history: HashMap<AlertKey, History>,
    concerned: Arc<KeyMap<TaskKey, Concern>>,
    suspects: Suspects,
    growth: Growth,
    /// The indices of the entries of the allow-list that allowed something.
    allowed_by: BTreeSet<usize>,
}

/// What an active alert was like before.
#[derive(Clone, Copy, Debug)]
struct History {
    since: Moment,
    most_tasks: usize,
    longest: Duration,
    /// The first picture in which it no longer held, if it does not hold now.
    not_held_since: Option<Moment>,
    /// How many pictures it has not held.
    not_held: u32,
}

impl AlertBook {
    /// How many alerts that are over are kept.
    pub const PAST_KEPT: usize = 200;

    /// How many pictures in a row an alert must not hold before it is over: a
    /// poll that is too long again and again is one alert, though there are
    /// short ones in between.
    const NOT_HELD_ENDS: u32 = 3;

    /// An empty book, for these thresholds or settings.
    pub fn new(settings: impl Into<Arc<Settings>>) -> Self {
        AlertBook {
            settings: settings.into(),
            ..AlertBook::default()
        }
    }

    /// A copy for those who read it: it says the same, and knows nothing of how it
    /// was found.
    #[doc(hidden)]
    pub fn share(&self) -> AlertBook {
        AlertBook {
            settings: Arc::clone(&self.settings),
            active: self.active.clone(),
            past: self.past.clone(),
            allowed_by: self.allowed_by.clone(),
            concerned: Arc::clone(&self.concerned),
            ..AlertBook::default()
        }
    }

    /// Whether the same is said about the same tasks as in `other`, an earlier copy
    /// of the same book; as far as can be told at once.
    pub(crate) fn concerns_same(&self, other: &AlertBook) -> bool {
        Arc::ptr_eq(&self.concerned, &other.concerned)
    }

    /// What its rules go by.
    pub fn settings(&self) -> &Arc<Settings> {
        &self.settings
    }

    /// The indices of the entries of the allow-list that allowed something so far.
    pub(crate) fn allowed_by(&self) -> &BTreeSet<usize> {
        &self.allowed_by
    }

    #[cfg(test)]
    pub(super) fn growth(&self) -> &Growth {
        &self.growth
    }

    /// Judges a new picture. One that is not complete is not judged.
    pub fn update(&mut self, model: &Model) {
        if !model.complete {
            return;
        }
        let settings = Arc::clone(&self.settings);
        let limits = &settings.limits();
        self.suspects.find(model, &settings, limits);
        self.growth.update(model, limits);
        let look = Look {
            model,
            limits,
            last_poll: self.suspects.last_poll(model),
            growth: &self.growth,
        };
        let pass = Pass::over(&look, &self.suspects, &settings);
        let alerts = pass.alerts(&look);
        self.allowed_by.extend(pass.allowed_by());
        let mut before: HashMap<_, _> = self
            .active
            .drain(..)
            .map(|alert| (AlertKey::of(&alert), alert))
            .collect();
        for alert in alerts {
            let key = AlertKey::of(&alert);
            before.remove(&key);
            let alert = self.held(key, alert);
            self.active.push(alert);
        }
        // The same one while it says the same: see `concerns_same`.
        if *self.concerned != pass.concerned {
            self.concerned = Arc::new(pass.concerned);
        }
        for (key, alert) in before {
            self.not_held(key, alert, model.now);
        }
        self.active.sort_by_cached_key(order);
    }

    /// What is wrong now: errors first, then by how many tasks it concerns.
    pub fn active(&self) -> &[Alert] {
        &self.active
    }

    /// What was wrong and is over, latest first; bounded. What ended several
    /// times at one site is there once: from when it first began to when it last
    /// ended.
    pub fn past(&self) -> impl ExactSizeIterator<Item = &Alert> {
        self.past.iter()
    }

    /// The worst that is said about `task` now.
    pub fn of_task(&self, task: TaskKey) -> Option<Severity> {
        self.concerned.get(&task).map(|concern| concern.severity)
    }

    /// The names of the rules that say something about `task` now.
    pub fn rules_of_task(&self, task: TaskKey) -> impl Iterator<Item = &'static str> {
        let said = self.concerned.get(&task).map_or(0, |concern| concern.rules);
        let rules = RULES.iter().enumerate();
        rules
            .filter(move |(index, _)| said & (1 << index) != 0)
            .map(|(_, rule)| rule.name())
    }

    /// The alert holds: it goes on from when it began.
    fn held(&mut self, key: AlertKey, mut alert: Alert) -> Alert {
        let history = self.history.entry(key).or_insert(History {
            since: alert.since,
            most_tasks: 0,
            longest: Duration::ZERO,
            not_held_since: None,
            not_held: 0,
        });
        history.since = history.since.min(alert.since);
        history.most_tasks = history.most_tasks.max(alert.tasks);
        history.longest = history.longest.max(alert.longest);
        history.not_held_since = None;
        history.not_held = 0;
        alert.since = history.since;
        alert
    }

    /// The alert does not hold: it stays as it was for a while, then it is over.
    fn not_held(&mut self, key: AlertKey, mut alert: Alert, now: Moment) {
        let Some(history) = self.history.get_mut(&key) else {
            return;
        };
        let not_held_since = *history.not_held_since.get_or_insert(now);
        history.not_held += 1;
        if history.not_held < AlertBook::NOT_HELD_ENDS {
            self.active.push(alert);
            return;
        }
        alert.tasks = history.most_tasks;
        alert.longest = history.longest;
        alert.ended_at = Some(not_held_since);
        self.history.remove(&key);
        let earlier = self.past.iter().position(|past| AlertKey::of(past) == key);
        if let Some(earlier) = earlier.and_then(|index| self.past.remove(index)) {
            alert.since = alert.since.min(earlier.since);
            alert.tasks = alert.tasks.max(earlier.tasks);
            alert.longest = alert.longest.max(earlier.longest);
        }
        self.past.push_front(alert);
        self.past.truncate(AlertBook::PAST_KEPT);
    }
}

/// Errors first, then by tasks; the rest only so that the order is always the
/// same.
pub(super) fn order(alert: &Alert) -> impl Ord + use<> {
    let rule = RULES.iter().position(|rule| rule.name() == alert.rule);
    (
        Reverse(alert.severity),
        Reverse(alert.tasks),
        rule,
        alert.site.clone(),
        alert.site_role,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample::Sample;
    use crate::model::{TaskState, WaitKind};
    use crate::rules::Level;

    /// A book and a program with one task that is stuck.
    fn stuck() -> (AlertBook, Sample, crate::model::WaitKey, TaskKey) {
        let mut sample = Sample::new();
        let task = sample.task(1);
        let wait = sample.wait(task, WaitKind::MpscSend, 90);
        let mut book = AlertBook::default();
        book.update(&sample.model);
        (book, sample, wait, task)
    }

    #[test]
    fn a_rule_that_is_off_says_nothing_and_one_that_is_set_says_it_so() {
        let (_, sample, _, task) = stuck();
        let mut settings = Settings::default();
        settings.set_level("send-stall", Level::Off).unwrap();
        let mut book = AlertBook::new(settings.clone());
        book.update(&sample.model);
        assert_eq!((book.active(), book.of_task(task)), (&[][..], None));
        let level = Level::Always(Severity::Warning);
        settings.set_level("send-stall", level).unwrap();
        let mut book = AlertBook::new(settings);
        book.update(&sample.model);
        assert_eq!(book.active()[0].severity, Severity::Warning);
        assert_eq!(book.of_task(task), Some(Severity::Warning));
        let message = &book.active()[0].message;
        assert!(
            !message.contains("moves"),
            "it is as stuck as before: {message}"
        );
    }

    #[test]
    fn an_incomplete_picture_is_not_judged() {
        let (_, mut sample, ..) = stuck();
        sample.model.complete = false;
        let mut book = AlertBook::default();
        book.update(&sample.model);
        assert!(book.active().is_empty());
    }

    #[test]
    fn an_alert_goes_through_a_short_gap_and_ends_after_a_long_one() {
        let (mut book, mut sample, wait, task) = stuck();
        assert_eq!(book.of_task(task), Some(Severity::Error));
        sample.end_wait(wait);
        sample.pass(1);
        let first_without = sample.model.now;
        book.update(&sample.model);
        assert_eq!(book.active().len(), 1, "it is held through the first gap");
        assert_eq!(
            book.of_task(task),
            None,
            "but its task is not stuck any more"
        );
        for _ in 0..2 {
            sample.pass(1);
            book.update(&sample.model);
        }
        assert!(book.active().is_empty());
        let past: Vec<_> = book.past().collect();
        assert_eq!(past.len(), 1);
        assert_eq!(past[0].ended_at, Some(first_without));
        assert_eq!(past[0].tasks, 1);
    }

    #[test]
    fn a_task_that_turns_around_a_stuck_send_does_not_flap() {
        let (mut book, mut sample, _, task) = stuck();
        for state in [TaskState::Running, TaskState::Waiting, TaskState::Scheduled] {
            sample.state(task, state);
            book.update(&sample.model);
            assert_eq!(book.active().len(), 1);
            assert_eq!(book.past().len(), 0);
        }
    }

    #[test]
    fn what_ends_twice_at_one_site_is_past_once() {
        let (mut book, mut sample, mut wait, task) = stuck();
        for _ in 0..3 {
            sample.end_wait(wait);
            for _ in 0..3 {
                sample.pass(1);
                book.update(&sample.model);
            }
            assert!(book.active().is_empty());
            wait = sample.wait(task, WaitKind::MpscSend, 95);
            book.update(&sample.model);
            assert_eq!(book.active().len(), 1);
        }
        assert_eq!(book.past().len(), 1);
    }

    #[test]
    fn a_task_with_two_stuck_sends_counts_once() {
        let (mut book, mut sample, _, task) = stuck();
        sample.wait(task, WaitKind::MpscSend, 80);
        book.update(&sample.model);
        assert_eq!(book.active().len(), 1);
        assert_eq!(book.active()[0].tasks, 1);
        assert_eq!(book.active()[0].longest, Duration::from_secs(20));
    }

    #[test]
    fn errors_come_first_and_then_the_site_with_most_tasks() {
        let mut sample = Sample::new();
        let busy = sample.task_at(1, 10);
        sample.state(busy, TaskState::Running);
        for (id, line) in [(2, 20), (3, 30), (4, 30)] {
            let task = sample.task_at(id, line);
            sample.wait(task, WaitKind::MpscSend, 90);
        }
        sample.pass(1);
        let mut book = AlertBook::default();
        book.update(&sample.model);
        let seen: Vec<_> = book
            .active()
            .iter()
            .map(|alert| (alert.rule, alert.site.as_ref().unwrap().line))
            .collect();
        assert_eq!(
            seen,
            [
                ("send-stall", 30),
                ("send-stall", 20),
                ("never-yielded", 10)
            ]
        );
    }
}
