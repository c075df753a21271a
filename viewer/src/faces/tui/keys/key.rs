//! Keys by their names.

use std::fmt;
use std::str::FromStr;

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::words::plain::{is_harmful, quoted};

/// A key, as it is written in a configuration: `x`, `X`, `Enter`, `Ctrl-F`, `F1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    code: KeyCode,
    modifiers: KeyModifiers,
}

/// Why a text is not a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a key: try a letter, Enter, PgUp, F1, Ctrl-F or Alt-x")]
pub struct KeyError(String);

/// Keys that have names, and a sign for people.
const NAMED: &[(&str, &str, KeyCode)] = &[
    ("Up", "↑", KeyCode::Up),
    ("Down", "↓", KeyCode::Down),
    ("Left", "←", KeyCode::Left),
    ("Right", "→", KeyCode::Right),
    ("Enter", "Enter", KeyCode::Enter),
    ("Esc", "Esc", KeyCode::Esc),
    ("Tab", "Tab", KeyCode::Tab),
    ("Shift-Tab", "Shift-Tab", KeyCode::BackTab),
    ("Space", "Space", KeyCode::Char(' ')),
    ("Backspace", "Backspace", KeyCode::Backspace),
    ("Delete", "Delete", KeyCode::Delete),
    ("Insert", "Insert", KeyCode::Insert),
    ("Home", "Home", KeyCode::Home),
    ("End", "End", KeyCode::End),
    ("PgUp", "PgUp", KeyCode::PageUp),
    ("PgDn", "PgDn", KeyCode::PageDown),
];

impl Key {
    /// The key that was pressed. Whether shift was held is in the letter.
    pub(in super::super) fn of(event: &KeyEvent) -> Self {
        let held = KeyModifiers::CONTROL | KeyModifiers::ALT;
        let mut modifiers = event.modifiers & held;
        let code = match event.code {
            // With control held a letter is the same in either case.
            KeyCode::Char(letter) if modifiers.contains(KeyModifiers::CONTROL) => {
                KeyCode::Char(letter.to_ascii_lowercase())
            }
            KeyCode::Tab if event.modifiers.contains(KeyModifiers::SHIFT) => KeyCode::BackTab,
            code => code,
        };
        if code == KeyCode::BackTab {
            modifiers = KeyModifiers::NONE;
        }
        Key { code, modifiers }
    }

    /// What comes from the terminal when it is pressed.
    pub(in super::super) fn event(self) -> KeyEvent {
        KeyEvent::new(self.code, self.modifiers)
    }

    /// It as short as people know it: `↑`, `Ctrl-C`.
    pub(in super::super) fn sign(&self) -> String {
        let named = NAMED.iter().find(|(.., code)| *code == self.code);
        match named {
            Some((_, sign, _)) => format!("{}{sign}", self.held()),
            None => self.to_string(),
        }
    }

    fn held(&self) -> String {
        let control = self.modifiers.contains(KeyModifiers::CONTROL);
        let alt = self.modifiers.contains(KeyModifiers::ALT);
        let name = |held, name| if held { name } else { "" };
        format!("{}{}", name(control, "Ctrl-"), name(alt, "Alt-"))
    }
}

/// What [`FromStr`] reads.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.held())?;
        if let Some((name, ..)) = NAMED.iter().find(|(.., code)| *code == self.code) {
            return f.write_str(name);
        }
        match self.code {
            KeyCode::F(number) => write!(f, "F{number}"),
            KeyCode::Char(letter) if self.modifiers.contains(KeyModifiers::CONTROL) => {
                write!(f, "{}", letter.to_ascii_uppercase())
            }
            KeyCode::Char(letter) => write!(f, "{letter}"),
            other => write!(f, "{other:?}"),
        }
    }
}

impl FromStr for Key {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let wrong = || KeyError(quoted(text));
        let mut rest = text;
        let mut modifiers = KeyModifiers::NONE;
        loop {
            let held = [
                ("Ctrl-", KeyModifiers::CONTROL),
                ("Alt-", KeyModifiers::ALT),
            ];
            let prefix = held.into_iter().find_map(|(name, held)| {
                let rest = rest.strip_prefix(name)?;
                (!rest.is_empty()).then_some((rest, held))
            });
            let Some((after, held)) = prefix else { break };
            modifiers |= held;
            rest = after;
        }
        let named = NAMED.iter();
        if let Some((.., code)) = named.into_iter().find(|(name, ..)| *name == rest) {
            let code = *code;
            return Ok(Key { code, modifiers });
        }
        let mut letters = rest.chars();
        let code = match (letters.next(), letters.as_str()) {
            (Some(letter), "") if letter != ' ' && !is_harmful(letter) => {
                match modifiers.contains(KeyModifiers::CONTROL) {
                    true => KeyCode::Char(letter.to_ascii_lowercase()),
                    false => KeyCode::Char(letter),
                }
            }
            (Some('F'), number) => match number.parse() {
                Ok(number @ 1..=24) => KeyCode::F(number),
                _ => return Err(wrong()),
            },
            _ => return Err(wrong()),
        };
        Ok(Key { code, modifiers })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_what_is_read() {
        for text in [
            "x",
            "X",
            "?",
            "-",
            "é",
            "Enter",
            "Shift-Tab",
            "Space",
            "Ctrl-C",
            "Alt-x",
            "F1",
            "Ctrl-PgUp",
            "Ctrl-Alt-D",
        ] {
            let key: Key = text.parse().unwrap();
            assert_eq!(key.to_string(), text);
        }
    }

    #[test]
    fn what_is_no_key_is_refused_and_quoted_harmlessly() {
        for text in ["", "xy", "Ctrl-", "F0", "F99", " ", "\u{1b}", "ctrl-c"] {
            let error = text.parse::<Key>().unwrap_err().to_string();
            assert!(error.contains("is not a key"), "{error}");
            assert!(!error.contains(char::is_control));
        }
    }

    #[test]
    fn a_key_that_is_pressed_is_the_one_that_was_written() {
        let pressed = |code, modifiers| Key::of(&KeyEvent::new(code, modifiers)).to_string();
        let (none, shift) = (KeyModifiers::NONE, KeyModifiers::SHIFT);
        assert_eq!(pressed(KeyCode::Char('G'), shift), "G");
        assert_eq!(pressed(KeyCode::Char('C'), KeyModifiers::CONTROL), "Ctrl-C");
        assert_eq!(pressed(KeyCode::BackTab, shift), "Shift-Tab");
        assert_eq!(pressed(KeyCode::Tab, shift), "Shift-Tab");
        assert_eq!(pressed(KeyCode::Char(' '), none), "Space");
    }
}
