//! What keys mean.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// What a user can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Quit,
    Help,
    Back,
    Detail,
    Stacks,
    Frames,
    Channels,
    Pause,
    Up,
    Down,
    PageUp,
    PageDown,
    First,
    Last,
    SortNext,
    SortPrevious,
    Reverse,
}

/// The keys and what they do, as the help shows them.
pub(super) const HELP: &[(&str, &str)] = &[
    ("↑ ↓  k j", "select a task or a channel"),
    ("PgUp PgDn", "a page up or down"),
    ("Home End  g G", "the first or the last"),
    ("Enter", "everything about what is selected, or hide it"),
    ("d", "its stacks on the whole screen (dump)"),
    ("f", "all frames of stacks, or without the runtime's"),
    ("c", "channels, or tasks again"),
    ("< >  ← →", "sort by another column"),
    ("r", "sort the other way round"),
    ("Space  p", "pause this viewer; the program goes on"),
    ("Esc", "back"),
    ("?", "this help"),
    ("q  Ctrl-C", "quit"),
];

/// What `key` asks for.
pub(super) fn action(key: &KeyEvent) -> Option<Action> {
    if key.modifiers.contains(KeyModifiers::CONTROL) {
        return match key.code {
            KeyCode::Char('c') => Some(Action::Quit),
            KeyCode::Char('f') => Some(Action::PageDown),
            KeyCode::Char('b') => Some(Action::PageUp),
            _ => None,
        };
    }
    Some(match key.code {
        KeyCode::Char('q') => Action::Quit,
        KeyCode::Char('?') | KeyCode::F(1) => Action::Help,
        KeyCode::Esc | KeyCode::Backspace => Action::Back,
        KeyCode::Enter | KeyCode::Tab => Action::Detail,
        KeyCode::Char('d') => Action::Stacks,
        KeyCode::Char('f') => Action::Frames,
        KeyCode::Char('c') => Action::Channels,
        KeyCode::Char(' ' | 'p') => Action::Pause,
        KeyCode::Up | KeyCode::Char('k') => Action::Up,
        KeyCode::Down | KeyCode::Char('j') => Action::Down,
        KeyCode::PageUp => Action::PageUp,
        KeyCode::PageDown => Action::PageDown,
        KeyCode::Home | KeyCode::Char('g') => Action::First,
        KeyCode::End | KeyCode::Char('G') => Action::Last,
        KeyCode::Char('>' | 's') | KeyCode::Right => Action::SortNext,
        KeyCode::Char('<' | 'S') | KeyCode::Left => Action::SortPrevious,
        KeyCode::Char('r') => Action::Reverse,
        _ => return None,
    })
}
