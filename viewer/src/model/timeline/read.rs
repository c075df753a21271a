//! What the log says of one task.

use super::{Entry, Timeline};
use crate::model::{Model, Moment, Task, TaskState};

/// What one task did over the last minutes.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskTimeline {
    /// From when on it is known: when the task was spawned, if that is not longer ago
    /// than the log goes back.
    pub since: Moment,
    /// One after the other without gaps, from `since` to the last picture.
    pub stretches: Vec<Stretch>,
}

/// Some time in the life of a task.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    /// When it began.
    pub from: Moment,
    /// When it ended.
    pub to: Moment,
    /// The share of it in which the task ran, from 0 to 1.
    pub running: f32,
    /// The share in which it was woken and waited for a worker. In what is left it
    /// waited, or was lost.
    pub scheduled: f32,
    /// Its state at the end.
    pub state: TaskState,
}

impl Stretch {
    /// It was in this state all the time.
    fn still(from: Moment, to: Moment, state: TaskState) -> Self {
        let share = |is_so| if is_so { 1.0 } else { 0.0 };
        Stretch {
            from,
            to,
            running: share(state == TaskState::Running),
            scheduled: share(state == TaskState::Scheduled),
            state,
        }
    }
}

impl Model {
    /// What `task` did over the last minutes, up to now or to when it ended. `None` if
    /// nothing is logged. It looks through the whole log: once for a picture, and not
    /// each time that it is drawn.
    pub fn task_timeline(&self, task: &Task, ended_at: Option<Moment>) -> Option<TaskTimeline> {
        let since = self.timeline.since()?.max(task.spawned_at);
        let end = ended_at.unwrap_or(self.now).max(since);
        let mut stretches: Vec<Stretch> = Vec::new();
        let (mut at, mut state) = (since, None);
        let mut add = |stretch: Stretch| match stretches.last_mut() {
            Some(last) if is_one(last, &stretch) => last.to = stretch.to,
            _ => stretches.push(stretch),
        };
        for entry in self.timeline.of(task) {
            let to = entry.at().min(end);
            if to <= at {
                state = Some(entry.after());
                continue;
            }
            let from = entry.from().max(at);
            if from > at {
                add(Stretch::still(at, from, entry.before()));
            }
            add(Stretch {
                from,
                to,
                running: entry.running(),
                scheduled: entry.scheduled(),
                state: entry.after(),
            });
            (at, state) = (to, Some(entry.after()));
        }
        if at < end {
            add(Stretch::still(at, end, state.unwrap_or(task.state)));
        }
        Some(TaskTimeline { since, stretches })
    }
}

impl Timeline {
    fn of(&self, task: &Task) -> impl Iterator<Item = &Entry> {
        let entries = self.chunks.iter().flat_map(|chunk| chunk.iter());
        let key = task.key;
        entries.filter(move |entry| entry.task == key)
    }
}

/// Whether two stretches say the same.
fn is_one(one: &Stretch, next: &Stretch) -> bool {
    one.to == next.from
        && (one.running, one.scheduled, one.state) == (next.running, next.scheduled, next.state)
}
