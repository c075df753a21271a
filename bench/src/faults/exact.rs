//! Whether what a viewer counts is what the program counts itself.

use taskmon::model::{Model, SpawnSite, Task, TaskKind};

use super::load::{Counted, FILES, KEPT, KEPT_FILE};

/// What `model`, of a program that rests, has otherwise than it must; in words, empty if
/// nothing. `at_rest`: how many tasks are alive besides those that are kept.
pub fn wrong_counts(model: &Model, counted: Counted, at_rest: u64) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut hold = |what: &str, seen: u64, right: u64| {
        if seen != right {
            wrong.push(format!("{what}: {seen} instead of {right}"));
        }
    };
    let own = sites(model, &FILES);
    hold("spawned", own.spawned, counted.spawned);
    hold("panicked", own.panicked, counted.panicked);
    // Which of the two it was is a guess of the program if the task was cancelled right
    // after a poll.
    let ended = own.completed + own.cancelled;
    let right = counted.spawned - counted.panicked - at_rest;
    hold("completed or cancelled", ended, right);
    hold("alive", alive(model, &FILES), at_rest);
    let kept = sites(model, &[KEPT_FILE]);
    hold("kept, spawned", kept.spawned, KEPT as u64);
    hold("kept, alive", alive(model, &[KEPT_FILE]), KEPT as u64);
    let totals = model.totals;
    let live = model.tasks.len() as u64;
    let all = totals.tasks_ended + live;
    hold("all, ended and alive", all, totals.tasks_spawned);
    hold("tasks not recorded", totals.tasks_unrecorded, 0);
    hold("operations not recorded", totals.operations_unrecorded, 0);
    hold("resources not recorded", totals.resources_unrecorded, 0);
    hold("stacks not recorded", totals.stacks_unrecorded, 0);
    hold("stacks over budget", totals.stacks_over_budget, 0);
    hold("what made no sense", model.oddities, 0);
    hold("messages received", counted.received, counted.sent);
    wrong
}

/// What became of all tasks that were spawned in `files`.
pub fn sites(model: &Model, files: &[&str]) -> SpawnSite {
    let mut all = SpawnSite::default();
    for (key, site) in &model.sites {
        // What the target itself waits for there is not spawned.
        if key.kind == TaskKind::Task && is_in(&key.location.file, files) {
            all.spawned += site.spawned;
            all.completed += site.completed;
            all.panicked += site.panicked;
            all.cancelled += site.cancelled;
        }
    }
    all
}

fn alive(model: &Model, files: &[&str]) -> u64 {
    let is_own = |task: &&Task| {
        let location = task.location.as_ref();
        task.kind == TaskKind::Task && location.is_some_and(|it| is_in(&it.file, files))
    };
    model.tasks.values().filter(is_own).count() as u64
}

fn is_in(file: &str, files: &[&str]) -> bool {
    files.iter().any(|known| file.ends_with(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_of_which_nothing_is_seen_is_wrong() {
        let counted = Counted {
            spawned: 9,
            cancelled: 2,
            panicked: 1,
            sent: 4,
            received: 3,
            ..Counted::default()
        };
        let wrong = wrong_counts(&Model::default(), counted, 5);
        for what in [
            "spawned: 0 instead of 9",
            "completed or cancelled: 0 instead of 3",
            "alive: 0 instead of 5",
            "kept, alive: 0 instead of 5000",
            "messages received: 3 instead of 4",
        ] {
            assert!(wrong.iter().any(|it| it == what), "{wrong:?}");
        }
    }
}
