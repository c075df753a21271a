//! How many tasks each spawn site had, for as long as it takes to see it grow.
//!
//! A site is a few numbers here, whatever the number of its tasks: the fewest that
//! were alive in each part of the window. A burst that drains, or work that comes and
//! goes, has a part with fewer than the one before; what leaks has not.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use super::Thresholds;
use crate::model::{Model, Moment, SiteKey, TaskKey};

/// The window has so many parts, and the site must grow from each to the next.
const PARTS: u32 = 6;
const KEPT: usize = PARTS as usize;

/// The past of every spawn site.
#[derive(Clone, Debug, Default)]
pub(super) struct Growth {
    sites: HashMap<SiteKey, Past>,
    /// When each of the parts began that are over, oldest first, and the present one.
    began: VecDeque<Moment>,
}

/// The past of one.
#[derive(Clone, Debug, Default)]
struct Past {
    /// The fewest tasks in each part that is over, oldest first.
    fewest: VecDeque<u64>,
    /// The fewest in the present part.
    now_fewest: u64,
    /// A task of it, to show.
    example: Option<TaskKey>,
    /// Whether one was sought in the present part of the window.
    sought: bool,
}

/// A site that has only ever grown.
#[derive(Clone, Debug)]
pub(super) struct Growing<'a> {
    pub(super) site: &'a SiteKey,
    /// How many tasks there are.
    pub(super) live: u64,
    /// How many more than a window ago.
    pub(super) more: u64,
    /// When the window began.
    pub(super) since: Moment,
    /// One of its tasks.
    pub(super) example: TaskKey,
}

impl Growth {
    /// Looks at a new picture.
    pub(super) fn update(&mut self, model: &Model, limits: &Thresholds) {
        let part = limits.growth_window / PARTS;
        let began = self.began.back().copied();
        let is_over = began.is_none_or(|began| model.now.since(began) >= part);
        if is_over {
            self.began.push_back(model.now);
            if self.began.len() > KEPT + 1 {
                self.began.pop_front();
            }
        }
        self.sites.retain(|site, _| model.sites.contains_key(site));
        for (site, counts) in &model.sites {
            let live = counts.live();
            let Some(past) = self.sites.get_mut(site) else {
                let past = Past {
                    now_fewest: live,
                    ..Past::default()
                };
                self.sites.insert(site.clone(), past);
                continue;
            };
            if is_over {
                past.fewest.push_back(past.now_fewest.min(live));
                past.now_fewest = live;
                past.sought = false;
                if past.fewest.len() > KEPT {
                    past.fewest.pop_front();
                }
            }
            past.now_fewest = past.now_fewest.min(live);
        }
        self.find_examples(model, limits);
    }

    /// The sites that only grow.
    pub(super) fn growing<'a>(
        &'a self,
        model: &'a Model,
        limits: &'a Thresholds,
    ) -> impl Iterator<Item = Growing<'a>> {
        let since = self.began.front().copied().unwrap_or(model.now);
        self.sites.iter().filter_map(move |(site, past)| {
            Some(Growing {
                site,
                live: model.sites.get(site)?.live(),
                more: past.grown(limits)?,
                since,
                example: past.example?,
            })
        })
    }

    /// How long the window really was: never shorter than what was asked for.
    pub(super) fn window(&self, now: Moment) -> Duration {
        self.began
            .front()
            .map_or(Duration::ZERO, |began| now.since(*began))
    }

    /// Each site that grows has a task to show. All tasks are gone through only when
    /// one has none: when it begins to grow, or its task has ended after all; and then
    /// once in a part of the window, should there be none.
    fn find_examples(&mut self, model: &Model, limits: &Thresholds) {
        let is_live = |key: TaskKey| model.tasks.contains_key(&key);
        let lacks = |past: &Past| !past.sought && !past.example.is_some_and(is_live);
        let mut sought = HashMap::new();
        for (site, past) in &mut self.sites {
            if past.grown(limits).is_some() && lacks(past) {
                past.sought = true;
                past.example = None;
                sought.insert((&*site.location, site.kind), past);
            }
        }
        if sought.is_empty() {
            return;
        }
        for task in model.tasks.values() {
            let Some(location) = task.location.as_deref() else {
                continue;
            };
            if let Some(past) = sought.remove(&(location, task.kind)) {
                past.example = Some(task.key);
                if sought.is_empty() {
                    return;
                }
            }
        }
    }
}

