//! What threads share without locks, under loom: every interleaving that matters
//! of threads that take, read, mark and give back slots, that keep what has ended, what
//! is kept once, how long polls took and what became of tasks, and of one that sets the
//! clock right while another looks at it.

use std::sync::Arc;

#[allow(dead_code, reason = "only what the tables need is used")]
mod sync {
    pub(crate) use loom::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, Ordering, fence};

    /// In the crate only one side of the two runs a barrier, for both.
    pub(crate) fn light_barrier() {
        fence(Ordering::SeqCst);
    }

    pub(crate) fn heavy_barrier() -> bool {
        fence(Ordering::SeqCst);
        true
    }

    /// Two are enough for all that can happen between them.
    pub(crate) const FREE_LISTS: usize = 2;

    loom::thread_local! {
        /// What [`thread_number`] says; all threads begin with the same.
        pub(crate) static NUMBER: std::cell::Cell<usize> = std::cell::Cell::new(0);
    }

    pub(crate) fn thread_number() -> usize {
        NUMBER.with(std::cell::Cell::get)
    }

    /// As in the crate, but loom's atomics are not all zero when they are new.
    ///
    /// # Safety
    ///
    /// Nothing is asked for here.
    pub(crate) unsafe trait Zeroable: Default {}

    pub(crate) fn allocate<T: Zeroable>(count: usize) -> *mut T {
        let values: Box<[T]> = (0..count).map(|_| T::default()).collect();
        Box::into_raw(values).cast()
    }

    /// # Safety
    ///
    /// As in the crate.
    pub(crate) unsafe fn release<T: Zeroable>(memory: *mut T, count: usize) {
        let values = std::ptr::slice_from_raw_parts_mut(memory, count);
        // SAFETY: made by `allocate` with this count.
        drop(unsafe { Box::from_raw(values) });
    }
}

#[path = "../src/clock/pace.rs"]
#[allow(dead_code)]
mod pace;

#[path = "../src/tables/dirty.rs"]
#[allow(dead_code)]
mod dirty;
#[path = "../src/tables/interner.rs"]
#[allow(dead_code)]
mod interner;
#[path = "../src/tables/recent_times.rs"]
#[allow(dead_code)]
mod recent_times;
#[path = "../src/tables/ring.rs"]
#[allow(dead_code)]
mod ring;
#[path = "../src/tables/site.rs"]
#[allow(dead_code)]
mod site;
#[path = "../src/tables/slab.rs"]
#[allow(dead_code)]
mod slab;

use dirty::Dirty;
use interner::Interner;
use pace::Pace;
use recent_times::RecentTimes;
use ring::Ring;
use site::{Site, SiteCounts};
use slab::Slab;
use sync::{AtomicU64, Ordering};

/// As far as it matters to what is counted at a site.
#[derive(Clone, Copy)]
enum TaskKind {
    Task,
}

impl TaskKind {
    const TASKS: [TaskKind; 1] = [TaskKind::Task];
}

/// Two words that are always equal in a value that was read whole.
#[derive(Default)]
struct Pair(AtomicU64, AtomicU64);

// SAFETY: loom's version of the trait asks for nothing.
unsafe impl sync::Zeroable for Pair {}

impl Pair {
    fn set(&self, value: u64) {
        self.0.store(value, Ordering::Relaxed);
        self.1.store(value, Ordering::Relaxed);
    }

    fn get(&self) -> (u64, u64) {
        (
            self.0.load(Ordering::Relaxed),
            self.1.load(Ordering::Relaxed),
        )
    }
}

/// Of the accesses before a write, loom looks for other orders with the last one
/// only, so a thread that reads a word before it changes it hides earlier reads of
/// others. Models are written such that it is the spawned thread that reads; each was
/// seen to fail with the ordering or check that it is about taken out.
fn check(model: impl Fn() + Sync + Send + 'static) {
    loom::model(model);
}

#[test]
fn two_threads_never_get_the_same_slot() {
    check(|| {
        let slab = Arc::new(Slab::<Pair>::new(2, 4));
        // One slot in the free list, the next one fresh.
        let used = slab.insert(|_, pair| pair.set(9)).unwrap();
        assert!(slab.remove(used));
        let other = {
            let slab = Arc::clone(&slab);
            loom::thread::spawn(move || slab.insert(|_, pair| pair.set(1)).unwrap())
        };
        let mine = slab.insert(|_, pair| pair.set(2)).unwrap();
        let other = other.join().unwrap();
        assert_ne!(mine.index, other.index);
        assert_eq!(slab.get(mine).unwrap().get(), (2, 2));
        assert_eq!(slab.get(other).unwrap().get(), (1, 1));
    });
}

