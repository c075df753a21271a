//! The columns of the table of tasks: one entry says all there is to one.

use std::time::Duration;

use ratatui::layout::Alignment;

use crate::client::Picture;
use crate::model::{Model, Task};
use crate::rules::Severity;
use crate::words::duration::human;
use crate::words::plain::plain;

/// What a column is sorted by. Numbers come largest first, texts in their order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum SortValue {
    Number(std::cmp::Reverse<u128>),
    Text(String),
}

fn number(number: impl Into<u128>) -> SortValue {
    SortValue::Number(std::cmp::Reverse(number.into()))
}

/// One column.
pub(super) struct Column {
    pub(super) title: &'static str,
    /// The least that it is useful with.
    pub(super) width: u16,
    /// Its share of the room that is left, 0 for none.
    pub(super) grows: u16,
    /// Those with the highest go first on a narrow terminal.
    pub(super) gives_way: u8,
    pub(super) alignment: Alignment,
    pub(super) cell: fn(&Picture, &Task) -> String,
    pub(super) value: fn(&Picture, &Task) -> SortValue,
}

/// All columns, from left to right.
pub(super) const COLUMNS: &[Column] = &[
    Column {
        title: "",
        width: 2,
        grows: 0,
        gives_way: 0,
        alignment: Alignment::Left,
        cell: |picture, task| mark(picture.alerts.of_task(task.key)).to_owned(),
        // Worst first, then what has lasted the longest: where to look.
        value: |picture, task| {
            let severity = match picture.alerts.of_task(task.key) {
                Some(Severity::Error) => 2_u128,
                Some(Severity::Warning) => 1,
                None => 0,
            };
            number(severity << 100 | lasted(&picture.model, task).as_nanos())
        },
    },
    Column {
        title: "STATE",
        width: 9,
        grows: 0,
        gives_way: 4,
        alignment: Alignment::Left,
        cell: |_, task| task.state.to_string(),
        value: |_, task| SortValue::Text(task.state.to_string()),
    },
    Column {
        title: "WAIT",
        width: 16,
        grows: 3,
        gives_way: 0,
        alignment: Alignment::Left,
        cell: |picture, task| plain(&wait(picture, task)).into_owned(),
        value: |picture, task| SortValue::Text(wait(picture, task)),
    },
    Column {
        title: "FOR",
        width: 7,
        grows: 0,
        gives_way: 1,
        alignment: Alignment::Right,
        cell: |picture, task| human(lasted(&picture.model, task)),
        value: |picture, task| number(lasted(&picture.model, task).as_nanos()),
    },
    Column {
        title: "ID",
        width: 7,
        grows: 0,
        gives_way: 3,
        alignment: Alignment::Right,
        cell: |_, task| task.tokio_id.to_string(),
        value: |_, task| number(task.tokio_id),
    },
    Column {
        title: "NAME",
        width: 10,
        grows: 1,
        gives_way: 5,
        alignment: Alignment::Left,
        cell: |_, task| plain(&task.name).into_owned(),
        value: |_, task| SortValue::Text(task.name.to_string()),
    },
    Column {
        title: "POLLS",
        width: 8,
        grows: 0,
        gives_way: 6,
        alignment: Alignment::Right,
        cell: |_, task| task.polls.to_string(),
        value: |_, task| number(task.polls),
    },
    Column {
        title: "BUSY",
        width: 7,
        grows: 0,
        gives_way: 7,
        alignment: Alignment::Right,
        cell: |picture, task| human(task.busy_at(picture.model.now)),
        value: |picture, task| number(task.busy_at(picture.model.now).as_nanos()),
    },
    Column {
        title: "SPAWNED AT",
        width: 14,
        grows: 2,
        gives_way: 2,
        alignment: Alignment::Left,
        cell: |_, task| location(task),
        value: |_, task| SortValue::Text(location(task)),
    },
];

/// A sign beside the colour, for those who see none.
pub(super) fn mark(severity: Option<Severity>) -> &'static str {
    match severity {
        Some(Severity::Error) => "‼",
        Some(Severity::Warning) => "!",
        None => "",
    }
}

/// How long a task has been doing what it does: its longest wait, if it has one.
fn lasted(model: &Model, task: &Task) -> Duration {
    let longest = model.waits_of(task).first().map(|wait| wait.since);
    model.now.since(longest.unwrap_or(task.state_since))
}

fn wait(picture: &Picture, task: &Task) -> String {
    picture.model.wait_text(task).unwrap_or_default()
}

fn location(task: &Task) -> String {
    let location = task.location.as_ref();
    location.map_or_else(String::new, |location| {
        plain(&location.to_string()).into_owned()
    })
}

/// The columns that have room in `width`, and how wide each is. `named`: whether
/// any task has a name.
pub(super) fn layout(width: u16, named: bool) -> Vec<(&'static Column, u16)> {
    let mut shown: Vec<&Column> = COLUMNS.iter().collect();
    shown.retain(|column| named || column.title != "NAME");
    let needed = |shown: &[&Column]| -> u16 {
        shown.iter().map(|column| column.width).sum::<u16>() + shown.len() as u16
    };
    while needed(&shown) > width
        && let Some(place) = (1..shown.len()).max_by_key(|place| shown[*place].gives_way)
    {
        shown.remove(place);
    }
    let spare = u32::from(width.saturating_sub(needed(&shown)));
    let shares: u32 = shown.iter().map(|column| u32::from(column.grows)).sum();
    shown
        .into_iter()
        .map(|column| {
            let more = spare * u32::from(column.grows) / shares.max(1);
            (column, (column.width + more as u16).min(width))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_give_way_to_what_matters_more() {
        let titles = |width| -> Vec<&str> {
            layout(width, true)
                .iter()
                .map(|(column, _)| column.title)
                .collect()
        };
        assert_eq!(titles(200).len(), COLUMNS.len());
        assert_eq!(
            titles(80),
            ["", "STATE", "WAIT", "FOR", "ID", "NAME", "SPAWNED AT"]
        );
        assert_eq!(titles(30), ["", "WAIT", "FOR"]);
        for width in 0..300 {
            let layout = layout(width, width % 2 == 0);
            let used: u16 = layout.iter().map(|(_, width)| width + 1).sum();
            assert!(used <= width.max(3 + 1), "{width}: {used}");
        }
    }
}
