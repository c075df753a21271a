//! All columns: one entry says all there is to one.

use std::sync::Arc;

use ratatui::layout::HorizontalAlignment::{Left, Right};

use super::super::super::super::table::{Keeps, Shape};
use super::super::super::super::targets::Seen;
use super::{Column, ColumnName, SortBy, mark};
use crate::model::{Location, Resource, Task};
use crate::rules::Severity;
use crate::words::bytes::bytes;
use crate::words::duration::human;
use crate::words::plain::plain;

/// A column of texts.
const fn text(
    name: ColumnName,
    title: &'static str,
    (width, grows, gives_way): (u16, u16, u8),
    cell: fn(&Seen, &Task) -> String,
    sort_by: SortBy,
) -> Column {
    Column {
        name,
        shape: Shape {
            title,
            width,
            grows,
            gives_way,
            alignment: Left,
            keeps: Keeps::Start,
        },
        cell,
        sort_by,
    }
}

/// A column of places, of which the end says more.
const fn place_column(
    name: ColumnName,
    title: &'static str,
    (width, grows, gives_way): (u16, u16, u8),
    cell: fn(&Seen, &Task) -> String,
    sort_by: SortBy,
) -> Column {
    let mut column = text(name, title, (width, grows, gives_way), cell, sort_by);
    column.shape.keeps = Keeps::End;
    column
}

/// A column of numbers or durations.
const fn number(
    name: ColumnName,
    title: &'static str,
    (width, gives_way): (u16, u8),
    cell: fn(&Seen, &Task) -> String,
    sort_by: fn(&Seen, &Task) -> u64,
) -> Column {
    let mut column = text(
        name,
        title,
        (width, 0, gives_way),
        cell,
        SortBy::Number(sort_by),
    );
    column.shape.alignment = Right;
    column
}

