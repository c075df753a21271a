//! What is told of a channel in the table.

use std::sync::Arc;
use std::time::Duration;

use ratatui::layout::HorizontalAlignment::{Left, Right};
use ratatui::style::Style;

use super::super::super::table::Keeps;
use super::super::super::table::sheet::{Cell, Column, Rank, Record, shape, target};
use super::super::super::targets::{Of, ResourceOf, Seen};
use super::super::super::widgets::bar;
use super::super::resource::fill_style;
use crate::filter::Filter;
use crate::filter::rows::ChannelRow as Shown;
use crate::model::{Fill, Location, Moment, Resource, ResourceKey};
use crate::words::duration::human;
use crate::words::plain::plain;

/// The bar of a channel is so wide, beside how much it holds.
const BAR: u16 = 5;

/// A bounded channel.
#[derive(Clone, Debug)]
pub(super) struct ChannelRow {
    key: ResourceOf,
    serial: u64,
    fill: Fill,
    capacity: Option<u64>,
    senders: usize,
    longest: Option<Duration>,
    taken: Option<Moment>,
    element: Option<Arc<str>>,
    made_at: Option<Arc<Location>>,
}

/// Those with most senders waiting first.
pub(super) fn find(target: u16, seen: &Seen, filter: &Filter, rows: &mut Vec<ChannelRow>) -> usize {
    let model = &seen.picture.model;
    let channels = model.channels();
    let shown = channels.iter().filter(|channel| {
        let row = Shown {
            target: &seen.name,
            model,
            channel,
        };
        filter.is_all() || filter.matches(&row)
    });
    rows.extend(shown.map(|channel| ChannelRow {
        key: Of {
            target,
            key: channel.resource.key,
        },
        serial: channel.resource.serial,
        fill: channel.fill,
        capacity: channel.resource.capacity,
        senders: channel.senders.len(),
        longest: channel.longest(model.now),
        taken: channel.resource.last_taken,
        element: channel.resource.element_type.clone(),
        made_at: channel.resource.made_at().cloned(),
    }));
    channels.len()
}

impl Record for ChannelRow {
    type Key = ResourceKey;

    fn key(&self) -> ResourceOf {
        self.key
    }

    fn columns() -> &'static [Column<Self>] {
        COLUMNS
    }

    fn none() -> &'static str {
        "no bounded channels are known"
    }

    fn candidates(seen: &Seen) -> usize {
        seen.picture.model.resources.len()
    }
}

const COLUMNS: &[Column<ChannelRow>] = &[
    Column::new(
        shape("SENDERS", 8, 0, 0, Right, Keeps::Start),
        |row: &ChannelRow, _| row.senders.to_string(),
        |row: &ChannelRow| Rank::Number(row.senders as u64),
    )
    .styled(by_fill),
    Column::new(
        shape("LONGEST", 8, 0, 2, Right, Keeps::Start),
        |row: &ChannelRow, _| row.longest.map_or("-".to_owned(), human),
        |row| {
            let nanos = row.longest.map_or(0, |longest| longest.as_nanos());
            Rank::Number(u64::try_from(nanos).unwrap_or(u64::MAX))
        },
    )
    .styled(by_fill),
    Column::new(
        shape("CHANNEL", 9, 0, 0, Left, Keeps::Start),
        |row: &ChannelRow, _| format!("ch#{}", row.serial),
        |row: &ChannelRow| Rank::Number(u64::MAX - row.serial),
    )
    .styled(by_fill),
    Column::new(shape("FILL", 13, 0, 1, Left, Keeps::Start), fill, |row| {
        Rank::Number(match row.fill {
            Fill::Full => 2,
            Fill::Empty => 1,
            Fill::Unknown => 0,
        })
    })
    .styled(by_fill),
    Column::new(
        shape("CAPACITY", 8, 0, 6, Right, Keeps::Start),
        |row: &ChannelRow, _| row.capacity.map_or("-".to_owned(), |it| it.to_string()),
        |row: &ChannelRow| Rank::Number(row.capacity.unwrap_or(0)),
    ),
    Column::new(
        shape("RECEIVER", 20, 3, 1, Left, Keeps::Start),
        |row, cell| {
            let receiver = resource(row, cell).and_then(|resource| resource.last_taker);
            let model = &cell.seen.picture.model;
            let text = receiver.map(|key| model.other_task_text(key));
            text.map_or("-".to_owned(), |text| plain(&text).into_owned())
        },
        |row: &ChannelRow| Rank::Number(row.taken.map_or(0, |taken| u64::MAX - nanos(taken))),
    ),
    Column::new(
        shape("RECEIVED", 10, 0, 5, Right, Keeps::Start),
        |row, cell| match row.taken {
            Some(taken) => {
                let now = cell.seen.picture.model.now;
                format!("{} ago", human(now.since(taken)))
            }
            None => "never".to_owned(),
        },
        // What nobody has received from for the longest comes first.
        |row: &ChannelRow| Rank::Number(u64::MAX - row.taken.map_or(0, nanos)),
    ),
    Column::new(
        shape("OF", 12, 1, 4, Left, Keeps::End),
        |row: &ChannelRow, _| plain(row.element.as_deref().unwrap_or("-")).into_owned(),
        |row: &ChannelRow| Rank::Text(row.element.as_deref().unwrap_or_default().to_owned()),
    ),
    Column::new(
        shape("MADE AT", 14, 2, 3, Left, Keeps::End),
        |row: &ChannelRow, _| place(row),
        |row: &ChannelRow| Rank::Text(place(row)),
    ),
    target(),
];

fn by_fill(row: &ChannelRow, theme: super::super::super::theme::Theme) -> Style {
    fill_style(row.fill, theme)
}

/// A bar and a word: only that it is full or empty is ever known.
fn fill(row: &ChannelRow, cell: &Cell<'_>) -> String {
    let (filled, word) = match row.fill {
        Fill::Full => (1, "full"),
        Fill::Empty => (0, "empty"),
        Fill::Unknown => return "-".to_owned(),
    };
    let width = BAR.min(cell.width);
    let bar = bar::line(filled, 1, width, Style::new(), cell.theme);
    format!("{bar} {word}")
}

fn resource<'a>(row: &ChannelRow, cell: &Cell<'a>) -> Option<&'a Resource> {
    cell.seen.picture.model.resources.get(&row.key.key)
}

fn place(row: &ChannelRow) -> String {
    let place = row.made_at.as_ref().map(|at| at.to_string());
    place.map_or("-".to_owned(), |place| plain(&place).into_owned())
}

fn nanos(moment: Moment) -> u64 {
    u64::try_from(moment.since_zero().as_nanos()).unwrap_or(u64::MAX)
}
