//! Keeps the lists of waits at tasks and resources in step with the waits.
//!
//! A task or a resource can have hundreds of thousands of waits, so that a wait
//! must leave their lists without a search: its place in each is kept here.

use crate::model::{KeyMap, Resource, ResourceKey, Table, Task, TaskKey, Wait, WaitKey};

/// As far as this in a list a wait is searched for, so that its place need not be
/// known: most lists are not longer.
const SEARCHED: u32 = 16;

/// Where a wait stands in the list of its task and of its resource.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    in_task: u32,
    in_resource: u32,
}

impl Place {
    fn is_searched(self) -> bool {
        self.in_task < SEARCHED && self.in_resource < SEARCHED
    }
}

/// The places of waits, and what waits for its other half to arrive.
#[derive(Clone, Debug, Default)]
pub(super) struct Links {
    /// Of those that are not known both places are [`SEARCHED`].
    places: KeyMap<WaitKey, Place>,
    /// The lists of resources that are not known (yet, or any more).
    of_unknown_resources: KeyMap<ResourceKey, Vec<WaitKey>>,
    unclaimed: KeyMap<TaskKey, Unclaimed>,
    task_of_unclaimed: KeyMap<WaitKey, TaskKey>,
}

/// Waits of a task that has not arrived.
#[derive(Clone, Debug)]
struct Unclaimed {
    first_tick: u64,
    waits: KeyMap<WaitKey, Wait>,
}

/// For how many ticks a wait may be ahead of its task: the program reads its
/// tables one after the other, so a task can be spawned between the two.
const TICKS_AHEAD: u64 = 2;

impl Links {
    /// Lists `wait` at its task, and at its resource if it has one.
    pub(super) fn link(
        &mut self,
        wait: &Wait,
        task: &mut Task,
        resources: &mut Table<ResourceKey, Resource>,
    ) {
        let mut place = Place {
            in_task: push(&mut task.waits, wait.key),
            in_resource: 0,
        };
        if let Some(key) = wait.resource {
            let list = match resources.get_mut(&key) {
                Some(resource) => {
                    resource.waiting.add(&wait.kind);
                    &mut resource.waits
                }
                None => self.of_unknown_resources.entry(key).or_default(),
            };
            place.in_resource = push(list, wait.key);
        }
        if !place.is_searched() {
            self.places.insert(wait.key, place);
        }
    }

    /// Takes `wait` out of both lists.
    pub(super) fn unlink(
        &mut self,
        wait: &Wait,
        tasks: &mut Table<TaskKey, Task>,
        resources: &mut Table<ResourceKey, Resource>,
    ) {
        let place = self.places.remove(&wait.key).unwrap_or_default();
        if let Some(task) = tasks.get_mut(&wait.task)
            && let Some((moved, to)) = take(&mut task.waits, place.in_task, wait.key)
            && let Some(place) = self.places.get_mut(&moved)
        {
            place.in_task = to;
        }
        let Some(key) = wait.resource else { return };
        let list = match resources.get_mut(&key) {
            Some(resource) => {
                resource.waiting.remove(&wait.kind);
                Some(&mut resource.waits)
            }
            None => self.of_unknown_resources.get_mut(&key),
        };
        let Some(list) = list else { return };
        if let Some((moved, to)) = take(list, place.in_resource, wait.key)
            && let Some(place) = self.places.get_mut(&moved)
        {
            place.in_resource = to;
        }
        if list.is_empty() {
            self.of_unknown_resources.remove(&key);
        }
    }

    /// The waits that were there before the resource that has just arrived.
    pub(super) fn claim_for_resource(&mut self, key: ResourceKey) -> Vec<WaitKey> {
        self.of_unknown_resources.remove(&key).unwrap_or_default()
    }

    /// Keeps the list of a resource that is gone while its waits are not.
    pub(super) fn keep_list(&mut self, key: ResourceKey, waits: Vec<WaitKey>) {
        if !waits.is_empty() {
            self.of_unknown_resources.insert(key, waits);
        }
    }

    /// Keeps a wait until its task arrives.
    pub(super) fn keep_unclaimed(&mut self, wait: Wait, tick: u64) {
        self.task_of_unclaimed.insert(wait.key, wait.task);
        self.unclaimed
            .entry(wait.task)
            .or_insert_with(|| Unclaimed {
                first_tick: tick,
                waits: KeyMap::default(),
            })
            .waits
            .insert(wait.key, wait);
    }

    /// The waits that were there before their task, which has just arrived or
    /// is gone.
    pub(super) fn claim_for_task(&mut self, key: TaskKey) -> Vec<Wait> {
        if self.unclaimed.is_empty() {
            return Vec::new();
        }
        let Some(unclaimed) = self.unclaimed.remove(&key) else {
            return Vec::new();
        };
        for wait in unclaimed.waits.keys() {
            self.task_of_unclaimed.remove(wait);
        }
        unclaimed.waits.into_values().collect()
    }

    /// Forgets a wait whose task never arrived.
    pub(super) fn drop_unclaimed(&mut self, key: WaitKey) {
        if self.task_of_unclaimed.is_empty() {
            return;
        }
        let Some(task) = self.task_of_unclaimed.remove(&key) else {
            return;
        };
        if let Some(unclaimed) = self.unclaimed.get_mut(&task) {
            unclaimed.waits.remove(&key);
            if unclaimed.waits.is_empty() {
                self.unclaimed.remove(&task);
            }
        }
    }

    /// Forgets the waits whose task is overdue at `tick`; returns how many.
    pub(super) fn drop_overdue(&mut self, tick: u64) -> usize {
        let before = self.unclaimed_count();
        self.unclaimed.retain(|_, unclaimed| {
            let in_time = tick.saturating_sub(unclaimed.first_tick) < TICKS_AHEAD;
            if !in_time {
                for wait in unclaimed.waits.keys() {
                    self.task_of_unclaimed.remove(wait);
                }
            }
            in_time
        });
        before - self.unclaimed_count()
    }

    /// How many waits are there without their task.
    pub(super) fn unclaimed_count(&self) -> usize {
        self.task_of_unclaimed.len()
    }
}

fn push(list: &mut Vec<WaitKey>, key: WaitKey) -> u32 {
    if list.is_empty() {
        // Most tasks have one, and a vector makes room for four.
        list.reserve_exact(1);
    }
    list.push(key);
    // The limit on waits is far below.
    u32::try_from(list.len() - 1).unwrap_or(u32::MAX)
}

/// Takes `key` out of `list`, where it is expected at `place`. If another wait
/// takes its place, returns which and where.
fn take(list: &mut Vec<WaitKey>, place: u32, key: WaitKey) -> Option<(WaitKey, u32)> {
    let expected = place as usize;
    let place = match list.get(expected) {
        Some(found) if *found == key => expected,
        // It is one of the first.
        _ => list.iter().position(|found| *found == key)?,
    };
    list.swap_remove(place);
    let moved = list.get(place)?;
    Some((*moved, u32::try_from(place).ok()?))
}
