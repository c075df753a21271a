//! What each command does: connect, look, print.

mod check;
mod config;
mod fleet;
mod look;
mod manual;
mod rules;
mod screen;

use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};

use taskmon::config::ConfigError;
use taskmon::rules::{Allow, Settings};
use taskmon::words::plain::plain;

pub use self::check::check;
pub use self::config::config;
pub use self::fleet::fleet;
pub use self::look::{alerts, channels, dump, tasks, waits};
pub use self::manual::{completions, man};
pub use self::rules::rules;
pub use self::screen::{demo, ui};
use crate::cli::RuleOptions;

/// A runtime for a command that waits for one connection.
fn runtime() -> io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
}

/// What the rules go by. What has expired of the allow-list is told on stderr.
fn settings(options: &RuleOptions) -> Result<Settings, ConfigError> {
    settings_over(Settings::default(), options)
}

/// The same, with `base` where neither the file nor an option says anything.
fn settings_over(base: Settings, options: &RuleOptions) -> Result<Settings, ConfigError> {
    let settings = options.load_over(base)?.settings;
    note(settings.allow.iter().filter_map(Allow::expiry_note));
    Ok(settings)
}

/// Tells a person on stderr what is no part of the answer.
fn note(notes: impl IntoIterator<Item = String>) {
    for note in notes {
        // A closed stderr is no reason to panic.
        let _ = writeln!(io::stderr(), "taskmon: {}", plain(&note));
    }
}

/// Prints to stdout. A reader that has seen enough, as `head`, is no failure.
fn print(
    write: impl FnOnce(&mut BufWriter<StdoutLock<'static>>) -> io::Result<()>,
) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
            // Dropped with what is left in it, it would try once more.
            let _ = out.into_parts();
            Ok(())
        }
        result => result,
    }
}

/// The width of the terminal on stdout; `None` if it is not one, for then lines
/// are for another program and must be whole.
fn terminal_width() -> Option<usize> {
    if !io::stdout().is_terminal() {
        return None;
    }
    let (width, _) = ratatui::crossterm::terminal::size().ok()?;
    Some(width.into())
}
