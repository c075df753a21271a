//! What a program did, as one picture after another has it.

use std::time::Duration;

use taskmon_proto::v1 as wire;

use super::{History, HistoryBounds};
use crate::model::sample::Sample;
use crate::model::{Model, SiteKey};

/// A program, and what is remembered of it.
struct Watched {
    sample: Sample,
    shared: Model,
}

impl Watched {
    fn new(bounds: HistoryBounds) -> Self {
        let mut sample = Sample::new();
        sample.model.history = History::new(bounds);
        let shared = sample.model.share();
        Watched { sample, shared }
    }

    /// A picture `millis` later, in which each of these sites has spawned and ended so
    /// many tasks in all.
    fn picture(&mut self, millis: u64, sites: &[(u32, u64, u64)]) {
        let now = self.sample.model.now.since_zero() + Duration::from_millis(millis);
        let site = |(line, spawned, completed): &(u32, u64, u64)| wire::SpawnSite {
            location: *line,
            kind: wire::TaskKind::Task.into(),
            spawned: *spawned,
            completed: *completed,
            polls: 10 * completed,
            busy_nanos: completed * 1_000_000,
            ..wire::SpawnSite::default()
        };
        let sum = |of: fn(&(u32, u64, u64)) -> u64| sites.iter().map(of).sum();
        self.sample.apply(wire::Page {
            at_nanos: now.as_nanos() as u64,
            locations: sites
                .iter()
                .map(|(line, ..)| wire::Location {
                    number: *line,
                    file_text: 1,
                    line: *line,
                    column: 14,
                })
                .collect(),
            spawn_sites: sites.iter().map(site).collect(),
            process: Some(wire::ProcessFigures {
                resident_bytes: 1 << 20,
                cpu_nanos: now.as_nanos() as u64 / 2,
                ..wire::ProcessFigures::default()
            }),
            totals: Some(wire::Totals {
                tasks_spawned: sum(|it| it.1),
                tasks_ended: sum(|it| it.2),
                ..wire::Totals::default()
            }),
            ..wire::Page::default()
        });
        self.shared = self.sample.model.share();
    }

    fn site(&self, line: u32) -> SiteKey {
        let mut sites = self.shared.sites.keys();
        sites.find(|key| key.location.line == line).unwrap().clone()
    }

    /// Live tasks of a site by step, and -1 where it was not watched.
    fn live(&self, line: u32, steps: usize) -> Vec<i64> {
        let series = self.shared.history.site(&self.site(line), steps);
        let live = series
            .iter()
            .map(|point| point.map_or(-1, |it| it.live.into()));
        live.collect()
    }
}

#[test]
fn rates_are_by_the_second_from_one_step_to_the_next() {
    let mut watched = Watched::new(HistoryBounds::default());
    watched.picture(1_000, &[(61, 10, 0)]);
    watched.picture(1_000, &[(61, 30, 10)]);
    watched.picture(2_000, &[(61, 34, 20)]);
    let history = &watched.shared.history;
    let process = history.process(10);
    let last = process[process.len() - 1].unwrap();
    assert_eq!((last.spawned, last.ended), (Some(2.0), Some(5.0)));
    assert_eq!(last.polls, Some(50.0));
    assert_eq!(last.cpu, Some(0.5));
    assert_eq!(last.busy, Some(0.005));
    assert_eq!(
        process[process.len() - 2],
        Some(last),
        "one picture is for two steps"
    );
    assert_eq!(process[process.len() - 3].unwrap().spawned, Some(20.0));
    let site = history.site(&watched.site(61), 3);
    assert_eq!(site[0].unwrap().spawned, Some(20.0));
    assert_eq!(site[2].unwrap().ended, Some(5.0));
    assert_eq!(watched.live(61, 3), [20, 14, 14]);
    let now = history
        .site_now(&watched.site(61), Duration::from_secs(3))
        .unwrap();
    assert_eq!((now.live, now.spawned), (14, Some(8.0)));
    assert_eq!(
        history.process_now(Duration::from_secs(3)).unwrap().ended,
        Some(20.0 / 3.0)
    );
}

