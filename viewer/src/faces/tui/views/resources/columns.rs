//! What is told of a lock, a semaphore or a timer.

use ratatui::layout::HorizontalAlignment::{Left, Right};
use ratatui::style::Style;

use super::super::super::table::Keeps;
use super::super::super::table::sheet::{Cell, Column, Rank, Record, shape, target};
use super::super::super::targets::{Of, Seen};
use super::super::resource::attributes;
use super::rows::{Name, ResourceRow};
use crate::model::{Resource, TaskState};
use crate::words::duration::human;
use crate::words::plain::plain;

impl Record for ResourceRow {
    type Key = Name;

    fn key(&self) -> Of<Name> {
        self.key
    }

    fn columns() -> &'static [Column<Self>] {
        COLUMNS
    }

    fn none() -> &'static str {
        "no locks, semaphores or timers are known"
    }

    fn candidates(seen: &Seen) -> usize {
        seen.picture.model.resources.len()
    }
}

const COLUMNS: &[Column<ResourceRow>] = &[
    Column::new(
        shape("WAITING", 8, 0, 1, Right, Keeps::Start),
        |row: &ResourceRow, _| row.waiting.to_string(),
        |row| Rank::Number(row.waiting as u64),
    )
    .styled(|row, theme| match row.waiting {
        0 => Style::new(),
        _ => theme.state(TaskState::Waiting),
    }),
    Column::new(
        shape("LONGEST", 8, 0, 2, Right, Keeps::Start),
        |row, cell| {
            let now = cell.seen.picture.model.now;
            row.since
                .map_or("-".to_owned(), |since| human(now.since(since)))
        },
        |row| {
            let since = row.since.map(|since| since.since_zero().as_nanos() as u64);
            Rank::Number(since.map_or(0, |since| u64::MAX - since))
        },
    ),
    Column::new(
        shape("RESOURCE", 16, 0, 0, Left, Keeps::Start),
        |row, cell| match row.key.key {
            Name::One(_) => format!("{}#{}", row.kind.short(), row.serial),
            Name::Many(_) => {
                let times = cell.theme.marks().times;
                format!("{} {times} {}", row.count, row.kind.short())
            }
        },
        |row| Rank::Text(format!("{}#{:020}", row.kind.short(), row.serial)),
    ),
    Column::new(
        shape("TYPE", 10, 0, 6, Left, Keeps::Start),
        |row, _| plain(&row.type_name).into_owned(),
        |row| Rank::Text(row.type_name.to_string()),
    ),
    Column::new(
        shape("PERMITS", 7, 0, 5, Right, Keeps::Start),
        |row, _| match (row.capacity, row.count) {
            (Some(capacity), 1) => capacity.to_string(),
            _ => "-".to_owned(),
        },
        |row| Rank::Number(row.capacity.unwrap_or(0)),
    ),
    Column::new(
        shape("HOLDER", 20, 2, 2, Left, Keeps::Start),
        |row, cell| match one(row, cell).and_then(|resource| resource.holder) {
            Some(holder) => plain(&cell.seen.picture.model.other_task_text(holder)).into_owned(),
            None => String::new(),
        },
        |row| Rank::Number(row.waiting as u64),
    ),
    Column::new(
        shape("TOLD", 16, 2, 4, Left, Keeps::Start),
        |row, cell| {
            let told = one(row, cell).and_then(attributes).unwrap_or_default();
            plain(&told).into_owned()
        },
        |row| Rank::Number(row.count as u64),
    ),
    Column::new(
        shape("AGE", 7, 0, 7, Right, Keeps::Start),
        |row, cell| human(cell.seen.picture.model.now.since(row.created_at)),
        |row| Rank::Number(u64::MAX - row.created_at.since_zero().as_nanos() as u64),
    ),
    Column::new(
        shape("MADE AT", 18, 2, 3, Left, Keeps::End),
        |row, _| place(row),
        |row| Rank::Text(place(row)),
    ),
    target(),
];

/// The resource, if the row is of one that is still there.
fn one<'a>(row: &ResourceRow, cell: &Cell<'a>) -> Option<&'a Resource> {
    match row.key.key {
        Name::One(key) => cell.seen.picture.model.resources.get(&key),
        Name::Many(_) => None,
    }
}

fn place(row: &ResourceRow) -> String {
    let place = row.made_at.as_ref().map(|at| at.to_string());
    place.map_or_else(String::new, |place| plain(&place).into_owned())
}
