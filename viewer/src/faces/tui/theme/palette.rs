//! The colours.

use ratatui::style::{Color, Modifier, Style};

use super::{Depth, Meaning, SHOUT};

/// How many lines of a chart have colours of their own.
pub(super) const SERIES: usize = 6;

/// Which colours there are for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Palette {
    /// Only those that the user has chosen for their terminal, which they can read.
    Terminal,
    /// For a dark background.
    Dark,
    /// For a light background.
    Light,
}

/// One colour for each depth.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tone {
    /// As red, green and blue.
    pub(super) rgb: u32,
    /// Of the 256.
    pub(super) index: u8,
    /// Of the terminal's own.
    own: Option<Color>,
}

const fn tone(rgb: u32, index: u8, own: Option<Color>) -> Tone {
    Tone { rgb, index, own }
}

/// The tones of a palette. What is text has none: it is as the terminal's text is.
pub(super) struct Tones {
    stuck: Tone,
    warning: Tone,
    waiting: Tone,
    running: Tone,
    scheduled: Tone,
    muted: Tone,
    bold_text: Tone,
    heading: Tone,
    link: Tone,
    found: Tone,
    other: Tone,
    /// What is behind the selected row.
    pub(super) selection: Tone,
}

const DARK: Tones = Tones {
    stuck: tone(0xff8a8a, 217, Some(Color::Red)),
    warning: tone(0xffcf6b, 221, Some(Color::Yellow)),
    waiting: tone(0xd5c4f7, 183, None),
    running: tone(0x8fdc8f, 114, Some(Color::Green)),
    scheduled: tone(0x7fd9e8, 116, Some(Color::Cyan)),
    muted: tone(0xa9b1bf, 249, None),
    bold_text: tone(0xffffff, 231, None),
    heading: tone(0xa9c7ff, 153, None),
    link: tone(0x8ab8ff, 111, Some(Color::Cyan)),
    found: tone(0xffb3f0, 219, Some(Color::Magenta)),
    other: tone(0xffb27a, 215, Some(Color::Yellow)),
    selection: tone(0x364156, 237, None),
};

const LIGHT: Tones = Tones {
    stuck: tone(0xb00020, 124, Some(Color::Red)),
    // Yellow cannot be read on white in most terminals.
    warning: tone(0x8a4b00, 58, Some(Color::Magenta)),
    waiting: tone(0x5b3a99, 54, None),
    running: tone(0x156b1f, 22, Some(Color::Green)),
    scheduled: tone(0x005f73, 23, Some(Color::Blue)),
    muted: tone(0x565d68, 240, None),
    bold_text: tone(0x000000, 16, None),
    heading: tone(0x1d4f9e, 25, None),
    link: tone(0x0a52b8, 25, Some(Color::Blue)),
    found: tone(0x8a0f7a, 90, Some(Color::Magenta)),
    other: tone(0x96400a, 88, Some(Color::Red)),
    selection: tone(0xd3def0, 253, None),
};

impl Palette {
    /// The style of what means `meaning`, with the user's `own` colour if they have
    /// one that the terminal can show.
    pub(super) fn style(self, meaning: Meaning, depth: Depth, own: Option<Color>) -> Style {
        let depth = self.depth(depth);
        let own = own.filter(|colour| least(*colour) <= depth);
        let colour = own.or_else(|| self.tone(meaning).and_then(|tone| tone.colour(depth)));
        let style = Style::new().add_modifier(modifier(meaning, depth));
        match (meaning, colour) {
            (_, None) => style,
            // What has no colour of its own is to be read on this.
            (Meaning::Selected, Some(behind)) => {
                let style = style.remove_modifier(Modifier::REVERSED).bg(behind);
                match (own, self.tones().bold_text.colour(depth)) {
                    (None, Some(text)) => style.fg(text),
                    _ => style,
                }
            }
            (_, Some(colour)) => style.fg(colour),
        }
    }

    /// The styles of the lines of a chart.
    pub(super) fn series(self, depth: Depth) -> [Style; SERIES] {
        let depth = self.depth(depth);
        let tones = self.tones_of_series();
        tones.map(|tone| match tone.colour(depth) {
            Some(colour) => Style::new().fg(colour),
            None => Style::new(),
        })
    }

    pub(super) fn tones_of_series(self) -> [Tone; SERIES] {
        let tones = self.tones();
        [
            tones.link,
            tones.running,
            tones.warning,
            tones.found,
            tones.scheduled,
            tones.other,
        ]
    }

    /// The colours that there are of this palette.
    fn depth(self, depth: Depth) -> Depth {
        match self {
            Palette::Terminal => depth.min(Depth::Sixteen),
            Palette::Dark | Palette::Light => depth,
        }
    }

    pub(super) fn tones(self) -> &'static Tones {
        match self {
            Palette::Terminal | Palette::Dark => &DARK,
            Palette::Light => &LIGHT,
        }
    }

    pub(super) fn tone(self, meaning: Meaning) -> Option<Tone> {
        let tones = self.tones();
        Some(match meaning {
            Meaning::Stuck => tones.stuck,
            Meaning::Warning | Meaning::Notice => tones.warning,
            Meaning::Waiting => tones.waiting,
            Meaning::Running | Meaning::Fine => tones.running,
            Meaning::Scheduled => tones.scheduled,
            Meaning::Done | Meaning::Muted | Meaning::Border => tones.muted,
            Meaning::Selected => tones.selection,
            Meaning::Header => tones.bold_text,
            Meaning::Heading => tones.heading,
            Meaning::Link => tones.link,
            Meaning::Match => tones.found,
            // Bold says enough.
            Meaning::Key => return None,
        })
    }
}

impl Tone {
    fn colour(self, depth: Depth) -> Option<Color> {
        match depth {
            Depth::None => None,
            Depth::Sixteen => self.own,
            Depth::Many => Some(Color::Indexed(self.index)),
            Depth::True => Some(Color::from_u32(self.rgb)),
        }
    }
}

/// What tells this apart where there is no colour.
fn modifier(meaning: Meaning, depth: Depth) -> Modifier {
    let few = depth <= Depth::Sixteen;
    match meaning {
        Meaning::Stuck | Meaning::Header | Meaning::Key => Modifier::BOLD,
        Meaning::Heading | Meaning::Match => SHOUT,
        Meaning::Link => Modifier::UNDERLINED,
        Meaning::Notice => Modifier::REVERSED,
        Meaning::Selected if few => Modifier::REVERSED,
        Meaning::Selected => Modifier::BOLD,
        Meaning::Muted | Meaning::Done if few => Modifier::DIM,
        _ => Modifier::empty(),
    }
}

/// The colours that a terminal must have to show `colour`.
fn least(colour: Color) -> Depth {
    match colour {
        Color::Rgb(..) => Depth::True,
        Color::Indexed(16..) => Depth::Many,
        _ => Depth::Sixteen,
    }
}
