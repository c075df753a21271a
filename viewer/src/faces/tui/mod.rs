//! The terminal UI.
//!
//! [`Source`]s come in, pictures that someone else keeps up to date, and keys; what is
//! seen goes out. `screen` goes from one drawing to the next, `app` is the state,
//! `targets` what was seen of the programs, `keys` say what a key means, `views` are
//! what there is to see, `table` what their tables are made of, `typed` a line that is
//! typed, and `draw` shows what is around them. `theme` says how it looks, `widgets`
//! draw numbers. `terminal` is what all of that is on, and `headless` does without one.

mod app;
mod draw;
mod headless;
mod keys;
mod options;
mod screen;
mod table;
mod targets;
mod terminal;
#[cfg(test)]
mod tests;
pub mod theme;
mod typed;
mod views;
mod widgets;

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use ratatui::DefaultTerminal;
use ratatui::crossterm::event;

use self::app::App;
pub use self::headless::Headless;
pub use self::keys::{Action, Key, KeyConflict, KeyError, KeyMap, KeyMapError};
pub use self::options::Options;
use self::screen::Screen;
pub use self::targets::{MOST_TARGETS, Source};
use self::terminal::Taken;
pub use self::theme::Theme;
pub use self::views::tasks::{ColumnError, ColumnName, Sort};
pub use self::views::{default_keys, key_conflict};

/// The time between two looks at the pictures, and between two drawings at least.
const FRAME: Duration = Duration::from_millis(33);

/// Shows the programs until the user quits or `stop` is set.
///
/// The terminal is as it was when this returns, and also if it panics.
///
/// # Errors
///
/// If the terminal cannot be used.
pub fn run(sources: Vec<Source>, options: Options, stop: &Arc<AtomicBool>) -> io::Result<()> {
    let mut terminal = Taken::new(options.mouse)?;
    let screen = Screen::new(App::new(sources, options));
    show(&mut terminal.0, screen, stop)
}

fn show(terminal: &mut DefaultTerminal, mut screen: Screen, stop: &AtomicBool) -> io::Result<()> {
    while !stop.load(Ordering::Relaxed) && !screen.app.quits() {
        let begun = Instant::now();
        screen.turn(terminal)?;
        // Everything that is typed before the next drawing.
        while event::poll(FRAME.saturating_sub(begun.elapsed()))? {
            screen.input(&event::read()?);
        }
        if let Some(text) = screen.app.take_copied() {
            terminal::copy(&text)?;
        }
    }
    Ok(())
}
