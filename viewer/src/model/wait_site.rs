//! What is waited for at each place.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use super::{Location, Model, Moment, Resource, ResourceKey, SiteRole, TaskKey, Wait, WaitKind};

/// All waits of one kind at one place.
#[derive(Clone, Debug, PartialEq)]
pub struct WaitSite<'a> {
    /// The kind.
    pub kind: &'a WaitKind,
    /// The place, if it is known.
    pub site: Option<&'a Arc<Location>>,
    /// Whether the tasks wait there or were spawned there.
    pub role: SiteRole,
    /// The program's own function that waits, if it is known; may hold any
    /// character.
    pub function: Option<&'a str>,
    /// How many waits there are.
    pub waits: u64,
    /// How many tasks wait.
    pub tasks: usize,
    /// How long the longest of them lasts.
    pub longest: Duration,
    /// What they wait on, as far as it is known: that of the longest wait first.
    pub resources: Vec<&'a Resource>,
}

/// What tells one place from another.
type Key<'a> = (&'a WaitKind, Option<&'a Arc<Location>>, SiteRole);

/// What is being summed up of one place.
struct Sum<'a> {
    longest: &'a Wait,
    waits: u64,
    tasks: usize,
    resources: HashMap<ResourceKey, Moment>,
}

impl Model {
    /// What tasks wait for, or did when they were last polled, by kind and place:
    /// that with most waits first.
    pub fn wait_sites(&self) -> Vec<WaitSite<'_>> {
        let mut sums: HashMap<Key<'_>, Sum<'_>> = HashMap::new();
        // The tasks with several waits, which might be counted twice.
        let mut counted: HashSet<(Key<'_>, TaskKey)> = HashSet::new();
        for wait in self.every_wait() {
            let Some(task) = self.tasks.get(&wait.task) else {
                continue;
            };
            let (site, role) = task.site_of(Some(wait));
            let key = (&wait.kind, site, role);
            let waits = task.waits.len() + task.waker_waits.len();
            let new_task = waits < 2 || counted.insert((key, task.key));
            let sum = sums.entry(key).or_insert_with(|| Sum::new(wait));
            sum.add(wait, new_task);
        }
        let mut sites: Vec<_> = sums
            .into_iter()
            .map(|(key, sum)| sum.site(key, self))
            .collect();
        sites.sort_by_key(|it| (Reverse((it.waits, it.longest)), it.kind, it.site, it.role));
        sites
    }
}

impl<'a> Sum<'a> {
    fn new(wait: &'a Wait) -> Self {
        Sum {
            longest: wait,
            waits: 0,
            tasks: 0,
            resources: HashMap::new(),
        }
    }

    fn add(&mut self, wait: &'a Wait, new_task: bool) {
        self.waits += u64::from(wait.count);
        self.tasks += usize::from(new_task);
        if wait.since < self.longest.since {
            self.longest = wait;
        }
        if let Some(key) = wait.resource {
            let since = self.resources.entry(key).or_insert(wait.since);
            *since = wait.since.min(*since);
        }
    }

    fn site(self, (kind, site, role): Key<'a>, model: &'a Model) -> WaitSite<'a> {
        let mut resources: Vec<_> = self.resources.into_iter().collect();
        resources.sort_by_key(|(key, since)| (*since, *key));
        let known = resources
            .iter()
            .filter_map(|(key, _)| model.resources.get(key));
        let own = self.longest.stack.as_ref().and_then(|it| it.own_frame());
        WaitSite {
            kind,
            site,
            role,
            function: own
                .map(|frame| &*frame.function)
                .filter(|it| !it.is_empty()),
            waits: self.waits,
            tasks: self.tasks,
            longest: model.now.since(self.longest.since),
            resources: known.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use taskmon_proto::v1::{FrameOrigin::Own, WaitKind as WireKind};

    use super::*;
    use crate::model::ResourceKind;
    use crate::model::sample::Sample;

    #[test]
    fn waits_are_grouped_by_kind_and_by_where_they_wait() {
        let mut sample = Sample::new();
        let frames = [("leaf", 1, Own), ("shop::produce", 41, Own)];
        let stack = sample.stack(WireKind::MpscSend, &frames);
        let channel = sample.resource(ResourceKind::Mpsc, 18);
        let other = sample.resource(ResourceKind::Mpsc, 19);
        // Spawned at different lines, and they wait at the same one.
        for (id, since, channel) in [(1, 90, other), (2, 80, channel)] {
            let task = sample.task_at(id, 60 + id as u32);
            let wait = sample.wait_on(task, WaitKind::MpscSend, since, channel);
            sample.stack_of(wait, stack);
        }
        let sleeper = sample.task(3);
        sample.wait(sleeper, WaitKind::Sleep, 1);
        let sites = sample.model.wait_sites();
        assert_eq!(sites.len(), 2);
        let first = &sites[0];
        assert_eq!(first.kind, &WaitKind::MpscSend);
        assert_eq!(
            (first.site.unwrap().line, first.role),
            (41, SiteRole::Waits)
        );
        assert_eq!(first.function, Some("shop::produce"));
        assert_eq!((first.waits, first.tasks), (2, 2));
        assert_eq!(first.longest, Duration::from_secs(20));
        let names: Vec<_> = first.resources.iter().map(|it| it.to_string()).collect();
        assert_eq!(names, ["ch#18", "ch#19"]);
    }

    #[test]
    fn without_a_stack_it_is_where_the_task_was_spawned() {
        let mut sample = Sample::new();
        let task = sample.task(1);
        sample.wait(task, WaitKind::Sleep, 1);
        let sites = sample.model.wait_sites();
        assert_eq!(sites[0].role, SiteRole::Spawned);
        assert_eq!(sites[0].site.unwrap().line, 61);
        assert_eq!(sites[0].function, None);
    }

    #[test]
    fn a_task_with_many_waits_at_a_place_is_one_task() {
        let mut sample = Sample::new();
        let task = sample.task(1);
        sample.wait(task, WaitKind::Sleep, 1);
        sample.wait(task, WaitKind::Sleep, 2);
        let stack = sample.stack(WireKind::Sleep, &[("leaf", 1, Own)]);
        sample.waker_wait(task, stack, 3, 5);
        let sites = sample.model.wait_sites();
        assert_eq!((sites[0].waits, sites[0].tasks), (7, 1));
    }
}
