//! A table of which only the rows that are seen are made.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::super::theme::Theme;
use super::Shape;

/// A row, and whether it is the selected one; nothing for one that is gone.
pub(in super::super) type Row = Option<(Line<'static>, bool)>;

/// Draws the titles and as many `rows` as there is room for. `none` is said if
/// there are no rows.
pub(in super::super) fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    theme: Theme,
    titles: Line<'static>,
    none: &'static str,
    rows: impl Iterator<Item = Row>,
) {
    if area.height == 0 {
        return;
    }
    let place = |number: u16| Rect {
        y: area.y + number,
        height: 1,
        ..area
    };
    frame.render_widget(titles.style(theme.heading()), place(0));
    let mut empty = true;
    for (number, row) in (1..area.height).zip(rows) {
        empty = false;
        let Some((mut line, selected)) = row else {
            continue;
        };
        if selected {
            // To the end of the row, not of the text.
            line = line.style(theme.selected());
            frame
                .buffer_mut()
                .set_style(place(number), theme.selected());
        }
        frame.render_widget(line, place(number));
    }
    if empty && area.height > 1 {
        frame.render_widget(Line::raw(none), place(1));
    }
}

/// A cell of a column that is `width` wide, and the gap after it.
pub(in super::super) fn cell(shape: &Shape, text: &str, width: u16, style: Style) -> Span<'static> {
    Span::styled(shape.fit(text, width) + " ", style)
}
