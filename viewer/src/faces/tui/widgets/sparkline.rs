//! How a value went, in one line of a table.

use super::drawable;
use crate::faces::tui::theme::Marks;

/// How much of a cell the largest value takes.
const ALMOST: f64 = 7.0 / 8.0;

/// The last of `values`, oldest first, one in each of `width` cells; the newest is at
/// the right. Nothing is drawn where nothing is known; zero is the lowest mark. The
/// largest that is shown is almost a full cell: those of the rows above and below are to
/// be told apart.
pub fn text(values: &[Option<f64>], width: u16, marks: &Marks) -> String {
    let width = usize::from(width);
    let shown = &values[values.len().saturating_sub(width)..];
    let shown = shown.iter().copied().map(drawable);
    let most = shown.clone().flatten().fold(0.0, f64::max);
    let lowest = marks.levels.first().copied().unwrap_or(' ');
    let cells = shown.map(|value| match value {
        None => ' ',
        Some(value) => marks.level(value / most * ALMOST).unwrap_or(lowest),
    });
    let empty = std::iter::repeat_n(' ', width - cells.len());
    empty.chain(cells).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{ODD, SIZES};
    use super::*;
    use crate::faces::tui::theme::Theme;

    fn some(values: &[f64]) -> Vec<Option<f64>> {
        values.iter().copied().map(Some).collect()
    }

    #[test]
    fn the_newest_values_are_at_the_right_and_gaps_are_left_empty() {
        let marks = Theme::with_colours(true).marks();
        let mut values = some(&[0.0, 1.0, 2.0, 4.0, 8.0]);
        assert_eq!(text(&values, 7, marks), "  ▁▁▂▄▇");
        assert_eq!(text(&values, 2, marks), "▄▇");
        values[3] = None;
        assert_eq!(text(&values, 5, marks), "▁▁▂ ▇");
        assert_eq!(text(&[], 3, marks), "   ");
        assert_eq!(text(&some(&[0.0, 0.0]), 2, marks), "▁▁");
    }

    #[test]
    fn without_unicode_it_is_ascii() {
        let marks = Theme::with_ascii().marks();
        let values = some(&[0.0, 1.0, 2.0, 4.0, 8.0]);
        assert_eq!(text(&values, 6, marks), " ..:=%");
    }

    #[test]
    fn it_is_as_wide_as_it_should_be_whatever_the_values() {
        for theme in [Theme::with_colours(true), Theme::with_ascii()] {
            for width in SIZES {
                let line = text(&ODD.repeat(3), width, theme.marks());
                assert_eq!(line.chars().count(), usize::from(width));
            }
        }
    }
}
