//! What the words of a slot mean, for everyone who shows them.

use crate::stack::ResolvedStack;
use crate::tables::{Certainty, State, TaskKind, TaskSnapshot, WaitKind, WakerWait};

/// A task that is pending without a waker is lost if it still is after this time:
/// Tokio tells of a wake a moment before the task is scheduled by it. Nanoseconds.
const LOST_AFTER: u64 = 100_000_000;

/// What a task is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doing {
    Scheduled,
    Running,
    Waiting,
    /// Pending without a waker, for too short a time to be sure.
    MaybeLost,
    Lost,
    Done,
}

/// What the task `seen` is doing at `now`.
pub(super) fn doing(seen: &TaskSnapshot, now: u64) -> Doing {
    match seen.phase.state {
        State::Scheduled => Doing::Scheduled,
        State::Running | State::RunningWoken | State::Finishing => Doing::Running,
        State::Done => Doing::Done,
        State::Waiting => {
            let told = matches!(seen.what.kind, TaskKind::Task | TaskKind::Local);
            if !told || seen.wakers != Some(0) {
                Doing::Waiting
            } else if now.saturating_sub(seen.phase.since) >= LOST_AFTER {
                Doing::Lost
            } else {
                Doing::MaybeLost
            }
        }
    }
}

/// Since when `wait` lasts, which the wakers of `task` told of. Nanoseconds.
pub(super) fn pending_since(wait: WakerWait, task: &TaskSnapshot) -> u64 {
    // Its time is not as exact as the task's.
    let since = match task.last_poll {
        polled if polled.saturating_sub(wait.since()) < WakerWait::EXACT_TO => polled,
        _ => wait.since(),
    };
    since.max(task.what.spawned_at)
}

/// Whether a wait at `stack` is over, if the last poll has not `told` of it: it would
/// have done so if it went on.
pub(super) fn is_over(told: bool, stack: &ResolvedStack) -> bool {
    !told && stack.kind.clones_at_each_poll()
}

/// Whether the task's last poll has told of `wait`.
pub(super) fn is_told(wait: WakerWait) -> bool {
    wait.certainty() == Certainty::Told
}

/// Whether `stack` says more of an operation than Tokio, which calls it `kind`: of
/// a semaphore or a oneshot channel that something else is made of.
pub(super) fn stack_says_more(kind: WaitKind, stack: &ResolvedStack) -> bool {
    let part_of_something = matches!(
        kind,
        WaitKind::SemaphoreAcquire | WaitKind::OneshotRecv | WaitKind::Other
    );
    part_of_something && stack.known
}
