//! What clicks and the wheel do.

use std::time::{Duration, Instant};

use ratatui::crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position, Rect};

use super::super::keys::Action;
use super::App;

/// Two clicks at one place within this time are one double click.
const TWICE_WITHIN: Duration = Duration::from_millis(400);

/// How many rows the wheel moves.
const WHEEL: usize = 3;

/// Where things are that can be clicked, and the last click.
#[derive(Debug, Default)]
pub(in super::super) struct Mouse {
    /// The tabs, as they were drawn.
    pub(in super::super) tabs: Vec<(Rect, usize)>,
    last: Option<(Position, Instant)>,
}

impl Mouse {
    /// Whether a click at `now` is the second of a double click.
    fn click(&mut self, position: Position, now: Instant) -> bool {
        let twice = self.last.is_some_and(|(at, when)| {
            at == position && now.saturating_duration_since(when) <= TWICE_WITHIN
        });
        // A third click is the first of the next.
        self.last = (!twice).then_some((position, now));
        twice
    }
}

impl App {
    /// Takes an event of the mouse. False if nothing came of it.
    pub(in super::super) fn point(&mut self, event: MouseEvent, now: Instant) -> bool {
        let position = Position::new(event.column, event.row);
        match event.kind {
            MouseEventKind::ScrollUp => self.wheel(Action::Up),
            MouseEventKind::ScrollDown => self.wheel(Action::Down),
            MouseEventKind::Down(MouseButton::Left) => self.click(position, now),
            _ => return false,
        }
        true
    }

    fn wheel(&mut self, action: Action) {
        for _ in 0..WHEEL {
            self.act(action);
        }
    }

    fn click(&mut self, position: Position, now: Instant) {
        self.told = None;
        let twice = self.mouse.click(position, now);
        let mut tabs = self.mouse.tabs.iter();
        if let Some((_, tab)) = tabs.find(|(area, _)| area.contains(position)) {
            return self.switch(*tab);
        }
        if self.help.take().is_some() {
            return;
        }
        let pictures = self.shown().clone();
        let sight = self.chosen.sight(&pictures);
        let reaction = self.pages.seen_mut().click(position, twice, &sight);
        self.react(reaction);
    }
}
