//! The terminal UI.
//!
//! A [`Picture`] that someone else keeps up to date comes in, and keys; what is
//! seen goes out. `app` is the state, `keys` says what a key means, `rows`
//! puts the tasks in order, `columns` and `shape` make room for what is told of
//! them, `draw` shows it all.

mod app;
mod columns;
mod draw;
mod keys;
mod rows;
mod shape;
#[cfg(test)]
mod tests;
mod theme;

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{self, Event, KeyEventKind};

use crate::client::Picture;
use app::App;
use theme::Theme;

/// The time between two looks at the picture, and between two drawings at least.
const FRAME: Duration = Duration::from_millis(34);
/// How long the same picture stays without being drawn anew: times on it move.
const REFRESH: Duration = Duration::from_secs(1);

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
    let theme = Theme::from_environment();
    let result = show(&mut terminal, App::new(target), theme, picture, stop);
    ratatui::restore();
    result
}

fn show(
    terminal: &mut DefaultTerminal,
    mut app: App,
    theme: Theme,
    picture: &Mutex<Picture>,
    stop: &AtomicBool,
) -> io::Result<()> {
    let mut drawn: Option<Instant> = None;
    let mut dirty = true;
    while !stop.load(Ordering::Relaxed) && !app.quits() {
        dirty |= app.look(picture);
        let old = drawn.is_none_or(|drawn| drawn.elapsed() >= REFRESH);
        if dirty || old {
            let size = terminal.size()?;
            app.resize(size.width, size.height);
            let shared = picture.lock().unwrap_or_else(PoisonError::into_inner);
            terminal.draw(|frame| draw::screen(frame, &mut app, &shared, theme))?;
            drop(shared);
            drawn = Some(Instant::now());
            dirty = false;
        }
        // Everything that was typed meanwhile, before the next drawing.
        let mut patience = FRAME;
        while event::poll(patience)? {
            dirty |= input(&mut app, &event::read()?, picture);
            patience = Duration::ZERO;
        }
    }
    Ok(())
}

/// Takes an event of the terminal. True if something may look different now.
fn input(app: &mut App, event: &Event, picture: &Mutex<Picture>) -> bool {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => {
            let Some(action) = keys::action(key) else {
                return false;
            };
            let shared = picture.lock().unwrap_or_else(PoisonError::into_inner);
            app.act(action, &shared);
            true
        }
        Event::Resize(..) => true,
        _ => false,
    }
}
