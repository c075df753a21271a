//! The last tasks that ended.

use crate::sync::{AtomicU64, Ordering};

use super::ring::Ring;
use super::task::{NewTask, Phase, State, TaskSnapshot};
use super::{LocationId, Name, NameSlot, RootId, SlotKey, TaskKind, TextId};

/// How many are kept. Miri takes its time.
const KEPT: usize = if cfg!(miri) { 8 } else { 256 };
/// Words of a record beside its name.
const WORDS: usize = 20;

/// How a task ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TaskEnd {
    Completed,
    Panicked,
    Cancelled,
}

/// A task that is over.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EndedRecord {
    /// The task as it last was.
    pub(crate) task: TaskSnapshot,
    pub(crate) name: Name,
    pub(crate) end: TaskEnd,
    /// Nanoseconds.
    pub(crate) ended_at: u64,
}

/// The last of them. A task for which there was no place, because as many as are kept
/// ended while one was written, is left out, and readers count it as omitted.
pub(crate) struct EndedRing(Ring<Place>);

#[derive(Default)]
struct Place {
    words: [AtomicU64; WORDS],
    name: NameSlot,
}

impl EndedRing {
    pub(crate) fn new() -> Self {
        EndedRing(Ring::new(KEPT))
    }

    /// How many records were ever pushed.
    pub(crate) fn count(&self) -> u64 {
        self.0.count()
    }

    /// Keeps that `task` has ended, in place of what is oldest.
    #[inline]
    pub(crate) fn push(
        &self,
        task: &TaskSnapshot,
        name: Option<&NameSlot>,
        end: TaskEnd,
        ended_at: u64,
    ) {
        self.0.push(|place| {
            for (word, value) in place.words.iter().zip(words(task, end, ended_at)) {
                word.store(value, Ordering::Relaxed);
            }
            // Most tasks have none.
            match name {
                Some(name) => place.name.set(&name.get()),
                None => place.name.clear(),
            }
        });
    }

    /// The record with `number`, if it is still (and wholly) there.
    pub(crate) fn get(&self, number: u64) -> Option<EndedRecord> {
        let read = |place: &Place| {
            let words = std::array::from_fn(|index| place.words[index].load(Ordering::Relaxed));
            (words, place.name.get())
        };
        let (words, name) = self.0.read(number, read)?;
        EndedRecord::from_words(words, name)
    }

    /// The number of the oldest record that may still be there.
    pub(crate) fn oldest(&self) -> u64 {
        self.0.oldest()
    }
}

#[inline]
fn words(task: &TaskSnapshot, end: TaskEnd, ended_at: u64) -> [u64; WORDS] {
    [
        task.key.to_wire(),
        end as u64,
        ended_at,
        task.polls,
        task.wakes,
        task.self_wakes,
        task.waker_clones,
        task.waker_drops,
        task.busy,
        task.scheduled,
        task.longest_poll,
        task.last_poll,
        task.thread.0.into(),
        task.what.tokio_id,
        u64::from(task.what.location.0) << 32 | task.what.kind as u64,
        task.what.spawner,
        task.what.spawner_tokio_id,
        task.what.spawned_at,
        task.what.size,
        task.what.original_size,
    ]
}

impl EndedRecord {
    /// `None` if the words are no record.
    fn from_words(words: [u64; WORDS], name: Name) -> Option<Self> {
        let ended_at = words[2];
        let task = TaskSnapshot {
            key: SlotKey::from_wire(words[0])?,
            phase: Phase {
                state: State::Done,
                since: ended_at,
            },
            wakers: None,
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
                kind: TaskKind::from_number(words[14] as u8),
                location: LocationId((words[14] >> 32) as u32),
                spawner: words[15],
                spawner_tokio_id: words[16],
                root: RootId::default(),
                spawned_at: words[17],
                size: words[18],
                original_size: words[19],
                name: 0,
                inner_span: 0,
            },
        };
        let end = match words[1] {
            0 => TaskEnd::Completed,
            1 => TaskEnd::Panicked,
            _ => TaskEnd::Cancelled,
        };
        Some(EndedRecord {
            task,
            name,
            end,
            ended_at,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    fn record(number: u64) -> EndedRecord {
        let mut name = Name::default();
        write!(name, "task {number}").unwrap();
        let words = std::array::from_fn(|word| match word {
            1 => number % 3,
            14 => (number << 32) | (number % 4),
            _ => number,
        });
        EndedRecord::from_words(words, name).unwrap()
    }

    fn push(ring: &EndedRing, record: &EndedRecord) {
        let name = NameSlot::default();
        name.set(&record.name);
        ring.push(&record.task, Some(&name), record.end, record.ended_at);
    }

    fn words_of(record: &EndedRecord) -> [u64; WORDS] {
        words(&record.task, record.end, record.ended_at)
    }

    #[test]
    fn the_last_ones_are_kept_whole() {
        let ring = EndedRing::new();
        let count = 3 * KEPT as u64 + 5;
        for number in 1..=count {
            push(&ring, &record(number));
        }
        assert_eq!(ring.count(), count);
        assert_eq!(ring.oldest(), count - KEPT as u64);
        assert!(ring.get(ring.oldest() - 1).is_none());
        for number in ring.oldest()..count {
            let found = ring.get(number).unwrap();
            let expected = record(number + 1);
            assert_eq!(words_of(&found), words_of(&expected));
            assert_eq!(found.name, expected.name);
            assert_eq!(found.end, expected.end);
        }
        ring.push(&record(7).task, None, TaskEnd::Cancelled, 7);
        let unnamed = ring.get(count).unwrap();
        assert_eq!((unnamed.name, unnamed.ended_at), (Name::default(), 7));
    }

    #[test]
    fn what_is_read_while_others_write_is_whole() {
        const COUNT: u64 = if cfg!(miri) { 40 } else { 20_000 };
        let ring = EndedRing::new();
        std::thread::scope(|scope| {
            for writer in 1..=2 {
                let ring = &ring;
                scope.spawn(move || {
                    for number in 1..COUNT {
                        push(ring, &record(2 * number + writer));
                    }
                });
            }
            for _ in 0..COUNT {
                for number in [ring.oldest(), ring.count().saturating_sub(1)] {
                    if let Some(found) = ring.get(number) {
                        let number = found.ended_at;
                        assert_eq!(words_of(&found), words_of(&record(number)));
                        assert_eq!(found.name, record(number).name);
                    }
                }
            }
        });
    }
}
