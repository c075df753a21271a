//! The programs that are looked at, and what was last seen of each.
//!
//! Pictures that others keep up to date come in, one for each program. [`Targets`]
//! glances at them, and gives [`Pictures`] that stand still; [`Of`] names something
//! in one of them.

mod let_go;
mod seen;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

pub(super) use self::let_go::LetGo;
pub(super) use self::seen::{Pictures, Seen};
use crate::client::{Inspector, Picture, Watcher};
use crate::model::{ResourceKey, TaskKey};

/// The most programs that are shown at once; more are left out.
pub const MOST_TARGETS: usize = 256;

/// A program to show: what it is called, and its picture, which someone else keeps up
/// to date.
#[derive(Clone, Debug)]
pub struct Source {
    /// The target, for people.
    pub name: String,
    /// What is known of it.
    pub picture: Arc<Mutex<Picture>>,
    /// Asks it for more of one task; without, no more is known.
    pub inspector: Option<Inspector>,
}

impl Source {
    /// What a watcher keeps up to date, and whom it asks.
    pub fn of(name: String, watcher: &Watcher) -> Self {
        Source {
            name,
            picture: watcher.picture(),
            inspector: Some(watcher.inspector()),
        }
    }
}

/// Something in one of the programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Of<K> {
    /// The number of the program: its place among the sources.
    pub(super) target: u16,
    /// Its name there.
    pub(super) key: K,
}

/// A task in one of the programs.
pub(super) type TaskOf = Of<TaskKey>;

/// A resource in one of the programs.
pub(super) type ResourceOf = Of<ResourceKey>;

/// All programs, and what was last seen of them.
#[derive(Debug)]
pub(super) struct Targets {
    sources: Vec<Source>,
    pictures: Pictures,
}

impl Targets {
    pub(super) fn new(mut sources: Vec<Source>) -> Self {
        sources.truncate(MOST_TARGETS);
        let seen = sources
            .iter()
            .map(|source| Seen::new(source, glance(source)));
        Targets {
            pictures: Pictures::new(seen.collect()),
            sources,
        }
    }

    /// What was last seen.
    pub(super) fn pictures(&self) -> &Pictures {
        &self.pictures
    }

    /// Looks whether anything has changed. If it has, gives what was seen before.
    pub(super) fn look(&mut self) -> Option<Pictures> {
        let mut next = None;
        for (number, source) in self.sources.iter().enumerate() {
            let seen = &self.pictures.all()[number];
            let Some(picture) = news(source, seen.picture.version) else {
                continue;
            };
            let next: &mut Vec<Seen> = next.get_or_insert_with(|| self.pictures.all().to_vec());
            next[number] = seen.followed_by(picture, Instant::now());
        }
        Some(std::mem::replace(&mut self.pictures, Pictures::new(next?)))
    }
}

/// The picture, if it is another one than that of `version`. It is locked for as long
/// as it takes to copy it: whoever receives is not to wait until all is drawn.
fn news(source: &Source, version: u64) -> Option<Picture> {
    let picture = source.picture.lock();
    let picture = picture.unwrap_or_else(PoisonError::into_inner);
    (picture.version != version).then(|| picture.clone())
}

fn glance(source: &Source) -> Picture {
    let picture = source.picture.lock();
    picture.unwrap_or_else(PoisonError::into_inner).clone()
}
