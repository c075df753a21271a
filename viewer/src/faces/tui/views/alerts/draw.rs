//! The table of alerts on the screen.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::layout::{HorizontalAlignment::Left, HorizontalAlignment::Right};
use ratatui::style::Style;
use ratatui::text::Line;

use super::super::super::table::draw::{self, cell};
use super::super::super::table::sheet::shape;
use super::super::super::table::{self, Keeps, List, Shape};
use super::super::Sight;
use super::super::tasks::mark;
use super::rows::{self, AlertOf, Found};
use crate::words::duration::human;
use crate::words::plain::plain;

const SHAPES: [Shape; 8] = [
    shape("", 2, 0, 0, Left, Keeps::Start),
    shape("RULE", 13, 0, 0, Left, Keeps::Start),
    shape("TASKS", 6, 0, 1, Right, Keeps::Start),
    shape("LONGEST", 7, 0, 3, Right, Keeps::Start),
    shape("SINCE", 8, 0, 4, Right, Keeps::Start),
    shape("TARGET", 12, 1, 5, Left, Keeps::End),
    shape("WHERE", 20, 1, 2, Left, Keeps::End),
    shape("WHAT", 20, 4, 6, Left, Keeps::Start),
];
/// The index of the column that several programs need.
const TARGET: usize = 5;

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, list: &mut List<AlertOf>, sight: &Sight<'_>) {
    let several = sight.pictures.are_several();
    let shapes = SHAPES.into_iter().enumerate();
    let shapes = shapes.filter(|(index, _)| several || *index != TARGET);
    let columns = table::layout(shapes.collect(), area.width);
    list.drawn(area, &columns);
    // One row is the titles'.
    list.scroll(usize::from(area.height.saturating_sub(1)));
    let titles = columns.iter().map(|(index, width)| {
        let shape = &SHAPES[*index];
        cell(shape, shape.title, *width, Style::new())
    });
    let all = rows::in_order(sight.pictures);
    let rows = list.rows.iter().skip(list.top).map(|row| {
        let found = all.iter().find(|found| found.row == *row)?;
        let texts = texts(found);
        let style = match found.alert.ended_at {
            None => sight.theme.severity(found.alert.severity),
            Some(_) => sight.theme.faint(),
        };
        let cells = columns.iter().map(|(index, width)| {
            let style = if *index < TARGET { style } else { Style::new() };
            cell(&SHAPES[*index], &texts[*index], *width, style)
        });
        Some((Line::from_iter(cells), list.is_selected(*row)))
    });
    let titles = Line::from_iter(titles);
    draw::draw(
        frame,
        area,
        sight.theme,
        titles,
        "nothing is or was wrong",
        rows,
    );
}

/// What is told of an alert, harmless.
fn texts(found: &Found<'_>) -> [String; SHAPES.len()] {
    let alert = found.alert;
    let now = found.seen.picture.model.now;
    let since = match alert.ended_at {
        None => human(now.since(alert.since)),
        Some(_) => "over".to_owned(),
    };
    let site = alert.site.as_ref().map(ToString::to_string);
    [
        mark(alert.ended_at.is_none().then_some(alert.severity)).to_owned(),
        alert.rule.to_owned(),
        alert.tasks.to_string(),
        human(alert.longest),
        since,
        found.seen.short_name().to_owned(),
        plain(&site.unwrap_or_default()).into_owned(),
        plain(&alert.message).into_owned(),
    ]
}
