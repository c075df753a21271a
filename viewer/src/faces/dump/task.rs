//! One task of a dump.

use super::rows::{Row, frames};
use crate::model::{Model, Stack, StackCapture, Task, TaskKind, TaskState, WaitsAlike};
use crate::words::duration::human;

/// A task and what it waits for, with the stacks; all frames or those that are
/// worth showing.
pub(in crate::faces) fn rows(model: &Model, task: &Task, all_frames: bool) -> Vec<Row> {
    let waits = model.waits_alike(task);
    let mut title = format!("{} [{}]", task.title(), model.doing_text(task));
    if let [only] = &*waits
        && let Some(on) = model.alike_on_text(only)
    {
        title += &format!("  waiting on {on}");
    }
    let mut rows = vec![Row::text(0, &title)];
    rows.extend(waits_rows(model, task, &waits, all_frames));
    rows
}

/// The stacks of what `task` waits for; why there is none, if there is none.
fn waits_rows(model: &Model, task: &Task, waits: &[WaitsAlike<'_>], all_frames: bool) -> Vec<Row> {
    let missing = || Row::text(2, &why_no_stack(model, task));
    let heading = |waits: &WaitsAlike<'_>| model.alike_text(waits);
    let stack = |waits: &WaitsAlike<'_>| waits.longest.stack.clone();
    match waits {
        [] => vec![missing()],
        [only] => match stack(only) {
            Some(stack) => frames(&stack, 2, all_frames),
            None => vec![missing()],
        },
        several => several_rows(
            several.iter().map(|it| (heading(it), stack(it))),
            missing,
            all_frames,
        ),
    }
}

/// Several waits, each with its stack, and below them the frames that all of the
/// stacks end with.
pub(super) fn several_rows<S: AsRef<Stack>>(
    waits: impl Iterator<Item = (String, Option<S>)>,
    missing: impl Fn() -> Row,
    all_frames: bool,
) -> Vec<Row> {
    let mut waits: Vec<_> = waits
        .map(|(heading, stack)| {
            let frames = stack.map(|stack| frames(stack.as_ref(), 4, all_frames));
            (heading, frames)
        })
        .collect();
    let mut shared = take_shared(waits.iter_mut().filter_map(|(_, frames)| frames.as_mut()));
    let mut rows = Vec::new();
    for (heading, frames) in waits {
        rows.push(Row::text(2, &heading));
        match frames {
            Some(frames) => rows.extend(frames),
            None => rows.push(missing().indented(4)),
        }
    }
    if !shared.is_empty() {
        rows.push(Row::text(2, "called from"));
        rows.append(&mut shared);
    }
    rows
}

/// Takes away the outer frames that all of these have in common; each keeps its
/// innermost.
fn take_shared<'a>(stacks: impl Iterator<Item = &'a mut Vec<Row>>) -> Vec<Row> {
    let mut stacks: Vec<_> = stacks.collect();
    let Some((first, rest)) = stacks.split_first() else {
        return Vec::new();
    };
    if rest.is_empty() {
        return Vec::new();
    }
    let in_common = |other: &Vec<Row>| {
        let pairs = first.iter().skip(1).rev().zip(other.iter().skip(1).rev());
        pairs.take_while(|(one, other)| one == other).count()
    };
    let count = rest.iter().map(|other| in_common(other)).min().unwrap_or(0);
    let shared = first[first.len() - count..].to_vec();
    for stack in &mut stacks {
        stack.truncate(stack.len() - count);
    }
    shared
}

/// In few words.
pub(super) fn why_no_stack(model: &Model, task: &Task) -> String {
    let capture = model.program.as_ref().map(|program| program.stack_capture);
    match task.state {
        TaskState::Running => match &task.thread {
            Some(thread) => format!("no stack while it runs, on {thread}"),
            None => "no stack while it runs".to_owned(),
        },
        TaskState::Scheduled if task.polls == 0 => "not polled yet".to_owned(),
        TaskState::Scheduled => "no stack: it is about to run".to_owned(),
        TaskState::Waiting | TaskState::Lost => match capture {
            Some(StackCapture::Off) | None => "no stack: the program takes none".to_owned(),
            Some(_) if task.state == TaskState::Lost => {
                "no stack: nothing is left that could wake it".to_owned()
            }
            // Only the operations that Tokio describes are known of it.
            Some(_) if task.kind == TaskKind::BlockOn => {
                "no stack: it is what a thread blocks on, of whose waker Tokio tells nothing"
                    .to_owned()
            }
            Some(_) => "no stack was taken".to_owned(),
        },
    }
}

/// Where `task` was spawned and by whom, and who spawned that one, and so on; at
/// most `count` of them.
pub(in crate::faces) fn spawn_rows(model: &Model, task: &Task, count: usize) -> Vec<Row> {
    let how = match task.kind {
        TaskKind::Task | TaskKind::Unknown => "spawned".to_owned(),
        kind => format!("{kind} task spawned"),
    };
    let mut rows = Vec::new();
    for (place, spawn) in model.spawns(task).take(count).enumerate() {
        let mut what = match place {
            0 => how.clone(),
            _ => format!("task {} spawned", spawn.of),
        };
        if let Some(by) = spawn.by {
            what += &format!(" by task {by}");
        }
        if spawn.at.is_some() {
            what += " at";
        }
        rows.push(Row::at(2, &what, spawn.at.map(AsRef::as_ref)));
    }
    let age = format!("{} ago", human(task.age(model.now)));
    if let Some(first) = rows.first_mut() {
        *first = first.clone().remark(&age);
    }
    rows
}
