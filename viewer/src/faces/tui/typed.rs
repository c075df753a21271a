//! A line that the user types: the name of a file, a filter.

use std::ops::Range;

use ratatui::Frame;
use ratatui::crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};

use super::theme::Theme;
use crate::rules::Severity;
use crate::words::plain::is_harmful;

/// A line is at most this long, in characters.
const LONGEST: usize = 1_000;

/// What is typed, and where the cursor is in it.
#[derive(Clone, Debug, Default)]
pub(super) struct Typed {
    text: String,
    /// In bytes, between two characters.
    cursor: usize,
}

/// What an event means for what is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Typing {
    /// Nothing.
    Nothing,
    /// Another text, or the cursor elsewhere.
    Edited,
    /// That is all.
    Done,
    /// It is not wanted any more.
    Dropped,
}

impl Typed {
    /// With a text to begin with.
    pub(super) fn new(text: &str) -> Self {
        Typed {
            text: text.to_owned(),
            cursor: text.len(),
        }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Takes an event of the terminal.
    pub(super) fn take(&mut self, event: &Event) -> Typing {
        match event {
            Event::Paste(text) => {
                // Of several lines the first.
                self.insert(text.lines().next().unwrap_or_default());
                Typing::Edited
            }
            Event::Key(key) if key.kind != KeyEventKind::Release => self.press(key),
            _ => Typing::Nothing,
        }
    }

    fn press(&mut self, key: &KeyEvent) -> Typing {
        let is_held = |modifier| key.modifiers.contains(modifier);
        match key.code {
            KeyCode::Enter => return Typing::Done,
            KeyCode::Esc => return Typing::Dropped,
            KeyCode::Char(letter) if is_held(KeyModifiers::CONTROL) => match letter {
                'c' => return Typing::Dropped,
                'u' => drop(self.text.drain(..self.cursor)),
                'w' => {
                    let kept = self.text[..self.cursor].trim_end();
                    let kept = kept.rfind(' ').map_or(0, |space| space + 1);
                    self.text.drain(kept..self.cursor);
                    self.cursor = kept;
                    return Typing::Edited;
                }
                'a' => self.cursor = 0,
                'e' => self.cursor = self.text.len(),
                _ => return Typing::Nothing,
            },
            KeyCode::Char(letter) if !is_held(KeyModifiers::ALT) => {
                self.insert(letter.encode_utf8(&mut [0; 4]));
            }
            KeyCode::Backspace => {
                let before = self.before();
                self.text.drain(before..self.cursor);
                self.cursor = before;
            }
            KeyCode::Delete => {
                let after = self.after();
                self.text.drain(self.cursor..after);
            }
            KeyCode::Left => self.cursor = self.before(),
            KeyCode::Right => self.cursor = self.after(),
            KeyCode::Home => self.cursor = 0,
            KeyCode::End => self.cursor = self.text.len(),
            _ => return Typing::Nothing,
        }
        if key.code == KeyCode::Char('u') && is_held(KeyModifiers::CONTROL) {
            self.cursor = 0;
        }
        Typing::Edited
    }

    /// What could do something to the terminal is left out.
    fn insert(&mut self, text: &str) {
        let room = LONGEST.saturating_sub(self.text.chars().count());
        let harmless = text.chars().filter(|letter| !is_harmful(*letter));
        let text: String = harmless.take(room).collect();
        self.text.insert_str(self.cursor, &text);
        self.cursor += text.len();
    }

    /// Where the character before the cursor begins.
    fn before(&self) -> usize {
        let mut letters = self.text[..self.cursor].char_indices();
        letters.next_back().map_or(0, |(place, _)| place)
    }

    /// Where the character after the cursor ends.
    fn after(&self) -> usize {
        let letter = self.text[self.cursor..].chars().next();
        self.cursor + letter.map_or(0, char::len_utf8)
    }

    /// Draws it after its `label`, with the terminal's cursor; as much of it as there
    /// is room for before the cursor. What is wrong in it looks so.
    pub(super) fn draw(
        &self,
        frame: &mut Frame<'_>,
        area: Rect,
        label: &str,
        wrong: Option<Range<usize>>,
        theme: Theme,
    ) {
        if area.is_empty() {
            return;
        }
        let label = Span::styled(label.to_owned(), theme.title());
        let room = usize::from(area.width).saturating_sub(label.width() + 1);
        let mut start = 0;
        while start < self.cursor && Span::raw(&self.text[start..self.cursor]).width() > room {
            let first = self.text[start..].chars().next();
            start += first.map_or(1, char::len_utf8);
        }
        let before = Span::raw(&self.text[start..self.cursor]).width();
        let x = (label.width() + before).min(usize::from(area.width - 1));
        frame.set_cursor_position(Position::new(area.x + x as u16, area.y));
        let mut line = Line::from(label);
        line.extend(marked(&self.text, start, wrong, theme));
        frame.render_widget(line, area);
    }
}

/// `text` from `start` on, of which a part is wrong.
pub(super) fn marked(
    text: &str,
    start: usize,
    wrong: Option<Range<usize>>,
    theme: Theme,
) -> Vec<Span<'static>> {
    let wrong = wrong.unwrap_or(text.len()..text.len());
    let part = |from: usize, to: usize| {
        let part = text.get(from.max(start)..to.max(start));
        part.unwrap_or_default().to_owned()
    };
    let style = theme.severity(Severity::Error);
    vec![
        Span::raw(part(0, wrong.start)),
        Span::styled(part(wrong.start, wrong.end), style),
        Span::raw(part(wrong.end, text.len())),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(typed: &mut Typed, code: KeyCode) -> Typing {
        typed.take(&Event::Key(KeyEvent::from(code)))
    }

    fn hold(typed: &mut Typed, letter: char) -> Typing {
        let key = KeyEvent::new(KeyCode::Char(letter), KeyModifiers::CONTROL);
        typed.take(&Event::Key(key))
    }

    #[test]
    fn a_line_is_edited_where_the_cursor_is() {
        let mut typed = Typed::new("größ");
        assert_eq!(press(&mut typed, KeyCode::Char('e')), Typing::Edited);
        press(&mut typed, KeyCode::Left);
        press(&mut typed, KeyCode::Backspace);
        assert_eq!(typed.text(), "gröe");
        press(&mut typed, KeyCode::Delete);
        press(&mut typed, KeyCode::Home);
        press(&mut typed, KeyCode::Delete);
        assert_eq!(typed.text(), "rö");
        press(&mut typed, KeyCode::End);
        typed.take(&Event::Paste(" two\nthree".to_owned()));
        assert_eq!(typed.text(), "rö two");
        hold(&mut typed, 'w');
        assert_eq!(typed.text(), "rö ");
        hold(&mut typed, 'u');
        assert_eq!(typed.text(), "");
        press(&mut typed, KeyCode::Backspace);
        press(&mut typed, KeyCode::Left);
        press(&mut typed, KeyCode::Char('x'));
        assert_eq!(typed.text(), "x");
        assert_eq!(press(&mut typed, KeyCode::Enter), Typing::Done);
        assert_eq!(hold(&mut typed, 'c'), Typing::Dropped);
    }

    #[test]
    fn what_is_pasted_is_harmless_and_bounded() {
        let mut typed = Typed::default();
        let evil = format!("\u{1b}[2J\u{202e}{}", "x".repeat(5_000));
        typed.take(&Event::Paste(evil));
        assert_eq!(typed.text().chars().count(), LONGEST);
        assert!(!typed.text().chars().any(is_harmful));
    }
}