impl Past {
    /// By how much it has grown, if it did so in every part of the window and by
    /// enough.
    fn grown(&self, limits: &Thresholds) -> Option<u64> {
        if self.fewest.len() < KEPT {
            return None;
        }
        let grew = self.fewest.iter().zip(self.fewest.iter().skip(1));
        let always = grew.into_iter().all(|(before, after)| before < after);
        let more = self.now_fewest.checked_sub(*self.fewest.front()?)?;
        let goes_on = self.now_fewest >= *self.fewest.back()?;
        (always && goes_on && more >= limits.growth_tasks).then_some(more)
    }
}

#[cfg(test)]
mod tests {
    use taskmon_proto::v1 as wire;

    use super::*;
    use crate::model::sample::Sample;
    use crate::rules::{Alert, AlertBook, Thresholds};

    /// A program with a spawn site of which the numbers of tasks are told.
    struct Shop {
        sample: Sample,
        book: AlertBook,
        spawned: u64,
        ended: u64,
    }

    impl Shop {
        /// Watched with a window of a minute, in which 30 more tasks are too many.
        fn new() -> Self {
            let mut sample = Sample::new();
            sample.task(1);
            Shop {
                sample,
                book: AlertBook::new(Thresholds {
                    growth_tasks: 30,
                    ..Thresholds::default()
                }),
                spawned: 1,
                ended: 0,
            }
        }

        /// A second in which tasks are spawned and end.
        fn second(&mut self, spawned: u64, ended: u64) -> &[Alert] {
            self.spawned += spawned;
            self.ended += ended;
            let now = self.sample.model.now.since_zero() + Duration::from_secs(1);
            self.sample.apply(wire::Page {
                at_nanos: now.as_nanos() as u64,
                spawn_sites: vec![wire::SpawnSite {
                    location: 61,
                    kind: wire::TaskKind::Task.into(),
                    spawned: self.spawned,
                    completed: self.ended,
                    ..wire::SpawnSite::default()
                }],
                ..wire::Page::default()
            });
            self.book.update(&self.sample.model);
            self.book.active()
        }
    }

    #[test]
    fn a_site_that_only_grows_is_told_after_a_window() {
        let mut shop = Shop::new();
        for second in 0..60 {
            assert_eq!(shop.second(1, 0), [], "after {second} seconds");
        }
        for _ in 0..10 {
            shop.second(1, 0);
        }
        let alerts = shop.book.active();
        assert_eq!(alerts.len(), 1);
        assert_eq!(alerts[0].rule, "task-growth");
        assert_eq!(alerts[0].tasks, 71);
        assert_eq!(alerts[0].site.as_ref().unwrap().line, 61);
        let message = &alerts[0].message;
        assert!(message.starts_with("71 tasks are alive, "), "{message}");
        assert!(
            message.ends_with("ago: they only ever become more"),
            "{message}"
        );
    }

    #[test]
    fn a_burst_is_not_growth() {
        let mut shop = Shop::new();
        for round in 0..10 {
            for second in 0..20 {
                let (spawned, ended) = if second < 10 { (100, 0) } else { (0, 100) };
                assert_eq!(shop.second(spawned, ended), [], "{round} {second}");
            }
        }
    }

    #[test]
    fn a_burst_that_stays_and_one_that_drains_are_not_growth() {
        let mut shop = Shop::new();
        assert_eq!(shop.second(1_000, 0), []);
        for _ in 0..100 {
            assert_eq!(shop.second(0, 0), []);
        }
        for _ in 0..100 {
            assert_eq!(shop.second(0, 10), []);
        }
    }

    #[test]
    fn what_is_spawned_as_fast_as_it_ends_is_not_growth() {
        let mut shop = Shop::new();
        for second in 0..200 {
            assert_eq!(shop.second(50, if second == 0 { 0 } else { 50 }), []);
        }
    }

    #[test]
    fn what_grew_and_grows_no_more_is_over_and_told_as_having_been() {
        let mut shop = Shop::new();
        for _ in 0..100 {
            shop.second(1, 0);
        }
        assert_eq!(shop.book.active().len(), 1);
        for _ in 0..30 {
            shop.second(0, 0);
        }
        assert_eq!(shop.book.active(), []);
        assert_eq!(shop.book.past().len(), 1);
    }

    #[test]
    fn a_slow_leak_among_much_that_comes_and_goes_is_growth() {
        let mut shop = Shop::new();
        for _ in 0..120 {
            shop.second(100, 99);
        }
        assert_eq!(shop.book.active().len(), 1);
    }

    #[test]
    fn a_site_that_is_gone_is_forgotten() {
        let mut shop = Shop::new();
        shop.second(1, 0);
        assert_eq!(shop.book.growth().sites.len(), 1);
        shop.sample.model.sites.clear();
        shop.book.update(&shop.sample.model);
        assert_eq!(shop.book.growth().sites.len(), 0);
    }
}
