//! The order in which tasks are shown.

use std::cmp::Reverse;

use crate::model::{Model, Moment, Task};
use crate::rules::AlertBook;

/// Live tasks in the order in which they are of interest: first those that an
/// alert is about, the worst and longest first; then by tokio's id.
pub fn by_interest<'a>(model: &'a Model, alerts: &AlertBook) -> Vec<&'a Task> {
    let mut tasks: Vec<_> = model.tasks.values().collect();
    tasks.sort_by_cached_key(|task| {
        let severity = alerts.of_task(task.key);
        (
            Reverse(severity),
            severity.map(|_| stuck_since(model, task)),
            task.tokio_id,
            task.key,
        )
    });
    tasks
}

/// Since when the oldest operation of `task` is pending, or else since when it is
/// in its state.
fn stuck_since(model: &Model, task: &Task) -> Moment {
    let oldest = model.pending(task).first().map(|wait| wait.since);
    oldest.unwrap_or(task.state_since)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::WaitKind;
    use crate::model::sample::Sample;

    #[test]
    fn stuck_tasks_come_first_and_the_longest_of_them_before_all() {
        let mut sample = Sample::new();
        sample.task(1);
        for (id, since) in [(2, 90), (3, 80)] {
            let task = sample.task(id);
            sample.wait(task, WaitKind::MpscSend, since);
        }
        let mut book = AlertBook::default();
        book.update(&sample.model);
        let tasks = by_interest(&sample.model, &book);
        let ids: Vec<_> = tasks.iter().map(|task| task.tokio_id).collect();
        assert_eq!(ids, [3, 2, 1]);
    }
}
