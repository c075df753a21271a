//! Keeps what each task waits for, as far as its wakers tell: see
//! [`super::poll_wakers`].

use super::Recorder;
use super::few::Few;
use super::poll_wakers::PollWakers;
use super::span::{SpanKey, Table};
use super::thread::Thread;
use crate::stack::{Base, Teller};
use crate::sync::Ordering;
use crate::tables::{SlotKey, Task, WakerWait};

impl Recorder {
    /// A waker of the task in `slot`, which this thread polls now, was cloned.
    #[inline]
    pub(super) fn waker_cloned(&self, thread: &Thread, task: &Task, slot: SlotKey, teller: Teller) {
        let Some(base) = self.polled_here(thread, slot) else {
            return;
        };
        if thread.cloned_in_operation(self.id) {
            thread.wakers(|wakers| wakers.cloned_by_operation());
            return;
        }
        let needed = task.waits.get().next().is_none();
        let stack = self.stacks.take(teller, Some(base), needed);
        thread.wakers(|wakers| wakers.cloned(stack));
    }

    /// A waker of the task in `slot` was dropped, or used up.
    #[inline]
    pub(super) fn waker_released(&self, thread: &Thread, slot: SlotKey) {
        if self.polled_here(thread, slot).is_some() {
            thread.wakers(PollWakers::released);
        }
    }

    /// Where the task in `slot` was entered, if this thread polls it and its stacks
    /// are of interest.
    #[inline]
    fn polled_here(&self, thread: &Thread, slot: SlotKey) -> Option<Base> {
        if self.stacks.is_off() {
            return None;
        }
        thread.wakers_are_of(self.id, SpanKey::new(Table::Task, slot))
    }

    /// A poll of the task of `span` is over.
    #[inline]
    pub(super) fn settle_waits(&self, thread: &Thread, span: SpanKey, task: &Task, now: u64) {
        if self.stacks.is_off() {
            return;
        }
        // If another task was polled within this poll, nothing is known.
        thread.take_wakers(self.id, span, |seen| {
            let (none, few) = (
                task.waits.is_empty(),
                task.more_waits.load(Ordering::Relaxed) == 0,
            );
            if seen.is_quiet() && none {
                return;
            }
            let wakers = (!task.doubts_wakers()).then(|| task.wakers.count());
            match (seen.only(), wakers) {
                // The usual case: one thing is waited for, and nothing else.
                (Some(stack), Some(wakers))
                    if few && wakers <= 1 + i32::from(seen.operations()) =>
                {
                    let wait = WakerWait::new(stack, 1, now);
                    task.waits.set(&mut std::iter::once(wait));
                }
                _ => self.settle_all(seen, task, wakers, now),
            }
        });
    }

    #[cold]
    fn settle_all(&self, seen: &PollWakers, task: &Task, wakers: Option<i32>, now: u64) {
        let before = self.waker_waits(task);
        let after = seen.settle(&before, wakers, now);
        if after != before {
            self.set_waker_waits(task, &after);
        }
    }

    /// What the wakers of `task` told that it waits for.
    #[inline]
    pub(crate) fn waker_waits(&self, task: &Task) -> Few<WakerWait> {
        let mut waits = Few::new(WakerWait::default());
        for wait in task.waits.get() {
            waits.push(wait);
        }
        if let Some(more) = SlotKey::from_wire(task.more_waits.load(Ordering::Relaxed))
            && let Some(more) = self.more_waits.get(more)
        {
            for wait in more.get() {
                waits.push(wait);
            }
        }
        waits
    }

    #[inline]
    fn set_waker_waits(&self, task: &Task, waits: &Few<WakerWait>) {
        let mut rest = waits.iter().copied();
        task.waits.set(&mut rest);
        if rest.len() > 0 || task.more_waits.load(Ordering::Relaxed) != 0 {
            self.set_more_waits(task, rest);
        }
    }

    #[cold]
    fn set_more_waits(&self, task: &Task, mut waits: impl ExactSizeIterator<Item = WakerWait>) {
        let key = SlotKey::from_wire(task.more_waits.load(Ordering::Relaxed));
        let kept = key.and_then(|key| self.more_waits.get(key));
        match (kept, waits.len()) {
            // Kept for as long as the task: one that has needed it will again.
            (Some(more), _) => more.set(&mut waits),
            (None, 0) => {}
            (None, _) => {
                // If there is no room they are not known, which the count of
                // wakers tells.
                let made = self.more_waits.insert(|_, more| more.set(&mut waits));
                let key = made.map_or(0, SlotKey::to_wire);
                task.more_waits.store(key, Ordering::Relaxed);
            }
        }
    }

    pub(super) fn forget_waits(&self, more_waits: u64) {
        if let Some(more) = SlotKey::from_wire(more_waits) {
            self.more_waits.remove(more);
        }
    }
}
