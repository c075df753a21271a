//! One turn of the UI after the other: look, draw, take what was typed.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use ratatui::Terminal;
use ratatui::backend::Backend;
use ratatui::crossterm::event::{Event, KeyEventKind};

use super::app::App;
use super::draw;
use super::keys;
use super::theme::Theme;
use crate::client::Picture;

/// How long the same picture stays without being drawn anew: times on it move.
const REFRESH: Duration = Duration::from_secs(1);

/// The state of the UI, and what of it is on the terminal.
pub(super) struct Screen {
    pub(super) app: App,
    theme: Theme,
    drawn: Option<Instant>,
    /// Something may look different now.
    dirty: bool,
}

impl Screen {
    pub(super) fn new(target: &str, theme: Theme) -> Self {
        Screen {
            app: App::new(target),
            theme,
            drawn: None,
            dirty: true,
        }
    }

    /// Looks at the picture and draws it if that is of use. True if it was drawn.
    pub(super) fn turn<B: Backend>(
        &mut self,
        terminal: &mut Terminal<B>,
        picture: &Mutex<Picture>,
    ) -> Result<bool, B::Error> {
        self.dirty |= self.app.look(picture);
        let old = self.drawn.is_none_or(|drawn| drawn.elapsed() >= REFRESH);
        let Some(seen) = self.app.seen().filter(|_| self.dirty || old) else {
            return Ok(false);
        };
        let size = terminal.size()?;
        self.app.resize(size.width, size.height);
        terminal.draw(|frame| {
            draw::screen(frame, &mut self.app, &seen, self.theme);
            self.theme.finish(frame.buffer_mut());
        })?;
        self.drawn = Some(Instant::now());
        self.dirty = false;
        Ok(true)
    }

    /// Takes an event of the terminal.
    pub(super) fn input(&mut self, event: &Event) {
        match event {
            Event::Key(key) if key.kind != KeyEventKind::Release => {
                if let (Some(action), Some(seen)) = (keys::action(key), self.app.seen()) {
                    self.app.act(action, &seen);
                    self.dirty = true;
                }
            }
            Event::Resize(..) => self.dirty = true,
            _ => {}
        }
    }

    /// What was chosen outside of the terminal may look different.
    pub(super) fn touch(&mut self) {
        self.dirty = true;
    }
}
