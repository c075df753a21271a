//! What was seen of the programs.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{Of, ResourceOf, Source, TaskOf};
use crate::client::{Inspector, Link, Picture};
use crate::model::{Resource, Task, TaskKey};
use crate::rules::Severity;
use crate::words::plain::plain;

/// What was seen of one program.
#[derive(Clone, Debug)]
pub(in super::super) struct Seen {
    /// The target, harmless.
    pub(in super::super) name: Arc<str>,
    pub(in super::super) picture: Picture,
    /// Asks it for more of one task.
    pub(in super::super) inspector: Option<Inspector>,
    /// When the last update arrived.
    pub(in super::super) updated: Option<Instant>,
    /// The share of one processor that was used between the last two updates.
    pub(in super::super) cpu: Option<f64>,
}

impl Seen {
    pub(super) fn new(source: &Source, picture: Picture) -> Self {
        Seen {
            name: plain(&source.name).into(),
            picture,
            inspector: source.inspector.clone(),
            updated: None,
            cpu: None,
        }
    }

    /// Its name without what most names begin with, for where there is little room.
    pub(in super::super) fn short_name(&self) -> &str {
        self.name.strip_prefix("http://").unwrap_or(&self.name)
    }

    /// What is seen of it after `self`, with a picture that came at `now`.
    pub(super) fn followed_by(&self, picture: Picture, now: Instant) -> Self {
        let mut seen = Seen {
            picture,
            ..self.clone()
        };
        let (old, new) = (&self.picture.model, &seen.picture.model);
        if new.now > old.now && old.now.since_zero() > Duration::ZERO {
            let used = new.process.cpu.saturating_sub(old.process.cpu);
            let passed = new.now.since(old.now);
            seen.cpu = Some(used.as_secs_f64() / passed.as_secs_f64());
        }
        if new.now != old.now && matches!(seen.picture.link, Link::Live) {
            seen.updated = Some(now);
        }
        seen
    }
}

/// What was seen of all programs. A copy costs nothing, and stands still.
#[derive(Clone, Debug)]
pub(in super::super) struct Pictures(Arc<Vec<Seen>>);

impl Pictures {
    pub(super) fn new(seen: Vec<Seen>) -> Self {
        Pictures(Arc::new(seen))
    }

    /// One after the other, by their numbers.
    pub(in super::super) fn all(&self) -> &[Seen] {
        &self.0
    }

    /// All with their numbers.
    pub(in super::super) fn iter(&self) -> impl Iterator<Item = (u16, &Seen)> + Clone {
        (0..).zip(self.0.iter())
    }

    /// Whether there are several programs, so that it must be said of which something
    /// is.
    pub(in super::super) fn are_several(&self) -> bool {
        self.0.len() > 1
    }

    /// The program of that number.
    pub(in super::super) fn get(&self, target: u16) -> Option<&Seen> {
        self.0.get(usize::from(target))
    }

    /// A live task and its program.
    pub(in super::super) fn task(&self, task: TaskOf) -> Option<(&Seen, &Task)> {
        let seen = self.get(task.target)?;
        Some((seen, seen.picture.model.tasks.get(&task.key)?))
    }

    /// A resource and its program.
    pub(in super::super) fn resource(&self, resource: ResourceOf) -> Option<(&Seen, &Resource)> {
        let seen = self.get(resource.target)?;
        Some((seen, seen.picture.model.resources.get(&resource.key)?))
    }

    /// How many tasks are alive.
    pub(in super::super) fn tasks(&self) -> usize {
        let all = self.0.iter();
        all.map(|seen| seen.picture.model.tasks.len()).sum()
    }

    /// The active alerts of each severity.
    pub(in super::super) fn alerts(&self, severity: Severity) -> usize {
        let active = self.0.iter().flat_map(|seen| seen.picture.alerts.active());
        active.filter(|alert| alert.severity == severity).count()
    }

    /// All live tasks.
    pub(in super::super) fn every_task(&self) -> impl Iterator<Item = (TaskOf, &Seen, &Task)> {
        self.iter().flat_map(|(target, seen)| {
            let tasks = seen.picture.model.tasks.iter();
            tasks.map(move |(key, task)| (task_of(target, *key), seen, task))
        })
    }
}

fn task_of(target: u16, key: TaskKey) -> TaskOf {
    Of { target, key }
}
