//! Colours by meaning.

use ratatui::style::{Color, Modifier, Style};

use crate::model::TaskState;
use crate::rules::Severity;

/// How things look. Only the sixteen colours that the user has chosen for their
/// terminal, so that it is readable on theirs.
#[derive(Clone, Copy, Debug)]
pub struct Theme {
    colours: bool,
}

impl Theme {
    /// Colours, unless `NO_COLOR` is set to anything; see <https://no-color.org>.
    pub fn from_environment() -> Self {
        let colours = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        Theme { colours }
    }

    #[cfg(test)]
    pub(super) fn new(colours: bool) -> Self {
        Theme { colours }
    }

    fn colour(self, colour: Color) -> Style {
        if self.colours {
            Style::new().fg(colour)
        } else {
            Style::new()
        }
    }

    pub(super) fn severity(self, severity: Severity) -> Style {
        match severity {
            Severity::Error => self.colour(Color::Red).add_modifier(Modifier::BOLD),
            Severity::Warning => self.colour(Color::Yellow),
        }
    }

    pub(super) fn state(self, state: TaskState) -> Style {
        match state {
            TaskState::Running => self.colour(Color::Green),
            TaskState::Scheduled => self.colour(Color::Cyan),
            TaskState::Waiting => Style::new(),
            TaskState::Lost => self.severity(Severity::Error),
        }
    }

    pub(super) fn title(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    /// The titles of columns.
    pub(super) fn heading(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD | Modifier::UNDERLINED)
    }

    pub(super) fn faint(self) -> Style {
        Style::new().add_modifier(Modifier::DIM)
    }

    pub(super) fn selected(self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED)
    }

    /// Something that the user should know about what they see.
    pub(super) fn notice(self) -> Style {
        self.colour(Color::Yellow).add_modifier(Modifier::REVERSED)
    }

    pub(super) fn fine(self) -> Style {
        self.colour(Color::Green)
    }
}
