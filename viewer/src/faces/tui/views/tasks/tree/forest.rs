//! Who is below whom.

use std::iter::Copied;
use std::ops::Range;

use super::super::super::super::targets::{Of, Pictures, TaskOf};
use crate::model::{KeyMap, TaskKey};
use crate::rules::Severity;

/// Numbers of tasks, one after the other.
type Numbers<'a> = Copied<std::slice::Iter<'a, u32>>;

/// No spawner that is shown.
const NONE: u32 = u32::MAX;

/// Tasks, each below the one that spawned it if that is alive, by numbers. Those that
/// are asked for come first in their order.
pub(super) struct Forest {
    tasks: Vec<TaskOf>,
    /// How many were asked for; the others are only above them.
    asked: usize,
    below: Vec<u32>,
    severity: Vec<Option<Severity>>,
    worst: Vec<Option<Severity>>,
    /// All numbers, those with one spawner together and in order; the roots at the end.
    siblings: Vec<u32>,
    /// Where in these those are that a task has spawned.
    children: Vec<Range<u32>>,
    roots: Range<u32>,
}

impl Forest {
    /// Of `tasks`, and of those that spawned them. Siblings are in the order of `tasks`,
    /// or, if `by_best`, of the first of them and all below.
    pub(super) fn plant(pictures: &Pictures, mut tasks: Vec<TaskOf>, by_best: bool) -> Self {
        let asked = tasks.len();
        let mut spawner = with_spawners(pictures, &mut tasks);
        let from_above = cut_circles(&mut spawner);
        let severity: Vec<Option<Severity>> = tasks
            .iter()
            .map(|task| pictures.get(task.target)?.picture.alerts.of_task(task.key))
            .collect();
        let mut worst = severity.clone();
        let mut below = vec![0_u32; tasks.len()];
        let mut best: Vec<u32> = (0..).take(tasks.len()).collect();
        for number in from_above.iter().rev().map(|number| *number as usize) {
            let above = spawner[number] as usize;
            if spawner[number] != NONE {
                below[above] += below[number] + 1;
                worst[above] = worst[above].max(worst[number]);
                // One that was not asked for has no place of its own.
                if by_best || above >= asked {
                    best[above] = best[above].min(best[number]);
                }
            }
        }
        let mut forest = Forest {
            children: vec![0..0; tasks.len()],
            roots: 0..0,
            siblings: (0..).take(tasks.len()).collect(),
            tasks,
            asked,
            below,
            severity,
            worst,
        };
        // `NONE` is the last.
        forest.siblings.sort_unstable_by_key(|number| {
            let number = *number as usize;
            (spawner[number], best[number], number)
        });
        let mut start = 0_u32;
        for family in forest
            .siblings
            .chunk_by(|one, other| spawner[*one as usize] == spawner[*other as usize])
        {
            let range = start..start + family.len() as u32;
            start = range.end;
            match spawner[family[0] as usize] {
                NONE => forest.roots = range,
                above => forest.children[above as usize] = range,
            }
        }
        forest
    }

    pub(super) fn roots(&self) -> Numbers<'_> {
        self.numbers(self.roots.clone())
    }

    pub(super) fn children(&self, number: u32) -> Numbers<'_> {
        self.numbers(self.children[number as usize].clone())
    }

    fn numbers(&self, range: Range<u32>) -> Numbers<'_> {
        self.siblings[range.start as usize..range.end as usize]
            .iter()
            .copied()
    }

    pub(super) fn task(&self, number: u32) -> TaskOf {
        self.tasks[number as usize]
    }

    /// How many are below it.
    pub(super) fn below(&self, number: u32) -> u32 {
        self.below[number as usize]
    }

    /// Whether it was not asked for.
    pub(super) fn is_context(&self, number: u32) -> bool {
        number as usize >= self.asked
    }

    /// What is said of it.
    pub(super) fn severity(&self, number: u32) -> Option<Severity> {
        self.severity[number as usize]
    }

    /// The worst that is said of it and those below it.
    pub(super) fn worst(&self, number: u32) -> Option<Severity> {
        self.worst[number as usize]
    }
}

/// Adds those tasks that have spawned others of them and are alive. Gives by number the
/// number of the spawner.
fn with_spawners(pictures: &Pictures, tasks: &mut Vec<TaskOf>) -> Vec<u32> {
    let mut numbers: Vec<KeyMap<TaskKey, u32>> =
        pictures.all().iter().map(|_| KeyMap::default()).collect();
    for (number, task) in (0..).zip(&*tasks) {
        numbers[usize::from(task.target)].insert(task.key, number);
    }
    let mut spawners = Vec::with_capacity(tasks.len());
    // It grows meanwhile.
    let mut number = 0;
    while let Some(task) = tasks.get(number).copied() {
        let spawner = pictures.task(task).and_then(|(seen, it)| {
            let spawner = it.spawner?;
            seen.picture
                .model
                .tasks
                .contains_key(&spawner)
                .then_some(spawner)
        });
        spawners.push(spawner.map_or(NONE, |key| {
            let known = &mut numbers[usize::from(task.target)];
            *known.entry(key).or_insert_with(|| {
                tasks.push(Of { key, ..task });
                tasks.len() as u32 - 1
            })
        }));
        number += 1;
    }
    spawners
}

/// Nobody has spawned themselves, whatever a program says: where they go round in a
/// circle it is cut. Gives all numbers, each after that of its spawner.
fn cut_circles(spawner: &mut [u32]) -> Vec<u32> {
    #[derive(Clone, Copy, PartialEq)]
    enum Is {
        New,
        OnPath,
        Done,
    }
    let mut is = vec![Is::New; spawner.len()];
    let mut from_above = Vec::with_capacity(spawner.len());
    let mut path = Vec::new();
    for first in 0..spawner.len() as u32 {
        let mut number = first;
        while number != NONE && is[number as usize] == Is::New {
            is[number as usize] = Is::OnPath;
            path.push(number);
            number = spawner[number as usize];
        }
        if number != NONE
            && is[number as usize] == Is::OnPath
            && let Some(last) = path.last()
        {
            spawner[*last as usize] = NONE;
        }
        for number in path.drain(..).rev() {
            is[number as usize] = Is::Done;
            from_above.push(number);
        }
    }
    from_above
}
