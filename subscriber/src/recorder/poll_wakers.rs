//! What a task still waits for after a poll, as far as its wakers tell.
//!
//! A clone of the task's waker within its own poll is a leaf future that keeps it
//! to wake the task. The event does not say which waker a later drop or wake is
//! of, so each poll's events are put together with the count of all wakers that
//! are left:
//!
//! * a clone right before a drop is a future that was pending already and puts a
//!   new waker in the place of its old one, or one that is ready after all and
//!   drops the new one: if a wait at that stack is known, it goes on;
//! * any other clone is a new wait;
//! * an older wait goes on untouched if there are more wakers left than those of
//!   this poll and those that Tokio's operations hold.

use super::few::Few;
use crate::stack::StackId;
use crate::tables::{Certainty, WakerWait};

/// What one poll has told of its task's wakers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PollWakers {
    /// Stacks of clones that were not dropped at once, each with their number.
    fresh: Few<(StackId, u8)>,
    /// Stacks of clones that took the place of an older one, or of none.
    touched: Few<StackId>,
    /// How many operations of Tokio's were pending and hold a waker.
    operations: u8,
    last: LastEvent,
}

/// The last event of a waker of the task in this poll, on this thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LastEvent {
    /// A clone, at this stack.
    Clone(StackId),
    Other,
}

impl PollWakers {
    pub(crate) const NONE: PollWakers = PollWakers {
        fresh: Few::new((StackId::NONE, 0)),
        touched: Few::new(StackId::NONE),
        operations: 0,
        last: LastEvent::Other,
    };

    /// Forgets all.
    #[inline]
    pub(crate) fn clear(&mut self) {
        self.fresh.clear();
        self.touched.clear();
        self.operations = 0;
        self.last = LastEvent::Other;
    }

    /// Whether no leaf future has done anything.
    #[inline]
    pub(super) fn is_quiet(&self) -> bool {
        self.fresh.is_empty() && self.touched.is_empty()
    }

    /// The stack of the only future that keeps a waker, if nothing else happened.
    #[inline]
    pub(super) fn only(&self) -> Option<StackId> {
        let mut fresh = self.fresh.iter();
        match (fresh.next(), fresh.next(), self.touched.is_empty()) {
            (Some((stack, 1)), None, true) => Some(*stack),
            _ => None,
        }
    }

    /// How many operations of Tokio's were pending and hold a waker.
    #[inline]
    pub(super) fn operations(&self) -> u8 {
        self.operations
    }

    /// A leaf future at `stack` keeps a waker.
    #[inline]
    pub(crate) fn cloned(&mut self, stack: StackId) {
        self.last = LastEvent::Clone(stack);
        let known = self.fresh.find(|(fresh, _)| *fresh == stack);
        match known {
            Some((_, count)) => *count = count.saturating_add(1),
            None => self.fresh.push((stack, 1)),
        }
    }

    /// An operation of Tokio's keeps a waker; it is known by itself.
    #[inline]
    pub(crate) fn cloned_by_operation(&mut self) {
        self.last = LastEvent::Other;
    }

    /// A waker was dropped, or used up.
    #[inline]
    pub(crate) fn released(&mut self) {
        if let LastEvent::Clone(stack) = self.last {
            if let Some((_, count)) = self.fresh.find(|(fresh, _)| *fresh == stack) {
                *count = count.saturating_sub(1);
            }
            if self.touched.find(|touched| *touched == stack).is_none() {
                self.touched.push(stack);
            }
        }
        self.last = LastEvent::Other;
    }

    /// An operation that holds a waker was pending.
    #[inline]
    pub(crate) fn operation_pending(&mut self) {
        self.operations = self.operations.saturating_add(1);
    }

