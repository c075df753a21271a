//! The terminal UI.
//!
//! A [`Picture`] that someone else keeps up to date comes in, and keys; what is
//! seen goes out. `screen` goes from one drawing to the next, `app` is the state,
//! `keys` says what a key means, `rows` chooses the rows and puts them in order,
//! `columns` and `shape` make room for what is told of them, `draw` shows it all.
//! `theme` says how it looks and `widgets` draw numbers; `headless` is the same without a terminal.

mod app;
mod columns;
mod draw;
mod headless;
mod keys;
mod rows;
mod screen;
mod shape;
#[cfg(test)]
mod tests;
pub mod theme;
pub mod widgets;

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use ratatui::DefaultTerminal;
use ratatui::crossterm::event;

use crate::client::Picture;
pub use headless::Headless;
use screen::Screen;
use theme::Theme;

/// The time between two looks at the picture, and between two drawings at least.
const FRAME: Duration = Duration::from_millis(33);

/// Shows `picture`, which is that of `target`, until the user quits or `stop` is
/// set.
///
/// The terminal is as it was when this returns, and also if it panics.
///
/// # Errors
///
/// If the terminal cannot be used.
pub fn run(target: &str, picture: &Mutex<Picture>, stop: &Arc<AtomicBool>) -> io::Result<()> {
    let mut terminal = ratatui::try_init()?;
    let screen = Screen::new(target, Theme::from_environment());
    let result = show(&mut terminal, screen, picture, stop);
    ratatui::restore();
    result
}

fn show(
    terminal: &mut DefaultTerminal,
    mut screen: Screen,
    picture: &Mutex<Picture>,
    stop: &AtomicBool,
) -> io::Result<()> {
    while !stop.load(Ordering::Relaxed) && !screen.app.quits() {
        let begun = Instant::now();
        screen.turn(terminal, picture)?;
        // Everything that was typed meanwhile, before the next drawing.
        let mut patience = FRAME.saturating_sub(begun.elapsed());
        while event::poll(patience)? {
            screen.input(&event::read()?);
            patience = Duration::ZERO;
        }
    }
    Ok(())
}
