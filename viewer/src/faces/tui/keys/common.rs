//! The keys that hold in every view.

use super::{Action, Binding};

/// To move in whatever is seen.
pub(in super::super) const MOVES: &[Binding] = &[
    Binding::new(Action::Up, "Up k", "one up"),
    Binding::new(Action::Down, "Down j", "one down"),
    Binding::new(Action::PageUp, "PgUp Ctrl-B", "a page up"),
    Binding::new(Action::PageDown, "PgDn Ctrl-F", "a page down"),
    Binding::new(Action::First, "Home g", "to the first"),
    Binding::new(Action::Last, "End G", "to the last"),
];

/// All others that hold everywhere, those that matter most in the footer first, but for
/// the last two; the tabs have theirs beside these.
pub(in super::super) const COMMON: &[Binding] = &[
    Binding::new(
        Action::Pause,
        "Space",
        "pause this viewer; the program goes on",
    )
    .short("pause"),
    Binding::new(Action::Copy, "y", "copy what is selected, by the terminal").short("copy"),
    Binding::new(
        Action::Write,
        "w",
        "write what is seen to a .txt or .json file",
    )
    .short("write"),
    Binding::new(Action::NextTab, "Tab", "the next view"),
    Binding::new(Action::PreviousTab, "Shift-Tab", "the view before"),
    Binding::new(
        Action::Frames,
        "f",
        "all frames of stacks, or not the runtime's",
    ),
    Binding::new(Action::Back, "Esc Backspace", "back"),
    Binding::new(Action::Help, "? F1", "these keys").short("help"),
    Binding::new(Action::Quit, "q Ctrl-C", "quit").short("quit"),
];