#[test]
fn a_slot_that_is_given_back_and_taken_again_is_never_in_the_list_twice() {
    check(|| {
        let slab = Arc::new(Slab::<Pair>::new(2, 4));
        let first = slab.insert(|_, pair| pair.set(1)).unwrap();
        let second = slab.insert(|_, pair| pair.set(2)).unwrap();
        assert!(slab.remove(first));
        assert!(slab.remove(second));
        let other = {
            let slab = Arc::clone(&slab);
            // Takes both, and gives back the one that was at the head: the head
            // looks as before, but what comes after it is in use.
            loom::thread::spawn(move || {
                let head = slab.insert(|_, pair| pair.set(3)).unwrap();
                let kept = slab.insert(|_, pair| pair.set(4)).unwrap();
                assert!(slab.remove(head));
                kept
            })
        };
        let mine = slab.insert(|_, pair| pair.set(5)).unwrap();
        let kept = other.join().unwrap();
        let next = slab.insert(|_, pair| pair.set(6)).unwrap();
        assert_ne!(mine.index, kept.index);
        assert_ne!(mine.index, next.index);
        assert_ne!(kept.index, next.index);
    });
}

#[test]
fn a_value_is_read_whole_or_not_at_all() {
    check(|| {
        let slab = Arc::new(Slab::<Pair>::new(1, 1));
        let first = slab.insert(|_, pair| pair.set(1)).unwrap();
        let writer = {
            let slab = Arc::clone(&slab);
            loom::thread::spawn(move || {
                assert!(slab.remove(first));
                let second = slab.insert(|_, pair| pair.set(2)).unwrap();
                assert_eq!(second.index, first.index);
                second
            })
        };
        if let Some((key, seen)) = slab.read(first.index, |key, pair| (key, pair.get())) {
            let expected = if key == first { 1 } else { 2 };
            assert_eq!(seen, (expected, expected));
        }
        let second = writer.join().unwrap();
        assert!(slab.get(first).is_none());
        assert!(!slab.remove(first));
        assert_eq!(slab.get(second).unwrap().get(), (2, 2));
    });
}

/// One looks into its own list, which is empty, and then into that of the other,
/// who gives back and takes there.
#[test]
fn a_slot_of_another_threads_list_is_taken_by_one_of_both() {
    check(|| {
        let slab = Arc::new(Slab::<Pair>::new(2, 2));
        let first = slab.insert(|_, pair| pair.set(1)).unwrap();
        let second = slab.insert(|_, pair| pair.set(2)).unwrap();
        assert!(slab.remove(first));
        let other = {
            let slab = Arc::clone(&slab);
            loom::thread::spawn(move || {
                sync::NUMBER.with(|number| number.set(1));
                slab.insert(|_, pair| pair.set(3))
            })
        };
        assert!(slab.remove(second));
        let mine = slab.insert(|_, pair| pair.set(4)).unwrap();
        let other = other.join().unwrap();
        assert_ne!(Some(mine.index), other.map(|key| key.index));
        assert_eq!(slab.get(mine).unwrap().get(), (4, 4));
    });
}

#[test]
fn a_time_is_reckoned_from_one_setting_and_never_from_two() {
    check(|| {
        let pace = Arc::new(Pace::new());
        // One nanosecond a tick.
        pace.set(1, 1);
        pace.set(100_000_001, 100_000_001);
        let reader = {
            let pace = Arc::clone(&pace);
            loom::thread::spawn(move || pace.nanos(150_000_011))
        };
        pace.set(150_000_001, 150_000_001);
        if let Some(nanos) = reader.join().unwrap() {
            assert!(nanos.abs_diff(150_000_011) < 2, "{nanos}");
        }
        assert!(pace.nanos(150_000_011).is_some());
    });
}

#[test]
fn a_full_slab_says_so_and_has_room_again_later() {
    check(|| {
        let slab = Slab::<Pair>::new(1, 3);
        let keys: Vec<_> = (0..3).map(|_| slab.insert(|_, _| {}).unwrap()).collect();
        assert!(slab.insert(|_, _| {}).is_none());
        assert!(slab.remove(keys[1]));
        let again = slab.insert(|_, _| {}).unwrap();
        assert_eq!(again.index, keys[1].index);
        assert_ne!(again, keys[1]);
    });
}

/// Whoever takes the bits, once all is quiet, has seen the last write.
#[test]
fn a_change_is_never_missed() {
    check(|| {
        let state = Arc::new((Dirty::new(1), AtomicU64::new(0)));
        let reader = {
            let state = Arc::clone(&state);
            loom::thread::spawn(move || {
                let mut seen = 0;
                state.0.take(1, |_| seen = state.1.load(Ordering::Relaxed));
                seen
            })
        };
        for value in 1..=2 {
            state.1.store(value, Ordering::Relaxed);
            state.0.mark(0);
        }
        let mut seen = reader.join().unwrap();
        state.0.take(1, |_| seen = state.1.load(Ordering::Relaxed));
        assert_eq!(seen, 2);
    });
}

