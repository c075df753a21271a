//! The characters for what is no text, for terminals with and without them.

use ratatui::buffer::Buffer;

/// A character for every mark that is drawn, one cell wide each.
#[derive(Debug, PartialEq, Eq)]
pub struct Marks {
    /// Whether there is nothing but ASCII.
    pub ascii: bool,
    /// Beside what there is a warning of.
    pub warning: char,
    /// A column that is sorted with the largest below.
    pub ascending: char,
    /// A column that is sorted with the largest above.
    pub descending: char,
    /// The keys with arrows.
    pub arrows: [char; 4],
    /// So many times.
    pub times: char,
    /// From left to right.
    pub horizontal: char,
    /// From top to bottom.
    pub vertical: char,
    /// The full part of a bar.
    pub full: char,
    /// The rest of a bar.
    pub rest: char,
    /// From almost nothing to a full cell.
    pub levels: &'static [char],
    /// Half of a cell.
    pub half: char,
}

const UNICODE: Marks = Marks {
    ascii: false,
    warning: '!',
    ascending: '▲',
    descending: '▼',
    arrows: ['←', '↑', '↓', '→'],
    times: '×',
    horizontal: '─',
    vertical: '│',
    full: '█',
    rest: '░',
    levels: &['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
    half: '▒',
};

const ASCII: Marks = Marks {
    ascii: true,
    warning: '!',
    ascending: '^',
    descending: 'v',
    arrows: ['<', '^', 'v', '>'],
    times: 'x',
    horizontal: '-',
    vertical: '|',
    full: '#',
    rest: '.',
    levels: &['.', ':', '-', '=', '+', '*', '%', '#'],
    half: '=',
};

impl Marks {
    pub(super) fn new(ascii: bool) -> &'static Self {
        match ascii {
            true => &ASCII,
            false => &UNICODE,
        }
    }

    /// The mark for a cell of which `share` is full, from 0 to 1: none if nothing is.
    pub fn level(&self, share: f64) -> Option<char> {
        if share.is_nan() || share <= 0.0 {
            return None;
        }
        let steps = self.levels.len();
        let step = (share * steps as f64).ceil() as usize;
        self.levels.get(step.clamp(1, steps) - 1).copied()
    }
}

/// Leaves nothing but ASCII: stand-ins for what taskmon writes, and question marks for
/// what else the program's own names are made of.
pub(super) fn to_ascii(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        if !cell.symbol().is_ascii() {
            // A wide character has a cell after it, which stays empty.
            cell.set_char(cell.symbol().chars().next().map_or(' ', stand_in));
        }
    }
}

/// What is written in place of a character that the terminal does not have.
fn stand_in(character: char) -> char {
    let both = [
        (UNICODE.ascending, ASCII.ascending),
        (UNICODE.descending, ASCII.descending),
        (UNICODE.times, ASCII.times),
        (UNICODE.rest, ASCII.rest),
        (UNICODE.half, ASCII.half),
        // Beside what is stuck.
        ('‼', '#'),
        // In place of what has no room.
        ('…', '~'),
        // Of microseconds.
        ('µ', 'u'),
        // Something whose children are hidden, and whose are shown.
        ('▸', '+'),
        ('▾', '-'),
        // Whether the connection stands.
        ('●', '*'),
        ('○', 'o'),
        ('·', '-'),
    ];
    let arrows = UNICODE.arrows.into_iter().zip(ASCII.arrows);
    let levels = UNICODE.levels.iter().copied();
    let levels = levels.zip(ASCII.levels.iter().copied());
    let mut known = both.into_iter().chain(arrows).chain(levels);
    let known = known.find_map(|(from, to)| (from == character).then_some(to));
    known.unwrap_or(match character {
        '─' | '━' | '═' | '┄' | '╌' => '-',
        '│' | '┃' | '║' | '┆' | '╎' => '|',
        // What is left of the characters that boxes are made of.
        '\u{2500}'..='\u{257f}' => '+',
        '\u{2580}'..='\u{259f}' => '#',
        '–' | '—' | '−' => '-',
        '≥' | '›' | '»' | '▶' | '▷' => '>',
        '≤' | '‹' | '«' | '◀' | '◁' => '<',
        '•' | '■' | '◆' => '*',
        '□' | '◇' => 'o',
        '✓' | '✔' => '+',
        '✗' | '✘' => 'x',
        '“' | '”' => '"',
        '‘' | '’' => '\'',
        // Of a program's own names; the terminal would show it as something else.
        _ => '?',
    })
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Cell;
    use ratatui::layout::Rect;
    use ratatui::style::Style;
    use unicode_width::UnicodeWidthChar;

    use super::*;

    /// Every character of a table of marks.
    fn characters(marks: &Marks) -> Vec<char> {
        // What is written for debugging holds all fields, and marks that are no ASCII
        // only there.
        let mut all: Vec<char> = format!("{marks:?}").chars().collect();
        all.retain(|character| !character.is_ascii());
        all
    }

    #[test]
    fn without_unicode_every_mark_is_ascii() {
        assert_eq!(characters(&ASCII), Vec::<char>::new());
        assert!(characters(&UNICODE).len() > 15);
    }

    #[test]
    fn every_mark_takes_one_cell() {
        for character in characters(&UNICODE) {
            assert_eq!(character.width(), Some(1), "{character}");
        }
    }

    #[test]
    fn every_mark_that_is_drawn_has_a_stand_in() {
        for character in characters(&UNICODE) {
            assert_ne!(stand_in(character), '?', "{character}");
        }
    }

    #[test]
    fn a_cell_is_as_full_as_its_share() {
        assert_eq!(UNICODE.level(0.0), None);
        assert_eq!(UNICODE.level(f64::NAN), None);
        assert_eq!(UNICODE.level(-1.0), None);
        assert_eq!(UNICODE.level(1e-9), Some('▁'));
        assert_eq!(UNICODE.level(0.5), Some('▄'));
        assert_eq!(UNICODE.level(1.0), Some('█'));
        assert_eq!(UNICODE.level(f64::INFINITY), Some('█'));
        assert_eq!(ASCII.level(0.51), Some('+'));
    }

    #[test]
    fn a_wide_character_leaves_its_other_cell_empty() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 8, 1));
        buffer.set_string(0, 0, "a日b…45µ", Style::new());
        to_ascii(&mut buffer);
        let line: String = buffer.content.iter().map(Cell::symbol).collect();
        assert_eq!(line, "a? b~45u");
    }
}
