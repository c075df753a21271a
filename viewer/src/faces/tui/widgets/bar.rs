//! How full something is.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::faces::tui::theme::{Meaning, Theme};

/// `filled` of `of` as a bar of `width` cells, of which the full ones are in `style`.
///
/// It is only empty if nothing is filled, and only full if nothing is left. If `of` is
/// 0 it is empty.
pub fn line(filled: u64, of: u64, width: u16, style: Style, theme: Theme) -> Line<'static> {
    let marks = theme.marks();
    let cells = full_cells(filled, of, width);
    let of_mark = |mark: char, count: u16| mark.to_string().repeat(count.into());
    Line::from(vec![
        Span::styled(of_mark(marks.full, cells), style),
        Span::styled(
            of_mark(marks.rest, width - cells),
            theme.style(Meaning::Muted),
        ),
    ])
}

fn full_cells(filled: u64, of: u64, width: u16) -> u16 {
    if of == 0 || filled == 0 || width == 0 {
        return 0;
    }
    if filled >= of {
        return width;
    }
    let cells = u128::from(filled) * u128::from(width) / u128::from(of);
    // A cell for a little, and one for what is left.
    let most = (width - 1).max(1);
    u16::try_from(cells).unwrap_or(most).clamp(1, most)
}

#[cfg(test)]
mod tests {
    use super::super::testing::SIZES;
    use super::*;

    fn text(filled: u64, of: u64, width: u16, theme: Theme) -> String {
        line(filled, of, width, Style::new(), theme).to_string()
    }

    #[test]
    fn it_is_full_only_if_nothing_is_left_and_empty_only_if_nothing_is_there() {
        let theme = Theme::with_ascii();
        assert_eq!(text(0, 8, 8, theme), "........");
        assert_eq!(text(1, 1_000, 8, theme), "#.......");
        assert_eq!(text(4, 8, 8, theme), "####....");
        assert_eq!(text(999, 1_000, 8, theme), "#######.");
        assert_eq!(text(8, 8, 8, theme), "########");
        assert_eq!(text(9, 8, 8, theme), "########");
        assert_eq!(text(0, 0, 3, theme), "...");
        assert_eq!(text(3, 8, 4, Theme::with_colours(true)), "█░░░");
    }

    #[test]
    fn it_is_as_wide_as_it_should_be_whatever_the_numbers() {
        for width in SIZES {
            for filled in [0, 1, 7, u64::MAX] {
                for of in [0, 1, 7, u64::MAX] {
                    let bar = text(filled, of, width, Theme::with_ascii());
                    assert_eq!(bar.len(), usize::from(width), "{filled}/{of}");
                }
            }
        }
    }
}
