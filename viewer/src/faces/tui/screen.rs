//! One turn of the UI after the other: look, draw, take what was typed.

use std::time::{Duration, Instant};

use ratatui::Terminal;
use ratatui::backend::Backend;
use ratatui::crossterm::event::Event;

use super::app::App;
use super::draw;

/// How long the same pictures stay without being drawn anew: times on them move.
const REFRESH: Duration = Duration::from_secs(1);

/// The state of the UI, and what of it is on the terminal.
pub(super) struct Screen {
    pub(super) app: App,
    drawn: Option<Instant>,
    /// Something may look different now.
    dirty: bool,
}

impl Screen {
    pub(super) fn new(app: App) -> Self {
        Screen {
            app,
            drawn: None,
            dirty: true,
        }
    }

    /// Looks at the pictures and draws them if that is of use. True if they were drawn.
    pub(super) fn turn<B: Backend>(
        &mut self,
        terminal: &mut Terminal<B>,
    ) -> Result<bool, B::Error> {
        self.dirty |= self.app.look();
        let old = self.drawn.is_none_or(|drawn| drawn.elapsed() >= REFRESH);
        if !self.dirty && !old {
            return Ok(false);
        }
        terminal.draw(|frame| draw::screen(frame, &mut self.app))?;
        self.drawn = Some(Instant::now());
        self.dirty = false;
        Ok(true)
    }

    /// Takes an event of the terminal.
    pub(super) fn input(&mut self, event: &Event) {
        self.dirty |= self.app.take(event, Instant::now());
    }
}
