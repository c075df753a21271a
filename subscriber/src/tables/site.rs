//! What became of the tasks that were spawned at one place.
//!
//! Every task that is spawned or ends counts here, on whatever thread it does. Threads
//! that wrote the same words would wait for each other's cache lines, and each would
//! have to lock its own, so most threads have words of their own, which they just
//! write; a reader adds all up.

use crate::sync::{AtomicPtr, AtomicU64, Ordering, thread_number};

use super::TaskKind;

/// How many threads have counts of their own. The others share some.
pub(super) const OWNERS: usize = 16;

/// What became of the tasks of one kind that were spawned at one location.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct SiteCounts {
    pub(crate) spawned: u64,
    pub(crate) completed: u64,
    pub(crate) panicked: u64,
    pub(crate) cancelled: u64,
    /// Of the tasks that have ended, and so are all that follow.
    pub(crate) polls: u64,
    /// Nanoseconds.
    pub(crate) busy: u64,
    /// Nanoseconds.
    pub(crate) scheduled: u64,
    pub(crate) wakes: u64,
    pub(crate) self_wakes: u64,
}

impl SiteCounts {
    /// How many have ended, however they did.
    pub(crate) fn ended(&self) -> u64 {
        let SiteCounts {
            completed,
            panicked,
            cancelled,
            ..
        } = *self;
        completed.wrapping_add(panicked).wrapping_add(cancelled)
    }
}

/// The counts of one thread, or of some. They may be below zero, as what one thread
/// counted another may take back; so all adding up wraps.
#[derive(Default)]
#[repr(align(64))]
struct Share {
    spawned: AtomicU64,
    completed: AtomicU64,
    cancelled: AtomicU64,
    polls: AtomicU64,
    busy: AtomicU64,
    scheduled: AtomicU64,
    wakes: AtomicU64,
    self_wakes: AtomicU64,
}

/// The counts of one site.
#[derive(Default)]
pub(crate) struct Site {
    own: [Share; OWNERS],
    shared: Share,
    /// Beside the others, which fill a cache line.
    panicked: AtomicU64,
}

impl Site {
    /// One more was spawned.
    #[inline]
    pub(crate) fn spawned(&self) {
        self.change(|share, add| add(&share.spawned, 1));
    }

    /// One has ended, or some, of which these are the counts.
    #[inline]
    pub(crate) fn ended(&self, counts: &SiteCounts) {
        if counts.panicked != 0 {
            self.panicked.fetch_add(counts.panicked, Ordering::Relaxed);
        }
        self.change(|share, add| {
            add(&share.polls, counts.polls);
            add(&share.busy, counts.busy);
            add(&share.scheduled, counts.scheduled);
            add(&share.wakes, counts.wakes);
            add(&share.self_wakes, counts.self_wakes);
            add(&share.completed, counts.completed);
            add(&share.cancelled, counts.cancelled);
        });
    }

    /// What [`Site::ended`] was told did not happen.
    pub(crate) fn take_back(&self, counts: &SiteCounts) {
        let SiteCounts {
            spawned,
            completed,
            panicked,
            cancelled,
            polls,
            busy,
            scheduled,
            wakes,
            self_wakes,
        } = *counts;
        self.ended(&SiteCounts {
            spawned: spawned.wrapping_neg(),
            completed: completed.wrapping_neg(),
            panicked: panicked.wrapping_neg(),
            cancelled: cancelled.wrapping_neg(),
            polls: polls.wrapping_neg(),
            busy: busy.wrapping_neg(),
            scheduled: scheduled.wrapping_neg(),
            wakes: wakes.wrapping_neg(),
            self_wakes: self_wakes.wrapping_neg(),
        });
    }

    /// Has `change` add to the counts that this thread may write.
    #[inline]
    fn change(&self, change: impl Fn(&Share, fn(&AtomicU64, u64))) {
        match self.own.get(thread_number().wrapping_sub(1)) {
            // Nobody else writes these: numbers of threads do not come again.
            Some(own) => change(own, |count, more| {
                let sum = count.load(Ordering::Relaxed).wrapping_add(more);
                count.store(sum, Ordering::Release);
            }),
            None => change(&self.shared, |count, more| {
                if more != 0 {
                    count.fetch_add(more, Ordering::Release);
                }
            }),
        }
    }

    /// All of them.
    pub(crate) fn counts(&self) -> SiteCounts {
        let sum = |count: fn(&Share) -> &AtomicU64| {
            let shares = self.own.iter().chain([&self.shared]);
            shares.fold(0_u64, |sum, share| {
                sum.wrapping_add(count(share).load(Ordering::Acquire))
            })
        };
        // What ended first: no more can have ended than were spawned.
        let panicked = self.panicked.load(Ordering::Acquire);
        let completed = sum(|share| &share.completed);
        let cancelled = sum(|share| &share.cancelled);
        SiteCounts {
            panicked,
            completed,
            cancelled,
            spawned: sum(|share| &share.spawned),
            polls: sum(|share| &share.polls),
            busy: sum(|share| &share.busy),
            scheduled: sum(|share| &share.scheduled),
            wakes: sum(|share| &share.wakes),
            self_wakes: sum(|share| &share.self_wakes),
        }
    }
}

/// The sites at one location: most have none, and hardly any more than one.
#[derive(Default)]
pub(crate) struct Sites([AtomicPtr<Site>; TaskKind::TASKS.len()]);

impl Sites {
    /// The site of tasks of `kind`, from now on. `None` for what is no task.
    #[inline]
    pub(crate) fn at(&self, kind: TaskKind) -> Option<&Site> {
        let place = self.0.get(kind as usize)?;
        let site = place.load(Ordering::Acquire);
        if site.is_null() {
            return Some(Self::make(place));
        }
        // SAFETY: made in `make`, and lives as long as `self`.
        Some(unsafe { &*site })
    }

    /// The sites there are.
    pub(crate) fn all(&self) -> impl Iterator<Item = (TaskKind, &Site)> {
        let places = TaskKind::TASKS.into_iter().zip(&self.0);
        places.filter_map(|(kind, place)| {
            // SAFETY: as in `at`.
            let site = unsafe { place.load(Ordering::Acquire).as_ref() };
            Some((kind, site?))
        })
    }

    #[cold]
    fn make(place: &AtomicPtr<Site>) -> &Site {
        let fresh = Box::into_raw(Box::<Site>::default());
        let null = std::ptr::null_mut();
        match place.compare_exchange(null, fresh, Ordering::AcqRel, Ordering::Acquire) {
            // SAFETY: just made, and from now on as in `at`.
            Ok(_) => unsafe { &*fresh },
            Err(other) => {
                // SAFETY: made above, and never shared.
                drop(unsafe { Box::from_raw(fresh) });
                // SAFETY: as in `at`: it is not null.
                unsafe { &*other }
            }
        }
    }
}

impl Drop for Sites {
    fn drop(&mut self) {
        for place in &self.0 {
            let site = place.load(Ordering::Acquire);
            if !site.is_null() {
                // SAFETY: made in `make`; `&mut self` means that nobody refers to it.
                drop(unsafe { Box::from_raw(site) });
            }
        }
    }
}
