//! From which root the tasks come.
//!
//! A task that no task spawned is a root: what `block_on` runs, or what a plain
//! thread spawns. All that it spawns, directly or through others, has its number.
//! A thread can be told to count as a root itself, for those whose root was there
//! before the subscriber was.

use std::collections::HashSet;
use std::sync::atomic::Ordering;

use super::Recorder;
use super::thread::Thread;
use crate::tables::{RootId, SlotKey, State, TaskKind};

/// The root that tasks have which a thread spawns outside of any task that is known.
#[derive(Clone, Copy)]
pub(super) struct Adopted {
    recorder: u32,
    root: RootId,
    /// How many asked for it and have not given it up.
    by: u32,
}

impl Adopted {
    pub(super) const NONE: Adopted = Adopted {
        recorder: 0,
        root: RootId(0),
        by: 0,
    };
}

impl Recorder {
    /// The root of a task that this thread spawns outside of any task.
    pub(super) fn root_of_thread(&self) -> RootId {
        let adopted = Thread::with(|thread| thread.adopted.get());
        match adopted.recorder == self.id {
            true => adopted.root,
            false => self.new_root(),
        }
    }

    fn new_root(&self) -> RootId {
        RootId(self.roots.fetch_add(1, Ordering::Relaxed).wrapping_add(1))
    }

    /// The root of the task that is polled on this thread.
    pub(crate) fn root_here(&self) -> Option<RootId> {
        let (key, _) = Thread::with(|thread| thread.task(self.id))?;
        self.tasks.get(key).map(|task| task.root())
    }

    /// From now on this thread is a root, until [`Recorder::release_thread`] was
    /// called as often as this.
    pub(crate) fn adopt_thread(&self) -> RootId {
        Thread::with(|thread| {
            let before = thread.adopted.get();
            let adopted = match before.recorder == self.id {
                true => Adopted {
                    by: before.by + 1,
                    ..before
                },
                false => Adopted {
                    recorder: self.id,
                    root: self.new_root(),
                    by: 1,
                },
            };
            thread.adopted.set(adopted);
            adopted.root
        })
    }

    /// Takes [`Recorder::adopt_thread`] back, on the same thread.
    pub(crate) fn release_thread(&self) {
        Thread::with(|thread| {
            let adopted = thread.adopted.get();
            if adopted.recorder == self.id {
                thread.adopted.set(match adopted.by {
                    2.. => Adopted {
                        by: adopted.by - 1,
                        ..adopted
                    },
                    _ => Adopted::NONE,
                });
            }
        });
    }

    /// The tasks of `root` that are not over.
    pub(crate) fn tasks_of(&self, root: RootId) -> Vec<SlotKey> {
        let of_root = |index| {
            let read = self.tasks.read(index, |key, task| {
                let lives = task.root() == root
                    && task.kind() != TaskKind::Worker
                    && task.phase().state != State::Done;
                lives.then_some(key)
            });
            read.flatten()
        };
        (0..self.tasks.high_water()).filter_map(of_root).collect()
    }

    /// The task that is polled on this thread, the one that spawned it, and so on
    /// up to one that is over.
    pub(crate) fn lineage_here(&self) -> HashSet<SlotKey> {
        let here = Thread::with(|thread| thread.task(self.id)).map(|(key, _)| key);
        let spawner = |key: &SlotKey| {
            let task = self.tasks.get(*key)?;
            SlotKey::from_wire(task.spawner.load(Ordering::Relaxed))
        };
        std::iter::successors(here, spawner).collect()
    }
}