    /// What is waited for after this poll. `before` is what was, `wakers` how many
    /// wakers are left, if that is known.
    pub(super) fn settle(
        &self,
        before: &Few<WakerWait>,
        wakers: Option<i32>,
        now: u64,
    ) -> Few<WakerWait> {
        let mut after = Few::new(WakerWait::default());
        // How many wakers are left for older waits.
        let mut left = match wakers {
            Some(wakers) => wakers - i32::from(self.operations),
            None => i32::MAX,
        };
        for (stack, count) in self.fresh.iter().filter(|(_, count)| *count > 0) {
            left = left.saturating_sub((*count).into());
            after.push(WakerWait::new(*stack, *count, now));
        }
        // Where something new is pending as well, what was touched may be that.
        let is_touched = |wait: &WakerWait| {
            wait.stack != StackId::NONE
                && self.touched.iter().any(|stack| *stack == wait.stack)
                && !self
                    .fresh
                    .iter()
                    .any(|fresh| fresh.0 == wait.stack && fresh.1 > 0)
        };
        for wait in before.iter().filter(|wait| is_touched(wait)) {
            let count = i32::from(wait.count()).min(left);
            if count > 0 {
                left -= count;
                after.add(wait.with(count as u8, Certainty::Told));
            }
        }
        if left > 0 && wakers.is_some() {
            self.keep_older(before, left, &mut after, is_touched);
        }
        after
    }

