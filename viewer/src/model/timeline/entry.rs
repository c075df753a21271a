//! What one task did from one picture to the next, in sixteen bytes: there are
//! millions.

use std::time::Duration;

use super::Seen;
use crate::model::{Moment, TaskKey, TaskState};

/// Times are in this unit: in 32 bits that is more than a year.
const UNIT_NANOS: u64 = 10_000_000;
/// Shares are parts of this many.
const WHOLE: u16 = 63;

/// One change of one task.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) task: TaskKey,
    at: u32,
    over: u16,
    /// The shares of the time that it ran and that it was scheduled, six bits each,
    /// then its state before and after, two bits each.
    packed: u16,
}

impl Entry {
    pub(super) fn new(task: TaskKey, seen: [&Seen; 2], picture: Moment, now: Moment) -> Self {
        let [before, after] = seen;
        let over = now.since(picture);
        let running = share(after.busy.saturating_sub(before.busy), over);
        let scheduled = share(after.scheduled.saturating_sub(before.scheduled), over);
        let scheduled = scheduled.min(WHOLE - running);
        let units = |nanos: u64| nanos.div_ceil(UNIT_NANOS);
        let at = units(now.nanos());
        let over = at.saturating_sub(units(picture.nanos()));
        Entry {
            task,
            at: u32::try_from(at).unwrap_or(u32::MAX),
            over: u16::try_from(over).unwrap_or(u16::MAX),
            packed: running << 10 | scheduled << 4 | bits(before.state) << 2 | bits(after.state),
        }
    }

    /// When the picture was taken that showed it.
    pub(super) fn at(&self) -> Moment {
        Moment::from_nanos(u64::from(self.at) * UNIT_NANOS)
    }

    /// When the picture before was taken.
    pub(super) fn from(&self) -> Moment {
        let units = u64::from(self.at).saturating_sub(self.over.into());
        Moment::from_nanos(units * UNIT_NANOS)
    }

    pub(super) fn running(&self) -> f32 {
        f32::from(self.packed >> 10) / f32::from(WHOLE)
    }

    pub(super) fn scheduled(&self) -> f32 {
        f32::from(self.packed >> 4 & WHOLE) / f32::from(WHOLE)
    }

    pub(super) fn before(&self) -> TaskState {
        state(self.packed >> 2)
    }

    pub(super) fn after(&self) -> TaskState {
        state(self.packed)
    }
}

/// Rounded up: what it did at all is seen.
fn share(time: Duration, over: Duration) -> u16 {
    if over.is_zero() {
        return 0;
    }
    let share = time.as_secs_f64() / over.as_secs_f64() * f64::from(WHOLE);
    (share.ceil() as u16).min(WHOLE)
}

fn bits(state: TaskState) -> u16 {
    match state {
        TaskState::Running => 0,
        TaskState::Scheduled => 1,
        TaskState::Waiting => 2,
        TaskState::Lost => 3,
    }
}

fn state(bits: u16) -> TaskState {
    match bits & 3 {
        0 => TaskState::Running,
        1 => TaskState::Scheduled,
        2 => TaskState::Waiting,
        _ => TaskState::Lost,
    }
}
