//! What was found, in words.

use std::collections::BTreeMap;
use std::fmt::{self, Display};
use std::panic::Location;
use std::time::Duration;

use crate::faces::ci::text;
use crate::faces::dump;
use crate::model::{Model, Task};
use crate::rules::Alert;
use crate::words::duration::human;
use crate::words::plain::plain;

/// How many tasks are shown with their stacks; of the others it is only said where
/// they were spawned.
const SHOWN: usize = 20;

/// The tasks that a test has left behind. Its text has each of them as `taskmon dump`
/// shows it.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{text}")]
pub struct Leaks {
    text: String,
    tasks: Vec<Task>,
}

impl Leaks {
    /// `tasks` were alive in `model`, when it had been waited for them for `waited`.
    pub(super) fn new(model: &Model, mut tasks: Vec<&Task>, waited: Duration, at: At) -> Self {
        tasks.sort_by_key(|task| (task.tokio_id, task.key));
        Leaks {
            text: leaks_text(model, &tasks, waited, at),
            tasks: tasks.into_iter().cloned().collect(),
        }
    }

    /// The tasks, in the order in which they were spawned.
    pub fn tasks(&self) -> &[Task] {
        &self.tasks
    }
}

/// What is stuck among the tasks of a test. Its text has each alert as `taskmon check`
/// reports it.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{text}")]
pub struct Stuck {
    text: String,
    alerts: Vec<Alert>,
}

impl Stuck {
    pub(super) fn new(model: &Model, alerts: Vec<Alert>, at: At) -> Self {
        let mut text = format!("tasks of this test are stuck ({at}):\n\n");
        text += &written(|out| {
            let mut each = alerts.iter();
            each.try_for_each(|alert| text::write_alert(out, model, alert))
        });
        Stuck {
            text: text.trim_end().to_owned(),
            alerts,
        }
    }

    /// What is wrong, errors first.
    pub fn alerts(&self) -> &[Alert] {
        &self.alerts
    }
}

/// Where in the test something was asked, and since when it was guarded.
#[derive(Clone, Copy, Debug)]
pub(super) struct At {
    pub(super) asked: &'static Location<'static>,
    pub(super) guarded: &'static Location<'static>,
}

impl Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "asserted at {}, guarded since {}",
            self.asked, self.guarded
        )
    }
}

fn leaks_text(model: &Model, tasks: &[&Task], waited: Duration, at: At) -> String {
    let (shown, others) = tasks.split_at(tasks.len().min(SHOWN));
    let (count, are) = match tasks.len() {
        1 => ("1 task that this test spawned is".to_owned(), "is"),
        count => (format!("{count} tasks that this test spawned are"), "are"),
    };
    let waited = human(waited);
    let mut text = format!("{count} still alive after {waited} ({at}):\n");
    text += &written(|out| dump::these(out, model, shown));
    if !others.is_empty() {
        text += &format!("\nand {} more:\n", others.len());
        for (place, count) in by_spawn_site(others) {
            text += &format!("  {count} spawned at {}\n", plain(&place));
        }
    }
    text += &format!(
        "\nEnd them (drop what they wait for, abort their handles, await them), or, if what {are} \
         left may live on, tell the guard: `.allow_named(…)`, `.allow_spawned_at(…)`, \
         `.allow_waiting_at(…)`."
    );
    text
}

fn by_spawn_site(tasks: &[&Task]) -> BTreeMap<String, usize> {
    let mut sites = BTreeMap::new();
    for task in tasks {
        let site = match &task.location {
            Some(location) => location.to_string(),
            None => "a place that is not known".to_owned(),
        };
        *sites.entry(site).or_default() += 1;
    }
    sites
}

fn written(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> String {
    let mut out = Vec::new();
    // Writing to memory does not fail.
    let _ = write(&mut out);
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::WaitKind;
    use crate::model::sample::Sample;

    fn text(count: u64) -> String {
        let mut sample = Sample::new();
        for id in 1..=count {
            let task = sample.task_at(id, if id % 2 == 0 { 20 } else { 10 });
            sample.wait(task, WaitKind::MpscSend, 97);
        }
        let at = At {
            asked: Location::caller(),
            guarded: Location::caller(),
        };
        let tasks = sample.model.tasks.values().collect();
        Leaks::new(&sample.model, tasks, Duration::from_secs(2), at).to_string()
    }

    #[test]
    fn a_leak_is_shown_as_in_a_dump() {
        let text = text(1);
        let lines: Vec<_> = text.lines().collect();
        let first = "1 task that this test spawned is still alive after 2s (asserted at ";
        assert!(lines[0].starts_with(first), "{text}");
        assert_eq!(lines[1], "");
        assert_eq!(lines[2], "task 1 [mpsc send, 3s]");
        assert!(lines[4].starts_with("  spawned at"), "{text}");
        assert!(lines[4].contains("src/api.rs:10:14"), "{text}");
        assert_eq!(lines[5], "");
        assert!(lines[6].starts_with("End them"), "{text}");
        assert_eq!(lines.len(), 7);
    }

    #[test]
    fn of_many_leaks_the_first_are_shown_and_the_others_counted() {
        let text = text(25);
        assert!(text.starts_with("25 tasks that this test spawned are still alive"));
        assert_eq!(text.matches("[mpsc send, 3s]").count(), SHOWN);
        let more = "and 5 more:\n  3 spawned at src/api.rs:10:14\n  2 spawned at src/api.rs:20:14";
        assert!(text.contains(more), "{text}");
    }
}