#[test]
fn what_is_kept_of_an_ended_task_is_read_whole_or_not_at_all() {
    check(|| {
        let ring = Arc::new(Ring::<Pair>::new(1));
        ring.push(|pair| pair.set(1));
        let reader = {
            let ring = Arc::clone(&ring);
            loom::thread::spawn(move || [ring.read(0, Pair::get), ring.read(1, Pair::get)])
        };
        ring.push(|pair| pair.set(2));
        let [first, second] = reader.join().unwrap();
        assert!(first.is_none_or(|seen| seen == (1, 1)), "{first:?}");
        assert!(second.is_none_or(|seen| seen == (2, 2)), "{second:?}");
        assert_eq!(ring.read(1, Pair::get), Some((2, 2)));
    });
}

/// The one that comes to a place in which another writes leaves its own out.
#[test]
fn two_that_end_at_once_do_not_mix() {
    check(|| {
        let ring = Arc::new(Ring::<Pair>::new(1));
        let other = {
            let ring = Arc::clone(&ring);
            loom::thread::spawn(move || ring.push(|pair| pair.set(1)))
        };
        ring.push(|pair| pair.set(2));
        other.join().unwrap();
        assert_eq!((ring.count(), ring.oldest()), (2, 1));
        let kept: Vec<_> = (0..2).filter_map(|it| ring.read(it, Pair::get)).collect();
        assert!([[(1, 1)], [(2, 2)]].contains(&[kept[0]]), "{kept:?}");
        assert_eq!(kept.len(), 1);
    });
}

#[test]
fn what_two_threads_keep_at_once_is_kept_once_and_is_whole() {
    fn keep(table: &Interner<Pair>, value: u64) -> u32 {
        let same = |pair: &Pair| pair.get() == (value, value);
        // The same hash for all: they meet in the same place.
        table.intern(3, same, || {
            let pair = Pair::default();
            pair.set(value);
            pair
        })
    }
    check(|| {
        let table = Arc::new(Interner::<Pair>::new(2));
        let other = {
            let table = Arc::clone(&table);
            loom::thread::spawn(move || {
                let seen: Vec<_> = table.all().map(|(_, pair)| pair.get()).collect();
                (seen, keep(&table, 7), keep(&table, 8))
            })
        };
        let mine = keep(&table, 7);
        let (seen, same, another) = other.join().unwrap();
        assert!(seen.iter().all(|pair| *pair == (7, 7)), "{seen:?}");
        assert_eq!(mine, same);
        assert_ne!(mine, another);
        assert_eq!(table.get(mine).map(Pair::get), Some((7, 7)));
        assert_eq!(table.get(another).map(Pair::get), Some((8, 8)));
        let mut all: Vec<_> = table.all().map(|(number, _)| number).collect();
        all.sort_unstable();
        let mut expected = [mine, another];
        expected.sort_unstable();
        assert_eq!(all, expected);
    });
}

#[test]
fn how_long_polls_took_is_of_one_task_and_never_of_two() {
    check(|| {
        let times = Arc::new(RecentTimes::default());
        times.begin(1);
        times.polls.add(0);
        times.delays.add(0);
        let reader = {
            let times = Arc::clone(&times);
            loom::thread::spawn(move || times.of(1))
        };
        // The next task in the slot.
        times.begin(3);
        times.polls.add(0);
        if let Some([polls, delays]) = reader.join().unwrap() {
            assert_eq!((polls[0], delays[0]), (1, 1));
        }
        let [polls, delays] = times.of(3).unwrap();
        assert_eq!((polls[0], delays[0]), (1, 0));
    });
}

#[test]
fn no_more_tasks_have_ended_than_were_spawned_whoever_counts() {
    // Threads of this number have counts of their own, and those of the other share some.
    for [spawns, ends] in [[1, 0], [0, 1]] {
        check(move || {
            let site = Arc::new(Site::default());
            let reader = {
                let site = Arc::clone(&site);
                loom::thread::spawn(move || site.counts())
            };
            sync::NUMBER.with(|number| number.set(spawns));
            site.spawned();
            sync::NUMBER.with(|number| number.set(ends));
            site.ended(&SiteCounts {
                completed: 1,
                ..SiteCounts::default()
            });
            let seen = reader.join().unwrap();
            assert!(seen.ended() <= seen.spawned, "{seen:?}");
            let seen = site.counts();
            assert_eq!((seen.spawned, seen.completed), (1, 1));
        });
    }
}
