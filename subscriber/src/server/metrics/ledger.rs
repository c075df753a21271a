//! Totals by spawn site that never go backwards.
//!
//! What a site's tasks have done so far is the sum over those that ended, which
//! the recorder keeps, and over those that are alive. The two cannot be read at
//! one moment: a task that ends in between is in neither. So the sums of the ended
//! are read first, which leaves such a task out once and counts none twice; and
//! the ledger keeps what it has said of each site, and says at least that again.
//!
//! Only so many sites are named. What was said of a site under `other` stays there
//! when the site gets a name, whose own total begins anew: each series only grows,
//! and their sum is that of all tasks.

use std::collections::HashMap;
use std::sync::Arc;

use super::bounded::{OTHER, SITES, largest};
use super::poll_times::PollTimes;

/// A place and the kind of the tasks that are spawned there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Site {
    pub(super) place: Arc<str>,
    pub(super) kind: &'static str,
}

/// What the tasks of a site have done since the layer was built.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Totals {
    pub(super) spawned: u64,
    pub(super) completed: u64,
    pub(super) panicked: u64,
    pub(super) cancelled: u64,
    pub(super) polls: u64,
    pub(super) busy_nanos: u64,
    pub(super) scheduled_nanos: u64,
    pub(super) wakes: u64,
    pub(super) self_wakes: u64,
}

impl Totals {
    fn each(self, other: Totals, of: impl Fn(u64, u64) -> u64) -> Totals {
        Totals {
            spawned: of(self.spawned, other.spawned),
            completed: of(self.completed, other.completed),
            panicked: of(self.panicked, other.panicked),
            cancelled: of(self.cancelled, other.cancelled),
            polls: of(self.polls, other.polls),
            busy_nanos: of(self.busy_nanos, other.busy_nanos),
            scheduled_nanos: of(self.scheduled_nanos, other.scheduled_nanos),
            wakes: of(self.wakes, other.wakes),
            self_wakes: of(self.self_wakes, other.self_wakes),
        }
    }

    pub(super) fn plus(self, other: Totals) -> Totals {
        self.each(other, u64::saturating_add)
    }
}

/// What was said of every site; as many as there are places in the source at most.
#[derive(Default)]
pub(super) struct Ledger {
    sites: HashMap<Site, Said>,
    /// What was said of how long polls take.
    pub(super) poll_times: PollTimes,
}

#[derive(Clone, Copy, Default)]
struct Said {
    total: Totals,
    /// The part of it that was said under `other`.
    in_other: Totals,
    named: bool,
}

impl Ledger {
    /// Takes in what was just read, and gives what to say: the named sites, and the
    /// others together, by kind.
    pub(super) fn update(
        &mut self,
        read: impl IntoIterator<Item = (Site, Totals)>,
    ) -> Vec<(Site, Totals)> {
        for (site, totals) in read {
            let said = self.sites.entry(site).or_default();
            said.total = said.total.each(totals, u64::max);
        }
        self.choose(SITES);
        self.say()
    }

    /// Names the `most` sites with most spawns. One that has no name takes that of
    /// another only with twice as many, so that they do not take turns.
    fn choose(&mut self, most: usize) {
        let weight = |said: &Said| match said.named {
            true => said.total.spawned.saturating_mul(2),
            false => said.total.spawned,
        };
        let all = self.sites.iter().map(|(site, said)| (site.clone(), *said));
        let (named, unnamed) = largest(all, most, weight);
        for (site, _) in named {
            if let Some(said) = self.sites.get_mut(&site) {
                said.named = true;
            }
        }
        for (site, _) in unnamed {
            if let Some(said) = self.sites.get_mut(&site) {
                said.named = false;
            }
        }
    }

    fn say(&mut self) -> Vec<(Site, Totals)> {
        let mut out = Vec::new();
        let mut others: HashMap<&'static str, Totals> = HashMap::new();
        for (site, said) in &mut self.sites {
            if said.named {
                let own = said.total.each(said.in_other, u64::saturating_sub);
                out.push((site.clone(), own));
            } else {
                said.in_other = said.total;
            }
            if said.in_other != Totals::default() {
                let other = others.entry(site.kind).or_default();
                *other = other.plus(said.in_other);
            }
        }
        let place: Arc<str> = OTHER.into();
        out.extend(others.into_iter().map(|(kind, totals)| {
            let place = Arc::clone(&place);
            (Site { place, kind }, totals)
        }));
        out.sort_by(|(a, _), (b, _)| a.cmp(b));
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(number: u64) -> Site {
        Site {
            place: format!("src/{number:05}.rs:1:1").into(),
            kind: "task",
        }
    }

    fn spawned(spawned: u64) -> Totals {
        Totals {
            spawned,
            polls: 3 * spawned,
            ..Totals::default()
        }
    }

    fn of(said: &[(Site, Totals)], place: &str) -> Option<u64> {
        let found = said.iter().find(|(site, _)| &*site.place == place);
        found.map(|(_, totals)| totals.polls)
    }

    #[test]
    fn a_task_that_was_missed_while_it_ended_takes_nothing_back() {
        let mut ledger = Ledger::default();
        let place = site(1).place;
        for (read, said) in [(10, 10), (7, 10), (12, 12)] {
            let totals = Totals {
                polls: read,
                ..spawned(1)
            };
            let out = ledger.update([(site(1), totals)]);
            assert_eq!(of(&out, &place), Some(said));
        }
        // Nor does a site that nothing was read of.
        assert_eq!(of(&ledger.update([]), &place), Some(12));
    }

    #[test]
    fn there_are_only_so_many_sites_and_their_sum_is_that_of_all() {
        let mut ledger = Ledger::default();
        let sites = SITES as u64 + 300;
        let out = ledger.update((1..=sites).map(|n| (site(n), spawned(n))));
        assert_eq!(out.len(), SITES + 1);
        let sum: u64 = out.iter().map(|(_, totals)| totals.spawned).sum();
        assert_eq!(sum, sites * (sites + 1) / 2);
        assert_eq!(of(&out, OTHER), Some(3 * 300 * 301 / 2));
    }

    #[test]
    fn a_site_that_gets_a_name_leaves_with_the_others_what_it_had_there() {
        let mut ledger = Ledger::default();
        let many = SITES as u64 + 50;
        let mut last: HashMap<Site, u64> = HashMap::new();
        let mut renamed = false;
        // Sites overtake each other in turn, by far.
        for turn in 0..60_u64 {
            let read = (1..=many).map(|n| {
                let grown = if n % 60 <= turn { 1_000 * turn } else { 0 };
                (site(n), spawned(n + grown))
            });
            let read: Vec<_> = read.collect();
            let all: u64 = read.iter().map(|(_, totals)| totals.spawned).sum();
            let out = ledger.update(read);
            assert!(out.len() <= SITES + 1);
            let sum: u64 = out.iter().map(|(_, totals)| totals.spawned).sum();
            assert_eq!(sum, all);
            let now: HashMap<_, _> = out.iter().map(|(s, t)| (s.clone(), t.spawned)).collect();
            for (site, before) in &last {
                match now.get(site) {
                    Some(now) => assert!(now >= before, "{site:?}"),
                    None => renamed = true,
                }
            }
            last = now;
        }
        assert!(renamed);
    }
}