    /// Keeps those of `before` that this poll has told nothing of, of which `left`
    /// are still there. Which, nobody knows if there are more: then the oldest
    /// stay, with two that may be over, so that the right one is hardly ever
    /// missing and there are never many that are wrong.
    #[cold]
    fn keep_older(
        &self,
        before: &Few<WakerWait>,
        left: i32,
        after: &mut Few<WakerWait>,
        is_touched: impl Fn(&WakerWait) -> bool,
    ) {
        const MAYBE_OVER: i32 = 2;
        let mut older = Few::new(WakerWait::default());
        let mut total = 0;
        for wait in before.iter().filter(|wait| !is_touched(wait)) {
            // What was begun anew at the same stack has taken the place of what
            // was there.
            let anew = self.fresh.iter().find(|(stack, _)| *stack == wait.stack);
            let count = wait
                .count()
                .saturating_sub(anew.map_or(0, |(_, count)| *count));
            if count > 0 {
                total += i32::from(count);
                older.push(wait.with(count, Certainty::Left));
            }
        }
        older.sort_by_key(|wait| wait.since());
        let mut kept = 0;
        for wait in older.iter() {
            if kept >= left + MAYBE_OVER {
                break;
            }
            kept += i32::from(wait.count());
            let certainty = match total > left {
                true => Certainty::MaybeOver,
                false => Certainty::Left,
            };
            after.add(wait.with(wait.count(), certainty));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::WAKER_WAITS;

    const LATER: u64 = 1 << 40;

    fn waits(all: &[(u32, u8, u64)]) -> Few<WakerWait> {
        let mut waits = Few::new(WakerWait::default());
        for (stack, count, since) in all {
            waits.push(WakerWait::new(StackId(*stack), *count, *since << 20));
        }
        waits
    }

    /// The stacks that are waited at after a poll, with their counts and whether
    /// they are new.
    fn after(
        before: &[(u32, u8, u64)],
        wakers: i32,
        poll: impl Fn(&mut PollWakers),
    ) -> Vec<(u32, u8, bool)> {
        let mut seen = PollWakers::NONE;
        poll(&mut seen);
        let settled = seen.settle(&waits(before), Some(wakers), LATER);
        let mut after: Vec<_> = settled
            .iter()
            .map(|wait| (wait.stack.0, wait.count(), wait.since() == LATER))
            .collect();
        after.sort_unstable();
        after
    }

    fn clone(stack: u32) -> impl Fn(&mut PollWakers) {
        move |seen| seen.cloned(StackId(stack))
    }

    #[test]
    fn a_clone_is_a_wait() {
        assert_eq!(after(&[], 1, clone(1)), [(1, 1, true)]);
    }

    #[test]
    fn a_clone_that_is_dropped_at_once_is_none() {
        let ready_after_all = |seen: &mut PollWakers| {
            seen.cloned(StackId(1));
            seen.released();
        };
        assert_eq!(after(&[], 0, ready_after_all), []);
    }

    #[test]
    fn a_wait_whose_waker_is_replaced_goes_on() {
        let replaced = |seen: &mut PollWakers| {
            seen.cloned(StackId(1));
            seen.released();
        };
        assert_eq!(after(&[(1, 1, 5)], 1, replaced), [(1, 1, false)]);
    }

    #[test]
    fn a_wait_at_the_same_stack_after_the_former_has_ended_is_a_new_one() {
        assert_eq!(after(&[(1, 1, 5)], 1, clone(1)), [(1, 1, true)]);
    }

    #[test]
    fn a_socket_in_a_select_loop_stays() {
        // select! over a socket, which is cloned once, a receive and a tick.
        let turn = |seen: &mut PollWakers| {
            seen.cloned(StackId(2));
            seen.released();
            seen.operation_pending();
        };
        let before = [(1, 1, 5), (2, 1, 5)];
        assert_eq!(after(&before, 3, turn), [(1, 1, false), (2, 1, false)]);
        // And when the receive was ready and begins anew.
        assert_eq!(after(&before, 2, clone(2)), [(1, 1, false), (2, 1, true)]);
    }

    #[test]
    fn a_timer_that_is_used_again_is_one_wait() {
        // An interval keeps the waker that it cloned when it was ready, and puts
        // a new one in its place for the next tick.
        let tick = |seen: &mut PollWakers| {
            seen.cloned(StackId(1));
            seen.cloned(StackId(1));
            seen.released();
        };
        assert_eq!(after(&[], 1, tick), [(1, 1, true)]);
        assert_eq!(after(&[(1, 1, 5)], 1, tick), [(1, 1, true)]);
    }

    #[test]
    fn a_timer_that_was_ready_and_is_dropped_is_over() {
        let then_a_receive = |seen: &mut PollWakers| {
            seen.cloned(StackId(1));
            seen.released();
            seen.cloned(StackId(2));
        };
        assert_eq!(after(&[(1, 1, 5)], 1, then_a_receive), [(2, 1, true)]);
    }

    #[test]
    fn what_no_waker_is_left_for_is_over() {
        assert_eq!(after(&[(1, 1, 5)], 0, |_| {}), []);
        assert_eq!(after(&[(1, 1, 5)], 1, clone(2)), [(2, 1, true)]);
        // The waker that is left is an operation's.
        let send = |seen: &mut PollWakers| {
            seen.cloned_by_operation();
            seen.operation_pending();
        };
        assert_eq!(after(&[(1, 1, 5)], 1, send), []);
    }

    #[test]
    fn waits_at_one_stack_are_counted() {
        let join = |seen: &mut PollWakers| {
            for _ in 0..20 {
                seen.cloned(StackId(1));
            }
        };
        assert_eq!(after(&[], 20, join), [(1, 20, true)]);
        // One of them ends; the others are not polled.
        assert_eq!(after(&[(1, 20, 5)], 19, |_| {}), [(1, 20, false)]);
        // One begins anew.
        assert_eq!(after(&[(1, 20, 5)], 20, clone(1)), [(1, 20, false)]);
    }

    #[test]
    fn waits_that_may_be_over_do_not_pile_up() {
        let mut before = vec![(1, 1, 1)];
        for turn in 2..60 {
            let seen = after(&before, 2, clone(turn));
            assert!(seen.contains(&(1, 1, false)), "{seen:?}");
            assert!(seen.contains(&(turn, 1, true)), "{seen:?}");
            assert!(seen.len() <= 4, "{seen:?}");
            before = seen
                .iter()
                .map(|(stack, count, _)| (*stack, *count, u64::from(*stack)))
                .collect();
        }
    }

    #[test]
    fn what_may_be_over_is_marked() {
        let certainty = |wakers| {
            let mut seen = PollWakers::NONE;
            seen.cloned(StackId(9));
            let before = waits(&[(1, 1, 5), (2, 1, 6)]);
            let after = seen.settle(&before, Some(wakers), LATER);
            let all: Vec<_> = after.iter().map(|wait| wait.certainty()).collect();
            all
        };
        use Certainty::{Left, MaybeOver, Told};
        assert_eq!(certainty(3), [Told, Left, Left]);
        assert_eq!(certainty(2), [Told, MaybeOver, MaybeOver]);
        assert_eq!(certainty(1), [Told]);
    }

    #[test]
    fn an_unknown_number_of_wakers_keeps_only_what_this_poll_told() {
        let mut seen = PollWakers::NONE;
        seen.cloned(StackId(2));
        let settled = seen.settle(&waits(&[(1, 1, 5)]), None, LATER);
        assert_eq!(settled.iter().count(), 1);
    }

    #[test]
    fn more_waits_than_are_kept_do_no_harm() {
        let many = |seen: &mut PollWakers| {
            for stack in 1..100 {
                seen.cloned(StackId(stack));
                if stack % 3 == 0 {
                    seen.released();
                }
            }
        };
        let seen = after(&[(1, 1, 5), (200, 1, 5)], 70, many);
        assert!(seen.len() <= WAKER_WAITS);
    }
}
