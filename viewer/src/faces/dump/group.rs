//! A group of tasks of a dump.

use std::sync::Arc;
use std::time::Duration;

use super::rows::{Row, frames};
use super::task::{several_rows, why_no_stack};
use crate::model::{GroupWait, Model, TaskGroup};
use crate::words::duration::human;

/// How many tasks and places of a group are named.
const NAMED: usize = 3;

/// A group of tasks and what they wait for, with the stacks; all frames or those
/// that are worth showing.
pub(super) fn rows(model: &Model, group: &TaskGroup<'_>, all_frames: bool) -> Vec<Row> {
    let mut title = format!(
        "{} [{}, {}]",
        tasks(group.tasks.len()),
        group.doing_text(),
        range(group.shortest, group.longest)
    );
    if let [only] = &*group.waits
        && let Some(on) = on_text(model, only)
    {
        title += &format!("  waiting on {on}");
    }
    let mut rows = vec![Row::text(0, &title), examples(group)];
    rows.extend(waits_rows(model, group, all_frames));
    rows.extend(spawn_rows(group));
    rows
}

fn tasks(count: usize) -> String {
    match count {
        1 => "1 task".to_owned(),
        count => format!("{count} tasks"),
    }
}

/// `3s to 5m12s`, or only one of them if they read the same.
fn range(shortest: Duration, longest: Duration) -> String {
    let (shortest, longest) = (human(shortest), human(longest));
    match shortest == longest {
        true => longest,
        false => format!("{shortest} to {longest}"),
    }
}

fn on_text(model: &Model, wait: &GroupWait<'_>) -> Option<String> {
    match wait.several_resources {
        true => None,
        false => model.waits_on_text(wait.longest),
    }
}

fn examples(group: &TaskGroup<'_>) -> Row {
    let named: Vec<_> = group
        .tasks
        .iter()
        .take(NAMED)
        .map(|it| it.title())
        .collect();
    let named = named.join(", ");
    match group.tasks.len() {
        ..=NAMED => Row::text(2, &named),
        _ => Row::text(2, &format!("for example {named}")),
    }
}

fn waits_rows(model: &Model, group: &TaskGroup<'_>, all_frames: bool) -> Vec<Row> {
    let missing = || {
        let reason = group.tasks.first().map(|task| why_no_stack(model, task));
        Row::text(2, &reason.unwrap_or_default())
    };
    let heading = |wait: &GroupWait<'_>| {
        let lasted = |wait: &crate::model::Wait| model.now.since(wait.since);
        let range = range(lasted(wait.shortest), lasted(wait.longest));
        let heading = format!("{} for {range}", wait.longest.kind);
        match on_text(model, wait) {
            Some(on) => format!("{heading} on {on}"),
            None => heading,
        }
    };
    match &*group.waits {
        [] => vec![missing()],
        [only] => match &only.longest.stack {
            Some(stack) => frames(stack, 2, all_frames),
            None => vec![missing()],
        },
        several => several_rows(
            several
                .iter()
                .map(|it| (heading(it), it.longest.stack.as_ref().map(Arc::clone))),
            missing,
            all_frames,
        ),
    }
}

fn spawn_rows(group: &TaskGroup<'_>) -> Vec<Row> {
    let sites = &group.spawned_at;
    let mut rows = Vec::new();
    for (site, count) in sites.iter().take(NAMED) {
        let Some(site) = site else { continue };
        let what = match sites.len() {
            1 => "spawned at".to_owned(),
            _ => format!("{count} spawned at"),
        };
        rows.push(Row::at(2, &what, Some(site)));
    }
    if sites.len() > NAMED {
        let more = sites.len() - NAMED;
        rows.push(Row::text(2, &format!("and at {more} more places")));
    }
    rows
}
