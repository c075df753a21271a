//! The last tasks that ended.

use crate::sync::{AtomicU64, Ordering, fence};

use super::task::NewTask;
use super::{LocationId, Name, NameSlot, TaskKind, TextId};

/// How many are kept.
const KEPT: usize = 256;
/// Words of a record beside its name.
const WORDS: usize = 20;

/// How a task ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TaskEnd {
    Completed,
    Panicked,
    Cancelled,
}

/// A task that is over. Times are nanoseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EndedRecord {
    pub(crate) key: u64,
    pub(crate) end: TaskEnd,
    pub(crate) ended_at: u64,
    pub(crate) polls: u64,
    pub(crate) wakes: u64,
    pub(crate) self_wakes: u64,
    pub(crate) waker_clones: u64,
    pub(crate) waker_drops: u64,
    pub(crate) busy: u64,
    pub(crate) scheduled: u64,
    pub(crate) longest_poll: u64,
    pub(crate) last_poll: u64,
    pub(crate) thread: TextId,
    pub(crate) what: NewTask,
    pub(crate) name: Name,
}

/// A ring of records. Writers never wait: one that meets another in the same
/// place, which takes [`KEPT`] tasks ending within one write, leaves its record
/// out, and readers count it as omitted.
pub(crate) struct EndedRing {
    next: AtomicU64,
    places: Box<[Place]>,
}

#[derive(Default)]
struct Place {
    /// Twice the number of the record plus two; one less while it is written.
    version: AtomicU64,
    words: [AtomicU64; WORDS],
    name: NameSlot,
}

impl EndedRing {
    pub(crate) fn new() -> Self {
        EndedRing {
            next: AtomicU64::new(0),
            places: (0..KEPT).map(|_| Place::default()).collect(),
        }
    }

    /// How many records were ever pushed.
    pub(crate) fn count(&self) -> u64 {
        self.next.load(Ordering::Acquire)
    }

    /// Keeps `record` in place of the oldest.
    pub(crate) fn push(&self, record: &EndedRecord) {
        let number = self.next.fetch_add(1, Ordering::AcqRel);
        let place = &self.places[number as usize % KEPT];
        let version = place.version.load(Ordering::Relaxed);
        if version & 1 == 1
            || version > 2 * number
            || place
                .version
                .compare_exchange(
                    version,
                    2 * number + 1,
                    Ordering::Acquire,
                    Ordering::Relaxed,
                )
                .is_err()
        {
            return;
        }
        // Release fence: whoever reads one of the words also finds the version
        // that says it is being written.
        fence(Ordering::Release);
        for (word, value) in place.words.iter().zip(record.to_words()) {
            word.store(value, Ordering::Relaxed);
        }
        place.name.set(&record.name);
        place.version.store(2 * number + 2, Ordering::Release);
    }

    /// The record with `number`, if it is still (and wholly) there.
    pub(crate) fn get(&self, number: u64) -> Option<EndedRecord> {
        let place = &self.places[number as usize % KEPT];
        let version = 2 * number + 2;
        if place.version.load(Ordering::Acquire) != version {
            return None;
        }
        let words = std::array::from_fn(|index| place.words[index].load(Ordering::Relaxed));
        let name = place.name.get();
        fence(Ordering::Acquire);
        (place.version.load(Ordering::Relaxed) == version)
            .then(|| EndedRecord::from_words(words, name))
    }

    /// The number of the oldest record that may still be there.
    pub(crate) fn oldest(&self) -> u64 {
        self.count().saturating_sub(KEPT as u64)
    }
}

impl EndedRecord {
    fn to_words(self) -> [u64; WORDS] {
        [
            self.key,
            self.end as u64,
            self.ended_at,
            self.polls,
            self.wakes,
            self.self_wakes,
            self.waker_clones,
            self.waker_drops,
            self.busy,
            self.scheduled,
            self.longest_poll,
            self.last_poll,
            self.thread.0.into(),
            self.what.tokio_id,
            u64::from(self.what.location.0) << 32 | self.what.kind as u64,
            self.what.spawner,
            self.what.spawner_tokio_id,
            self.what.spawned_at,
            self.what.size,
            self.what.original_size,
        ]
    }

    fn from_words(words: [u64; WORDS], name: Name) -> Self {
        EndedRecord {
            key: words[0],
            end: match words[1] {
                0 => TaskEnd::Completed,
                1 => TaskEnd::Panicked,
                _ => TaskEnd::Cancelled,
            },
            ended_at: words[2],
            polls: words[3],
            wakes: words[4],
            self_wakes: words[5],
            waker_clones: words[6],
            waker_drops: words[7],
            busy: words[8],
            scheduled: words[9],
            longest_poll: words[10],
            last_poll: words[11],
            thread: TextId(words[12] as u32),
            what: NewTask {
                tokio_id: words[13],
                kind: TaskKind::from_u32(words[14] as u32),
                location: LocationId((words[14] >> 32) as u32),
                spawner: words[15],
                spawner_tokio_id: words[16],
                spawned_at: words[17],
                size: words[18],
                original_size: words[19],
                name: 0,
                inner_span: 0,
            },
            name,
        }
    }
}