#[test]
fn pictures_within_a_step_are_one() {
    let mut watched = Watched::new(HistoryBounds::default());
    watched.picture(1_000, &[(61, 0, 0)]);
    for spawned in 1..=10 {
        watched.picture(90, &[(61, spawned, 0)]);
    }
    assert_eq!(watched.live(61, 2), [-1, 10], "it had no site before");
    watched.picture(100, &[(61, 20, 0)]);
    assert_eq!(watched.live(61, 2), [10, 20]);
    let last = watched.shared.history.process(1)[0].unwrap();
    assert_eq!(last.spawned, Some(100.0), "within 100 ms of that step");
}

#[test]
fn where_it_was_not_watched_is_a_gap() {
    let mut watched = Watched::new(HistoryBounds::default());
    watched.picture(1_000, &[(61, 1, 0)]);
    watched.picture(1_000, &[(61, 2, 0)]);
    watched.picture(60_000, &[(61, 600, 0)]);
    watched.picture(1_000, &[(61, 601, 0)]);
    assert_eq!(watched.live(61, 4), [-1, -1, 600, 601]);
    let began = 100;
    assert_eq!(watched.live(61, 600)[began..began + 4], [-1, 1, 2, -1]);
    let process = watched.shared.history.process(2);
    assert_eq!(process[0].unwrap().spawned, None, "nobody knows when");
    assert_eq!(process[1].unwrap().spawned, Some(1.0));
    watched.sample.model.history.interrupt();
    watched.picture(1_000, &[(61, 700, 0)]);
    assert_eq!(watched.shared.history.process(1)[0].unwrap().spawned, None);
}

#[test]
fn a_clock_that_jumps_far_leaves_a_gap_and_nothing_else() {
    let mut watched = Watched::new(HistoryBounds::default());
    watched.picture(1_000, &[(61, 1, 0)]);
    let hello = watched.sample.model.program.as_mut().unwrap();
    hello.interval = Duration::MAX;
    for millis in [1 << 42, 1_000, 1 << 42, 1_000] {
        watched.picture(millis, &[(61, 2, 0)]);
    }
    let history = &watched.shared.history;
    assert!(history.reaches() <= history.bounds().reach);
    assert_eq!(history.process(10_000).len(), 10_000);
    assert!(watched.live(61, 10).ends_with(&[2, 2]));
}

#[test]
fn what_is_shared_stands_still() {
    let mut watched = Watched::new(HistoryBounds::default());
    watched.picture(1_000, &[(61, 1, 0)]);
    let before = watched.shared.history.clone();
    let was = before.process(5);
    watched.picture(10, &[(61, 5, 0)]);
    watched.picture(1_000, &[(61, 9, 0)]);
    assert_eq!(before.process(5), was);
}

#[test]
fn it_reaches_no_further_than_it_is_to() {
    let bounds = HistoryBounds {
        reach: Duration::from_secs(30),
        ..HistoryBounds::default()
    };
    let mut watched = Watched::new(bounds);
    for second in 0..100 {
        watched.picture(1_000, &[(61, second, 0)]);
    }
    let history = &watched.shared.history;
    assert_eq!(history.reaches(), Duration::from_secs(30));
    assert!(history.process(100)[..70].iter().all(Option::is_none));
    assert!(history.process(100)[70..].iter().all(Option::is_some));
}

#[test]
fn without_room_for_all_the_sites_that_matter_most_are_kept() {
    let bounds = HistoryBounds {
        reach: Duration::from_secs(10),
        bytes: 10 * 16 * 2,
        ..HistoryBounds::default()
    };
    let mut watched = Watched::new(bounds);
    watched.picture(1_000, &[(61, 10, 0), (62, 2, 0), (63, 5, 0)]);
    assert_eq!(watched.shared.history.sites_left_out(), 1);
    assert!(watched.live(62, 5).is_empty());
    for spawned in [9, 11, 12] {
        watched.picture(1_000, &[(61, 10, 0), (62, spawned, 0), (63, 5, 0)]);
    }
    assert_eq!(
        watched.live(62, 3),
        [-1, 11, 12],
        "it matters twice as much by now"
    );
    assert!(watched.live(63, 3).is_empty());
    assert_eq!(watched.live(61, 3), [10, 10, 10]);
    let rates = watched.shared.history.site(&watched.site(62), 3);
    assert_eq!(rates[1].unwrap().spawned, None, "of another site before");
    assert_eq!(rates[2].unwrap().spawned, Some(1.0));
    assert!(watched.shared.history.bytes() < 10 * 300);
}
