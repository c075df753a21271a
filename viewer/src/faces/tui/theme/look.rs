//! What a user wants of the looks.

use ratatui::style::Color;

use super::{Depth, Meaning};

/// How the user wants things to look; what is left open is as the environment says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Look {
    /// Which colours.
    pub palette: PaletteChoice,
    /// How many colours there are; `None` to go by the environment.
    pub depth: Option<Depth>,
    /// Whether only ASCII is drawn; `None` to go by the locale.
    pub ascii: Option<bool>,
    /// The user's own colours, in place of the palette's.
    pub colours: Vec<(Meaning, Color)>,
}

/// Which colours are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PaletteChoice {
    /// For the background that the environment tells of, or else the terminal's own.
    #[default]
    Auto,
    /// The sixteen that the user has chosen for their terminal.
    Terminal,
    /// taskmon's, for a dark background.
    Dark,
    /// taskmon's, for a light background.
    Light,
}

impl PaletteChoice {
    /// All of them, as a user writes them.
    pub const NAMED: [(&'static str, PaletteChoice); 4] = [
        ("auto", PaletteChoice::Auto),
        ("terminal", PaletteChoice::Terminal),
        ("dark", PaletteChoice::Dark),
        ("light", PaletteChoice::Light),
    ];
}

impl Look {
    /// The user's own colour: the last that was given.
    pub(super) fn colour_of(&self, meaning: Meaning) -> Option<Color> {
        let mut given = self.colours.iter().rev();
        given
            .find(|(of, _)| *of == meaning)
            .map(|(_, colour)| *colour)
    }
}
