//! The terminal: taken when the UI begins, and given back as it was.

use std::io::{self, stdout};
use std::panic;

use ratatui::DefaultTerminal;
use ratatui::crossterm::clipboard::CopyToClipboard;
use ratatui::crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture,
};
use ratatui::crossterm::execute;

/// The terminal while the UI has it. It is given back when this is dropped, and before
/// a panic is printed.
pub(super) struct Taken(pub(super) DefaultTerminal);

impl Taken {
    /// Takes the terminal, and with `mouse` clicks and the wheel too.
    pub(super) fn new(mouse: bool) -> io::Result<Self> {
        let terminal = ratatui::try_init()?;
        // That one gives back all but these.
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            give_back_input();
            before(panic);
        }));
        let taken = Taken(terminal);
        execute!(stdout(), EnableBracketedPaste)?;
        if mouse {
            execute!(stdout(), EnableMouseCapture)?;
        }
        Ok(taken)
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        give_back_input();
        ratatui::restore();
    }
}

/// On a terminal that is gone there is nothing to give back.
fn give_back_input() {
    let _ = execute!(stdout(), DisableMouseCapture, DisableBracketedPaste);
}

/// Has the terminal keep `text` for pasting. Terminals that cannot ignore it.
pub(super) fn copy(text: &str) -> io::Result<()> {
    execute!(stdout(), CopyToClipboard::to_clipboard_from(text))
}
