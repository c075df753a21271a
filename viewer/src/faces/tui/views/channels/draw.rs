//! The table of channels.

use ratatui::Frame;
use ratatui::layout::HorizontalAlignment::{Left, Right};
use ratatui::layout::{Alignment, Rect};
use ratatui::style::Style;
use ratatui::text::Line;

use super::super::super::table::draw::{self, cell};
use super::super::super::table::{self, Keeps, Shape};
use super::super::Sight;
use super::Channels;
use crate::faces::tables::{CHANNEL_CELLS, channel_cells};
use crate::model::Fill;
use crate::rules::Severity;

/// The columns, as `taskmon channels` has them.
const SHAPES: [Shape; CHANNEL_CELLS] = [
    shape("CHANNEL", 8, 0, 0, Left, Keeps::Start),
    shape("OF", 12, 1, 4, Left, Keeps::End),
    shape("CAPACITY", 8, 0, 5, Right, Keeps::Start),
    shape("FILL", 5, 0, 0, Left, Keeps::Start),
    shape("SENDERS", 7, 0, 1, Right, Keeps::Start),
    shape("LONGEST", 7, 0, 2, Right, Keeps::Start),
    shape("RECEIVER", 20, 3, 1, Left, Keeps::Start),
    shape("RECEIVED", 10, 0, 6, Left, Keeps::Start),
    shape("MADE AT", 14, 2, 3, Left, Keeps::End),
];

const fn shape(
    title: &'static str,
    width: u16,
    grows: u16,
    gives_way: u8,
    alignment: Alignment,
    keeps: Keeps,
) -> Shape {
    Shape {
        title,
        width,
        grows,
        gives_way,
        alignment,
        keeps,
    }
}

/// The first column says of which program a channel is.
const TARGET: Shape = shape("TARGET", 12, 1, 3, Left, Keeps::End);

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, channels: &mut Channels, sight: &Sight<'_>) {
    let target = sight.pictures.are_several().then_some(TARGET);
    let shapes: Vec<Shape> = target.into_iter().chain(SHAPES).collect();
    let columns = table::layout(shapes.iter().copied().enumerate().collect(), area.width);
    channels.list.drawn(area, &columns);
    // One row is the titles'.
    channels
        .list
        .scroll(usize::from(area.height.saturating_sub(1)));
    let channels: &Channels = channels;
    let titles = columns.iter().map(|(index, width)| {
        let shape = &shapes[*index];
        cell(shape, shape.title, *width, Style::new())
    });
    let rows = channels
        .list
        .rows
        .iter()
        .skip(channels.list.top)
        .map(|key| {
            let seen = sight.pictures.get(key.target)?;
            let channel = seen.picture.model.channel(key.key)?;
            let target = target.is_some().then(|| seen.short_name().to_owned());
            let texts = channel_cells(&seen.picture.model, &channel);
            let texts: Vec<String> = target.into_iter().chain(texts).collect();
            let style = match channel.fill {
                Fill::Full => sight.theme.severity(Severity::Warning),
                Fill::Empty | Fill::Unknown => Style::new(),
            };
            let plain = texts.len() - 3;
            let cells = columns.iter().map(|(index, width)| {
                let style = if *index < plain { style } else { Style::new() };
                cell(&shapes[*index], &texts[*index], *width, style)
            });
            Some((Line::from_iter(cells), channels.list.is_selected(*key)))
        });
    let none = match channels.has_settled() {
        true => "no bounded channels are known",
        false => "",
    };
    draw::draw(
        frame,
        area,
        sight.theme,
        Line::from_iter(titles),
        none,
        rows,
    );
}
