//! The terminal UI without a terminal.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};
use ratatui::crossterm::event::{Event, KeyCode, KeyEvent};

use super::app::App;
use super::keys::{Key, KeyError};
use super::options::Options;
use super::screen::Screen;
use super::targets::Source;
use super::views::tasks::usual_columns;
use crate::client::Picture;

/// The terminal UI on a screen in memory, for measurements: it does what
/// [`super::run`] does between two looks at the keyboard, and nothing else.
pub struct Headless {
    screen: Screen,
    terminal: Terminal<TestBackend>,
}

impl Headless {
    /// A UI of `width` by `height` cells on `picture`, which is that of `target`.
    pub fn new(target: &str, picture: Arc<Mutex<Picture>>, width: u16, height: u16) -> Self {
        let name = target.to_owned();
        let inspector = None;
        let source = Source {
            name,
            picture,
            inspector,
        };
        Headless::with(vec![source], Options::default(), width, height)
    }

    /// A UI of `width` by `height` cells on these programs, as the user wants it.
    pub fn with(sources: Vec<Source>, options: Options, width: u16, height: u16) -> Self {
        let Ok(terminal) = Terminal::new(TestBackend::new(width, height));
        Headless {
            screen: Screen::new(App::new(sources, options)),
            terminal,
        }
    }

    /// One turn of the UI's thread: it looks at the picture, and draws if there is
    /// anything new to show. True if it has drawn.
    pub fn turn(&mut self) -> bool {
        let drawn: Result<bool, Infallible> = self.screen.turn(&mut self.terminal);
        let Ok(drawn) = drawn;
        drawn
    }

    /// Types a key that has a character: `>` sorts by the next column, and a new line
    /// is Enter.
    pub fn press(&mut self, key: char) {
        let code = match key {
            '\n' => KeyCode::Enter,
            '\u{1b}' => KeyCode::Esc,
            key => KeyCode::Char(key),
        };
        self.screen.input(&Event::Key(KeyEvent::from(code)));
    }

    /// Types a key as a configuration has it: `Enter`, `Shift-Tab`, `x`.
    ///
    /// # Errors
    ///
    /// If there is no key of that name.
    pub fn press_named(&mut self, key: &str) -> Result<(), KeyError> {
        let key: Key = key.parse()?;
        self.screen.input(&Event::Key(key.event()));
        Ok(())
    }

    /// Whether the rows are those of the picture that was looked at last, in the
    /// order that was asked for.
    pub fn is_settled(&self) -> bool {
        self.screen.app.is_settled()
    }

    /// How many rows the table that is seen has.
    pub fn rows(&self) -> usize {
        self.screen.app.pages.seen().rows()
    }

    /// How many columns the tasks can be sorted by.
    pub fn columns(&self) -> usize {
        usual_columns(self.screen.app.shown())
    }

    /// The screen with its colours.
    pub fn buffer(&self) -> &Buffer {
        self.terminal.backend().buffer()
    }

    /// What is on the screen, line by line.
    pub fn lines(&self) -> Vec<String> {
        let buffer = self.buffer();
        let lines = buffer.content().chunks(buffer.area.width.into());
        lines
            .map(|line| line.iter().map(Cell::symbol).collect())
            .collect()
    }
}
