//! What has changed since which tick.
//!
//! Once a tick the tables' bits are taken and noted here. Each viewer is sent what
//! was noted after the tick that it has; one that is further behind than the notes
//! reach gets everything anew.

use std::collections::VecDeque;

use crate::recorder::Recorder;
use crate::tables::Dirty;

/// How many notes are kept at least, for each table.
const KEPT: usize = 1 << 16;

/// Which slots of one table changed in which tick.
#[derive(Default)]
pub(super) struct ChangeLog {
    /// By index: the last tick in which it changed.
    last: Vec<u64>,
    notes: VecDeque<(u64, u32)>,
    /// Notes of this tick and before are gone.
    forgotten: u64,
}

impl ChangeLog {
    fn note(&mut self, tick: u64, index: u32) {
        let place = index as usize;
        if place >= self.last.len() {
            self.last.resize(place + 1, 0);
        }
        if self.last[place] == tick {
            return;
        }
        self.last[place] = tick;
        self.notes.push_back((tick, index));
        // Older notes of one slot say nothing that a newer one does not.
        let most = KEPT.max(2 * self.last.len());
        while self.notes.len() > most
            && let Some((tick, _)) = self.notes.pop_front()
        {
            self.forgotten = tick;
        }
    }

    /// Forgets all notes.
    fn forget(&mut self, tick: u64) {
        self.notes.clear();
        self.forgotten = tick;
    }

    /// The slots that have changed after `tick`, each once; `None` if the notes
    /// do not reach back that far.
    pub(super) fn since(&self, tick: u64) -> Option<Vec<u32>> {
        if tick < self.forgotten {
            return None;
        }
        let start = self.notes.partition_point(|(noted, _)| *noted <= tick);
        let notes = self.notes.range(start..);
        Some(
            notes
                .filter(|(noted, index)| self.last[*index as usize] == *noted)
                .map(|(_, index)| *index)
                .collect(),
        )
    }
}

/// The notes for every table.
#[derive(Default)]
pub(super) struct Changes {
    tick: u64,
    taken_at: u64,
    pub(super) tasks: ChangeLog,
    pub(super) operations: ChangeLog,
    pub(super) resources: ChangeLog,
    pub(super) sites: ChangeLog,
}

/// Two viewers that ask within this time share a tick. Nanoseconds.
const SHARED: u64 = 5_000_000;

impl Changes {
    /// Takes what has changed until now, and gives the number of this tick.
    pub(super) fn take(&mut self, recorder: &Recorder) -> u64 {
        let now = recorder.clock.now();
        if self.tick > 0 && now.saturating_sub(self.taken_at) < SHARED {
            return self.tick;
        }
        self.tick += 1;
        self.taken_at = now;
        let tick = self.tick;
        let take = |log: &mut ChangeLog, bits: &Dirty, high_water| {
            bits.take(high_water, |index| log.note(tick, index));
        };
        // Operations first: the tasks and resources that they refer to were
        // marked before them, and so are noted no later.
        take(
            &mut self.operations,
            &recorder.changed_operations,
            recorder.operations.high_water(),
        );
        take(
            &mut self.resources,
            &recorder.changed_resources,
            recorder.resources.high_water(),
        );
        take(
            &mut self.tasks,
            &recorder.changed_tasks,
            recorder.tasks.high_water(),
        );
        take(
            &mut self.sites,
            &recorder.changed_sites,
            crate::tables::Locations::NUMBERS + 1,
        );
        tick
    }

    /// Nobody watches any more: notes are of no use to anyone.
    pub(super) fn forget(&mut self) {
        for log in [
            &mut self.tasks,
            &mut self.operations,
            &mut self.resources,
            &mut self.sites,
        ] {
            log.forget(self.tick);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn since(log: &ChangeLog, tick: u64) -> Option<Vec<u32>> {
        log.since(tick).map(|mut indexes| {
            indexes.sort_unstable();
            indexes
        })
    }

    #[test]
    fn everyone_gets_what_changed_since_their_own_tick() {
        let mut log = ChangeLog::default();
        log.note(1, 7);
        log.note(1, 9);
        log.note(2, 7);
        log.note(3, 4);
        assert_eq!(since(&log, 0), Some(vec![4, 7, 9]));
        assert_eq!(since(&log, 1), Some(vec![4, 7]));
        assert_eq!(since(&log, 2), Some(vec![4]));
        assert_eq!(since(&log, 3), Some(vec![]));
    }

    #[test]
    fn who_is_too_far_behind_is_told_so() {
        let mut log = ChangeLog::default();
        for tick in 1..=KEPT as u64 + 10 {
            log.note(tick, (tick % 3) as u32);
        }
        assert_eq!(since(&log, 5), None);
        assert!(since(&log, KEPT as u64).is_some());
        assert_eq!(log.notes.len(), KEPT);
    }
}
