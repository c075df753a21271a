//! Which sites have a past: those that matter most, if there is no room for all.

use std::collections::BTreeMap;

use super::Sites;
use crate::model::{SiteKey, SpawnSite};

/// The place of each site in the steps.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    of: BTreeMap<SiteKey, usize>,
    sites: Vec<Kept>,
    /// How many sites there are without a place.
    pub(super) without: usize,
}

/// A site that has a place.
#[derive(Clone, Debug)]
struct Kept {
    key: SiteKey,
    /// The step from which on the place is its own.
    since: u64,
}

impl Places {
    /// The sites by their places.
    pub(super) fn keys(&self) -> impl Iterator<Item = &SiteKey> {
        self.sites.iter().map(|kept| &kept.key)
    }

    /// Whether all of these have a place.
    pub(super) fn are_of_all(&self, sites: &Sites) -> bool {
        self.without == 0 && sites.keys().all(|key| self.of.contains_key(key))
    }

    /// Where a site is, and from which step on.
    pub(super) fn of(&self, key: &SiteKey) -> Option<(usize, u64)> {
        let place = *self.of.get(key)?;
        Some((place, self.sites[place].since))
    }

    /// Gives places to the `sites` that have none, at most so many in all. If there is
    /// no room, a site that matters twice as much takes the place of the one that
    /// matters least.
    pub(super) fn settle(&mut self, sites: &Sites, room: usize, step: u64) {
        let news: Vec<_> = sites
            .keys()
            .filter(|key| !self.of.contains_key(key))
            .collect();
        let matters = |key: &SiteKey| sites.get(key).map_or(0, how_much_it_matters);
        let mut news: Vec<_> = news.into_iter().map(|key| (matters(key), key)).collect();
        news.sort_by(|one, other| other.cmp(one));
        let mut news = news.into_iter().peekable();
        while let Some((_, key)) = news.next_if(|_| self.sites.len() < room) {
            self.put(self.sites.len(), key, step);
        }
        if news.peek().is_some() {
            let places = self.sites.iter().enumerate();
            let mut least: Vec<_> = places
                .map(|(place, kept)| (matters(&kept.key), place))
                .collect();
            least.sort_unstable();
            let mut least = least.into_iter();
            while let Some((new, key)) = news.peek().copied()
                && let Some((_, place)) = least.next().filter(|(old, _)| new / 2 > *old)
            {
                self.put(place, key, step);
                news.next();
            }
        }
        self.without = news.count();
    }

    fn put(&mut self, place: usize, key: &SiteKey, step: u64) {
        let kept = Kept {
            key: key.clone(),
            // The rest of this step was another's, or was not watched.
            since: step,
        };
        self.of.insert(key.clone(), place);
        match self.sites.get_mut(place) {
            Some(taken) => {
                let old = std::mem::replace(taken, kept);
                self.of.remove(&old.key);
            }
            None => self.sites.push(kept),
        }
    }
}

/// Tasks that are there, then tasks that were.
fn how_much_it_matters(site: &SpawnSite) -> u128 {
    (u128::from(site.live()) << 64) | u128::from(site.spawned)
}
