//! A sheet on the screen.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

use super::super::super::views::Sight;
use super::super::draw::{self, cell};
use super::super::layout;
use super::act::shown_columns;
use super::{Cell, Record, Sheet};

impl<R: Record> Sheet<R> {
    /// Draws it with its filter, if there is one.
    pub(in super::super::super) fn draw(
        &mut self,
        frame: &mut Frame<'_>,
        area: Rect,
        sight: &Sight<'_>,
    ) {
        let matches = self
            .is_settled()
            .then_some((self.found.rows.len(), self.found.of));
        let area = self.filter.draw(frame, area, matches, sight.theme);
        let shown = shown_columns::<R>(sight.pictures);
        let shapes = shown
            .iter()
            .map(|index| (*index, R::columns()[*index].shape));
        let widths = layout(shapes.collect(), area.width);
        self.list.drawn(area, &widths);
        // One row is the titles'.
        self.list.scroll(usize::from(area.height.saturating_sub(1)));
        let titles = self.titles(&widths, sight);
        let rows = self.found.rows.iter().skip(self.list.top).map(|row| {
            let seen = sight.pictures.get(row.key().target)?;
            let cells = widths.iter().map(|(index, width)| {
                let column = &R::columns()[*index];
                let text = (column.cell)(
                    row,
                    &Cell {
                        seen,
                        theme: sight.theme,
                        width: *width,
                    },
                );
                cell(
                    &column.shape,
                    &text,
                    *width,
                    (column.style)(row, sight.theme),
                )
            });
            Some((Line::from_iter(cells), self.list.is_selected(row.key())))
        });
        let none = match (self.is_settled(), self.found.of) {
            (false, _) => "",
            (true, 0) => R::none(),
            (true, _) => "nothing is like that",
        };
        draw::draw(frame, area, sight.theme, titles, none, rows);
    }

    fn titles(&self, widths: &[(usize, u16)], sight: &Sight<'_>) -> Line<'static> {
        let marks = sight.theme.marks();
        let cells = widths.iter().map(|(index, width)| {
            let shape = &R::columns()[*index].shape;
            let mut title = shape.title.to_owned();
            if *index == self.column {
                title.push(match self.reversed {
                    true => marks.ascending,
                    false => marks.descending,
                });
            }
            cell(shape, &title, *width, Style::new())
        });
        Line::from_iter(cells)
    }
}
