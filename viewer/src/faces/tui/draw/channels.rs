//! The table of channels.

use ratatui::Frame;
use ratatui::layout::HorizontalAlignment::{Left, Right};
use ratatui::layout::{Alignment, Rect};
use ratatui::style::Style;
use ratatui::text::Line;

use super::super::app::App;
use super::super::shape::{self, Keeps, Shape};
use super::super::theme::Theme;
use super::table::{self, cell};
use crate::client::Picture;
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

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, app: &App, picture: &Picture, theme: Theme) {
    let columns = shape::layout(SHAPES.into_iter().enumerate().collect(), area.width);
    let titles = columns.iter().map(|(index, width)| {
        let shape = &SHAPES[*index];
        cell(shape, shape.title, *width, Style::new())
    });
    let rows = app.channels.rows.iter().skip(app.channels.top).map(|key| {
        let channel = picture.model.channel(*key)?;
        let texts = channel_cells(&picture.model, &channel);
        let style = match channel.fill {
            Fill::Full => theme.severity(Severity::Warning),
            Fill::Empty | Fill::Unknown => Style::new(),
        };
        let cells = columns.iter().map(|(index, width)| {
            let style = if *index < 6 { style } else { Style::new() };
            cell(&SHAPES[*index], &texts[*index], *width, style)
        });
        Some((Line::from_iter(cells), app.channels.is_selected(*key)))
    });
    let none = match app.is_settled() {
        true => "no bounded channels are known",
        false => "",
    };
    table::draw(frame, area, theme, Line::from_iter(titles), none, rows);
}
