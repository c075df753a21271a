//! The room that the columns of a table take.

use ratatui::layout::Alignment;
use ratatui::text::Span;

use crate::faces::width::keep_end;

/// How much room a column takes, and what becomes of what does not fit.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Shape {
    pub(in super::super) title: &'static str,
    /// The least that it is useful with.
    pub(in super::super) width: u16,
    /// Its share of the room that is left, 0 for none.
    pub(in super::super) grows: u16,
    /// Those with the highest go first on a narrow terminal.
    pub(in super::super) gives_way: u8,
    pub(in super::super) alignment: Alignment,
    pub(in super::super) keeps: Keeps,
}

/// What is kept of a text that is too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Keeps {
    Start,
    /// As of a path, whose end says more.
    End,
}

impl Shape {
    /// `text` in exactly `width` cells of the terminal.
    pub(in super::super) fn fit(&self, text: &str, width: u16) -> String {
        match self.keeps {
            Keeps::Start => fit(text, width, self.alignment),
            Keeps::End => fit(&keep_end(text, width.into()), width, self.alignment),
        }
    }
}

/// The columns that have room in `width`, and how wide each is. The first never
/// gives way.
pub(in super::super) fn layout(mut shown: Vec<(usize, Shape)>, width: u16) -> Vec<(usize, u16)> {
    let needed = |shown: &[(usize, Shape)]| -> u16 {
        shown.iter().map(|(_, shape)| shape.width).sum::<u16>() + shown.len() as u16
    };
    while needed(&shown) > width
        && let Some(place) = (1..shown.len()).max_by_key(|place| shown[*place].1.gives_way)
    {
        shown.remove(place);
    }
    let spare = u32::from(width.saturating_sub(needed(&shown)));
    let shares: u32 = shown.iter().map(|(_, shape)| u32::from(shape.grows)).sum();
    let wide = |(index, shape): (usize, Shape)| {
        let more = spare * u32::from(shape.grows) / shares.max(1);
        (index, (shape.width + more as u16).min(width))
    };
    shown.into_iter().map(wide).collect()
}

/// How many cells of the terminal a text takes.
fn cells_of(text: &str) -> usize {
    Span::raw(text).width()
}

/// `text` in exactly `width` cells: cut with an ellipsis, or filled up.
fn fit(text: &str, width: u16, alignment: Alignment) -> String {
    let width = usize::from(width);
    let mut fitting = text.to_owned();
    if cells_of(text) > width {
        fitting.clear();
        for character in text.chars() {
            if cells_of(&fitting) + cells_of(character.encode_utf8(&mut [0; 4])) + 1 > width {
                break;
            }
            fitting.push(character);
        }
        if width > 0 {
            fitting.push('…');
        }
    }
    let room = " ".repeat(width.saturating_sub(cells_of(&fitting)));
    match alignment {
        Alignment::Right => room + &fitting,
        _ => fitting + &room,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_as_wide_as_its_column() {
        for text in ["", "a", "abcdefgh", "☃☃☃☃☃☃☃☃", "生産者生産者"] {
            for width in 0..12 {
                for alignment in [Alignment::Left, Alignment::Right] {
                    for keeps in [Keeps::Start, Keeps::End] {
                        let shape = Shape {
                            title: "",
                            width,
                            grows: 0,
                            gives_way: 0,
                            alignment,
                            keeps,
                        };
                        let cell = shape.fit(text, width);
                        assert_eq!(cells_of(&cell), usize::from(width), "{text} {cell}");
                    }
                }
            }
        }
    }
}
