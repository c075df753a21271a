//! What each task did over the last minutes, as far as pictures tell.
//!
//! One log for all tasks takes an entry for each task that has changed from one
//! picture to the next: between entries a task did not. It is bounded in bytes, so
//! that with many busy tasks it goes back less far, and says how far. `entry` packs
//! what is known of one change, [`TaskTimeline`] is what a log says of one task.

mod entry;
mod read;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

pub use self::read::{Stretch, TaskTimeline};

use self::entry::Entry;
use super::{HistoryBounds, Moment, Task};

/// A chunk that is shared is not written to any more once it has this many entries:
/// to write to it would be to copy it.
const COPIED: usize = 1 << 10;
/// The most entries of one chunk, which are dropped together.
const CHUNK: usize = 1 << 13;

/// The log of one program. By default nothing is logged.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    /// How many bytes its entries may take.
    bytes: usize,
    reach: Duration,
    chunks: VecDeque<Arc<Vec<Entry>>>,
    entries: usize,
    /// From when on it is whole; `None` before the first picture.
    since: Option<Moment>,
    /// When the last picture was taken.
    picture: Moment,
}

impl Timeline {
    /// A log of so many `bytes` at most, that goes back as far as `reach` at most.
    pub fn new(bytes: usize, reach: Duration) -> Self {
        Timeline {
            bytes,
            reach,
            ..Timeline::default()
        }
    }

    /// One beside such a history: it goes back as far, in twice as many bytes.
    pub fn beside(history: HistoryBounds) -> Self {
        Timeline::new(history.bytes.saturating_mul(2), history.reach)
    }

    /// From when on everything is known that pictures tell; `None` if nothing is.
    pub fn since(&self) -> Option<Moment> {
        self.since
    }

    /// How many bytes its entries take.
    pub fn bytes(&self) -> usize {
        self.entries * size_of::<Entry>()
    }

    /// What a task was like in the last picture, to be compared with the next; `None`
    /// if that is not wanted.
    pub(super) fn before(&self, task: &Task) -> Option<Seen> {
        let is_whole = self.bytes > 0 && self.since.is_some();
        is_whole.then(|| Seen::of(task, self.picture))
    }

    /// `task` has changed since it was like `before`, and this is `now`.
    pub(super) fn changed(&mut self, before: &Seen, task: &Task, now: Moment) {
        let entry = Entry::new(task.key, [before, &Seen::of(task, now)], self.picture, now);
        match self.chunks.back_mut().and_then(open) {
            Some(chunk) => chunk.push(entry),
            None => self.chunks.push_back(Arc::new(vec![entry])),
        }
        self.entries += 1;
        while self.bytes() > self.bytes {
            self.drop_chunk();
        }
    }

    /// A picture is whole that was taken at `now`.
    pub(super) fn end_picture(&mut self, now: Moment) {
        if self.bytes == 0 {
            return;
        }
        self.picture = now;
        let since = *self.since.get_or_insert(now);
        if now.since(since) > self.reach {
            let reach = u64::try_from(self.reach.as_nanos()).unwrap_or(u64::MAX);
            let oldest = Moment::from_nanos(now.nanos().saturating_sub(reach));
            let is_old = |chunk: &Arc<Vec<Entry>>| chunk.last().is_some_and(|it| it.at() < oldest);
            while self.chunks.front().is_some_and(is_old) {
                self.drop_chunk();
            }
            self.since = self.since.max(Some(oldest));
        }
    }

    /// Nothing that was known is of use any more.
    pub(super) fn reset(&mut self) {
        *self = Timeline::new(self.bytes, self.reach);
    }

    fn drop_chunk(&mut self) {
        if let Some(chunk) = self.chunks.pop_front() {
            self.entries -= chunk.len();
            self.since = self.since.max(chunk.last().map(Entry::at));
        }
    }
}

/// The entries of a chunk that more may be added to.
fn open(chunk: &mut Arc<Vec<Entry>>) -> Option<&mut Vec<Entry>> {
    let most = match Arc::get_mut(chunk) {
        Some(_) => CHUNK,
        None => COPIED,
    };
    (chunk.len() < most).then(|| Arc::make_mut(chunk))
}

/// What a task was like in one picture.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    state: super::TaskState,
    busy: Duration,
    scheduled: Duration,
}

impl Seen {
    fn of(task: &Task, at: Moment) -> Self {
        Seen {
            state: task.state,
            busy: task.busy_at(at),
            scheduled: task.scheduled_at(at),
        }
    }
}
