//! What the environment says of the terminal.

use super::Depth;
use super::palette::Palette;

/// The variables that tell of a terminal. Each is empty if it is not set.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    pub(super) no_color: String,
    pub(super) term: String,
    pub(super) colorterm: String,
    pub(super) colorfgbg: String,
    /// The first that is set of `LC_ALL`, `LC_CTYPE` and `LANG`.
    pub(super) locale: String,
    /// Set by the terminal that Windows comes with.
    pub(super) wt_session: String,
}

impl Environment {
    /// That of this process.
    pub fn read() -> Self {
        let of = |name| {
            let value = std::env::var_os(name).unwrap_or_default();
            value.to_string_lossy().into_owned()
        };
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].map(of);
        Environment {
            no_color: of("NO_COLOR"),
            term: of("TERM"),
            colorterm: of("COLORTERM"),
            colorfgbg: of("COLORFGBG"),
            locale: locale
                .into_iter()
                .find(|value| !value.is_empty())
                .unwrap_or_default(),
            wt_session: of("WT_SESSION"),
        }
    }

    /// How many colours there are. `NO_COLOR`, set to anything, means none: see
    /// <https://no-color.org>.
    pub(super) fn depth(&self) -> Depth {
        let term = self.term.as_str();
        if !self.no_color.is_empty() || term == "dumb" {
            return Depth::None;
        }
        let is_true = matches!(self.colorterm.as_str(), "truecolor" | "24bit")
            || term.ends_with("-direct")
            || !self.wt_session.is_empty();
        match is_true {
            true => Depth::True,
            false if term.contains("256color") => Depth::Many,
            false => Depth::Sixteen,
        }
    }

    /// The palette for the background that `COLORFGBG` tells of; the terminal's own
    /// colours, which suit whatever background it has, if nothing does.
    pub(super) fn palette(&self) -> Palette {
        let background = self.colorfgbg.rsplit(';').next().unwrap_or_default();
        match background.parse() {
            Ok(7 | 9..=15) => Palette::Light,
            Ok(0..=6 | 8) => Palette::Dark,
            _ => Palette::Terminal,
        }
    }

    /// Whether the locale is one of ASCII or of an encoding that is not UTF-8. On
    /// Windows a terminal is written to in Unicode whatever the locale.
    pub(super) fn is_ascii(&self) -> bool {
        let locale = self.locale.to_ascii_lowercase();
        let is_utf_8 = locale.contains("utf-8") || locale.contains("utf8");
        !(is_utf_8 || cfg!(windows) && locale.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(set: impl FnOnce(&mut Environment)) -> Environment {
        let mut environment = Environment::default();
        set(&mut environment);
        environment
    }

    #[test]
    fn the_colours_are_those_that_the_terminal_says_it_has() {
        for (term, colorterm, depth) in [
            ("", "", Depth::Sixteen),
            ("xterm", "", Depth::Sixteen),
            ("linux", "", Depth::Sixteen),
            ("xterm-256color", "", Depth::Many),
            ("screen-256color", "yes", Depth::Many),
            ("xterm-256color", "truecolor", Depth::True),
            ("tmux", "24bit", Depth::True),
            ("xterm-direct", "", Depth::True),
            ("dumb", "truecolor", Depth::None),
        ] {
            let environment = with(|it| {
                it.term = term.to_owned();
                it.colorterm = colorterm.to_owned();
            });
            assert_eq!(environment.depth(), depth, "{term} {colorterm}");
        }
    }

    #[test]
    fn no_color_wins_over_what_the_terminal_has() {
        let environment = with(|it| {
            it.colorterm = "truecolor".to_owned();
            it.no_color = "0".to_owned();
        });
        assert_eq!(environment.depth(), Depth::None);
    }

    #[test]
    fn the_background_is_only_guessed_at_if_it_is_told() {
        for (told, palette) in [
            ("15;0", Palette::Dark),
            ("7;8", Palette::Dark),
            ("0;15", Palette::Light),
            ("0;default;7", Palette::Light),
            ("", Palette::Terminal),
            ("0;default", Palette::Terminal),
            ("0;300", Palette::Terminal),
        ] {
            let environment = with(|it| it.colorfgbg = told.to_owned());
            assert_eq!(environment.palette(), palette, "{told}");
        }
    }

    #[test]
    fn only_a_locale_of_utf_8_has_more_than_ascii() {
        for locale in ["C.UTF-8", "en_GB.utf8", "de_DE.UTF-8@euro"] {
            let environment = with(|it| it.locale = locale.to_owned());
            assert!(!environment.is_ascii(), "{locale}");
        }
        for locale in ["C", "POSIX", "de_DE.ISO-8859-1"] {
            let environment = with(|it| it.locale = locale.to_owned());
            assert!(environment.is_ascii(), "{locale}");
        }
        assert_eq!(Environment::default().is_ascii(), !cfg!(windows));
    }
}
