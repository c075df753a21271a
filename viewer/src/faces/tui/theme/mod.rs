//! How things look, by what they mean.
//!
//! What the user and the environment say of colours and characters comes in as a
//! [`Look`]; a [`Theme`] goes out that has a style for every [`Meaning`] and a
//! character for every [`Marks`] entry. Nothing is told by colour alone: whoever uses
//! a style also writes a word or a mark.

mod contrast;
mod depth;
mod environment;
mod look;
mod marks;
mod meaning;
mod palette;
#[cfg(test)]
mod tests;

use ratatui::buffer::Buffer;
use ratatui::style::{Modifier, Style};

use crate::model::TaskState;
use crate::rules::Severity;

pub use self::depth::Depth;
pub use self::environment::Environment;
pub use self::look::{Look, PaletteChoice};
pub use self::marks::Marks;
pub use self::meaning::Meaning;
use self::palette::Palette;

/// The colours of a terminal that has none, or not these, and a character for every
/// mark.
#[derive(Clone, Copy, Debug)]
pub struct Theme {
    styles: [Style; Meaning::ALL.len()],
    series: [Style; palette::SERIES],
    marks: &'static Marks,
}

impl Theme {
    /// As `look` says; what it leaves open, as `environment` does.
    pub fn new(look: &Look, environment: &Environment) -> Self {
        let depth = look.depth.unwrap_or_else(|| environment.depth());
        let palette = match look.palette {
            PaletteChoice::Auto => environment.palette(),
            PaletteChoice::Terminal => Palette::Terminal,
            PaletteChoice::Dark => Palette::Dark,
            PaletteChoice::Light => Palette::Light,
        };
        let ascii = look.ascii.unwrap_or_else(|| environment.is_ascii());
        let style = |meaning| palette.style(meaning, depth, look.colour_of(meaning));
        Theme {
            styles: Meaning::ALL.map(style),
            series: palette.series(depth),
            marks: Marks::new(ascii),
        }
    }

    /// As `look` says; what it leaves open, as the environment of this process does.
    pub fn for_terminal(look: &Look) -> Self {
        Theme::new(look, &Environment::read())
    }

    /// As the environment of this process says.
    pub fn from_environment() -> Self {
        Theme::for_terminal(&Look::default())
    }

    /// Without anything but ASCII.
    #[cfg(test)]
    pub(super) fn with_ascii() -> Self {
        let look = Look {
            ascii: Some(true),
            ..Look::default()
        };
        Theme::new(&look, &Environment::default())
    }

    /// With the terminal's own colours, or none.
    #[cfg(test)]
    pub(super) fn with_colours(colours: bool) -> Self {
        let depth = match colours {
            true => Depth::Sixteen,
            false => Depth::None,
        };
        let look = Look {
            depth: Some(depth),
            ascii: Some(false),
            ..Look::default()
        };
        Theme::new(&look, &Environment::default())
    }

    /// How text that means `meaning` looks.
    pub fn style(self, meaning: Meaning) -> Style {
        self.styles[meaning as usize]
    }

    /// The characters for what is no text.
    pub fn marks(self) -> &'static Marks {
        self.marks
    }

    /// The style of the line with this number in a chart; they come again after some.
    pub fn series(self, number: usize) -> Style {
        self.series[number % self.series.len()]
    }

    /// How an alert of this severity looks.
    pub fn severity(self, severity: Severity) -> Style {
        match severity {
            Severity::Error => self.style(Meaning::Stuck),
            Severity::Warning => self.style(Meaning::Warning),
        }
    }

    /// How a task in this state looks.
    pub fn state(self, state: TaskState) -> Style {
        self.style(match state {
            TaskState::Running => Meaning::Running,
            TaskState::Scheduled => Meaning::Scheduled,
            TaskState::Waiting => Meaning::Waiting,
            TaskState::Lost => Meaning::Stuck,
        })
    }

    /// How the name of a view looks.
    pub fn title(self) -> Style {
        self.style(Meaning::Header)
    }

    /// The titles of columns.
    pub fn heading(self) -> Style {
        self.style(Meaning::Heading)
    }

    /// How what is of less interest looks.
    pub fn faint(self) -> Style {
        self.style(Meaning::Muted)
    }

    /// How what is selected looks.
    pub fn selected(self) -> Style {
        self.style(Meaning::Selected)
    }

    /// Something that the user should know about what they see.
    pub fn notice(self) -> Style {
        self.style(Meaning::Notice)
    }

    /// How what is as it should be looks.
    pub fn fine(self) -> Style {
        self.style(Meaning::Fine)
    }

    /// Where the text that was searched for is found.
    pub fn found(self, style: Style) -> Style {
        style.patch(self.style(Meaning::Match))
    }

    /// Makes what was drawn fit for the terminal: without anything but ASCII, if that
    /// is all that it shows.
    pub fn finish(self, buffer: &mut Buffer) {
        if self.marks.ascii {
            marks::to_ascii(buffer);
        }
    }
}

/// What a terminal does by itself, so that nothing is shown by colour alone.
const SHOUT: Modifier = Modifier::BOLD.union(Modifier::UNDERLINED);