/// All columns, in the order of [`ColumnName::ALL`].
pub(super) const COLUMNS: &[Column] = &[
    text(
        ColumnName::Alert,
        "",
        (2, 0, 0),
        |seen, task| mark(seen.picture.alerts.of_task(task.key)).to_owned(),
        // Worst first, then what has lasted the longest: where to look.
        SortBy::Number(|seen, task| {
            let severity = match seen.picture.alerts.of_task(task.key) {
                Some(Severity::Error) => 2,
                Some(Severity::Warning) => 1,
                None => 0,
            };
            severity << AGE_BITS | lasted(seen, task)
        }),
    ),
    place_column(
        ColumnName::Target,
        "TARGET",
        (12, 1, 3),
        |seen, _| seen.short_name().to_owned(),
        SortBy::Text(|seen, _, text| text.push_str(&seen.name)),
    ),
    text(
        ColumnName::State,
        "STATE",
        (9, 0, 4),
        |_, task| task.state.to_string(),
        SortBy::Text(|_, task, text| text.push_str(task.state.as_str())),
    ),
    text(
        ColumnName::Wait,
        "WAIT",
        (16, 3, 0),
        |seen, task| {
            let text = seen.picture.model.wait_text(task).unwrap_or_default();
            plain(&text).into_owned()
        },
        SortBy::Text(|seen, task, text| seen.picture.model.write_wait(task, text)),
    ),
    number(
        ColumnName::For,
        "FOR",
        (7, 1),
        |seen, task| human(seen.picture.model.lasted(task)),
        lasted,
    ),
    number(
        ColumnName::Id,
        "ID",
        (7, 3),
        |_, task| task.tokio_id.to_string(),
        |_, task| task.tokio_id,
    ),
    text(
        ColumnName::Name,
        "NAME",
        (10, 1, 5),
        |_, task| plain(&task.name).into_owned(),
        SortBy::Text(|_, task, text| text.push_str(&task.name)),
    ),
    text(
        ColumnName::On,
        "ON",
        (10, 0, 6),
        |seen, task| on(seen, task).map_or_else(String::new, ToString::to_string),
        SortBy::Number(|seen, task| {
            // Those of one kind after each other; those that wait on none last.
            on(seen, task).map_or(0, |on| (on.kind as u64 + 1) << 48 | on.serial.min(1 << 47))
        }),
    ),
    number(
        ColumnName::Polls,
        "POLLS",
        (8, 7),
        |_, task| task.polls.to_string(),
        |_, task| task.polls,
    ),
    number(
        ColumnName::Busy,
        "BUSY",
        (7, 8),
        |seen, task| human(task.busy_at(seen.picture.model.now)),
        |seen, task| nanos(task.busy_at(seen.picture.model.now)),
    ),
    place_column(
        ColumnName::WaitingAt,
        "WAITING AT",
        (22, 2, 2),
        |seen, task| place(seen.picture.model.waiting_at(task)),
        SortBy::Place(|seen, task| seen.picture.model.waiting_at(task)),
    ),
    place_column(
        ColumnName::SpawnedAt,
        "SPAWNED AT",
        (14, 2, 9),
        |_, task| place(task.location.as_ref()),
        SortBy::Place(|_, task| task.location.as_ref()),
    ),
    number(
        ColumnName::Age,
        "AGE",
        (7, 10),
        |seen, task| human(task.age(seen.picture.model.now)),
        |seen, task| nanos(task.age(seen.picture.model.now)),
    ),
    text(
        ColumnName::Kind,
        "KIND",
        (8, 0, 10),
        |_, task| task.kind.to_string(),
        SortBy::Number(|_, task| task.kind as u64),
    ),
    number(
        ColumnName::Spawner,
        "SPAWNER",
        (8, 10),
        |_, task| maybe(task.spawner_tokio_id),
        |_, task| task.spawner_tokio_id.unwrap_or(0),
    ),
    number(
        ColumnName::Scheduled,
        "SCHEDULED",
        (9, 10),
        |seen, task| human(task.scheduled_at(seen.picture.model.now)),
        |seen, task| nanos(task.scheduled_at(seen.picture.model.now)),
    ),
    number(
        ColumnName::Idle,
        "IDLE",
        (7, 10),
        |seen, task| human(task.idle_at(seen.picture.model.now)),
        |seen, task| nanos(task.idle_at(seen.picture.model.now)),
    ),
    number(
        ColumnName::LongestPoll,
        "LONGEST POLL",
        (12, 10),
        |_, task| human(task.longest_poll),
        |_, task| nanos(task.longest_poll),
    ),
    number(
        ColumnName::LastPoll,
        "LAST POLL",
        (9, 10),
        |seen, task| {
            let ago = task
                .last_poll
                .map(|at| human(seen.picture.model.now.since(at)));
            ago.unwrap_or_default()
        },
        |seen, task| {
            let ago = task.last_poll.map(|at| seen.picture.model.now.since(at));
            ago.map_or(u64::MAX, nanos)
        },
    ),
    number(
        ColumnName::Wakes,
        "WAKES",
        (8, 10),
        |_, task| task.wakes.to_string(),
        |_, task| task.wakes,
    ),
    number(
        ColumnName::SelfWakes,
        "SELF WAKES",
        (10, 10),
        |_, task| task.self_wakes.to_string(),
        |_, task| task.self_wakes,
    ),
    number(
        ColumnName::WakerClones,
        "CLONES",
        (8, 10),
        |_, task| task.waker_clones.to_string(),
        |_, task| task.waker_clones,
    ),
    number(
        ColumnName::WakerDrops,
        "DROPS",
        (8, 10),
        |_, task| task.waker_drops.to_string(),
        |_, task| task.waker_drops,
    ),
    number(
        ColumnName::Size,
        "SIZE",
        (9, 10),
        |_, task| bytes(task.size),
        |_, task| task.size,
    ),
    text(
        ColumnName::Thread,
        "THREAD",
        (14, 1, 10),
        |_, task| plain(task.thread.as_deref().unwrap_or_default()).into_owned(),
        SortBy::Text(|_, task, text| text.push_str(task.thread.as_deref().unwrap_or_default())),
    ),
];

/// How many bits there are for [`lasted`].
const AGE_BITS: u32 = 62;

/// For how long the task has done what it does, up to so many bits.
fn lasted(seen: &Seen, task: &Task) -> u64 {
    nanos(seen.picture.model.lasted(task)).min((1 << AGE_BITS) - 1)
}

fn nanos(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

fn maybe(number: Option<u64>) -> String {
    number.map_or_else(String::new, |number| number.to_string())
}

fn place(location: Option<&Arc<Location>>) -> String {
    location.map_or_else(String::new, |location| {
        plain(&location.to_string()).into_owned()
    })
}

/// What the longest of its waits that waits on anything known waits on.
fn on<'a>(seen: &'a Seen, task: &'a Task) -> Option<&'a Resource> {
    let model = &seen.picture.model;
    let waits = model.waits_of(task).into_iter();
    waits
        .filter_map(|wait| model.resources.get(&wait.resource?))
        .next()
}
