//! How a command ends.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use taskmon::check::BaselineError;
#[cfg(unix)]
use taskmon::check::CommandError;
use taskmon::client::{AddressesError, WatchError};
use taskmon::config::ConfigError;
use taskmon::demo::DemoError;
use taskmon::faces::tui::MOST_TARGETS;
use taskmon::fleet::FleetError;
use taskmon::words::plain::plain;

/// How a command that did its work ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing is wrong: 0.
    Fine,
    /// Alerts were found: 1.
    Alerts,
    /// The command that was run failed, with this code.
    CommandFailed(u8),
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> ExitCode {
        ExitCode::from(match outcome {
            Outcome::Fine => 0,
            Outcome::Alerts => 1,
            Outcome::CommandFailed(code) => code,
        })
    }
}

/// Why a command could not do its work. 2 is wrong usage, most of which clap tells.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// No connection, or not for as long as needed: 3; refused: 4.
    #[error(transparent)]
    Watch(#[from] WatchError),
    /// A name has no addresses: 3; or too many: 2.
    #[error(transparent)]
    Addresses(#[from] AddressesError),
    /// More programs than can be shown: 2.
    #[error("{0} targets are too many: at most {most} are shown at once", most = MOST_TARGETS)]
    TooManyTargets(usize),
    /// The report was asked to stop before there was anything to report: 3.
    #[error("interrupted before the first update came")]
    Interrupted,
    /// The command could not be run: 126, 127 if there is none, or 3.
    #[cfg(unix)]
    #[error(transparent)]
    Command(#[from] CommandError),
    /// Commands cannot be watched on this system: 2.
    #[cfg(not(unix))]
    #[error("a command can only be watched on a system with Unix sockets: give targets")]
    NoCommands,
    /// The command opened no port: 3.
    #[error(
        "nothing was watched, so nothing is known: no process of the command opened a port for \
         taskmon (--allow-unwatched lets that pass)"
    )]
    Unwatched,
    /// The baseline is none, or cannot be written: 2.
    #[error(transparent)]
    Baseline(#[from] BaselineError),
    /// A report cannot be written: 2.
    #[error("cannot write the report {}: {source}", plain(&path.to_string_lossy()))]
    Report {
        /// Where.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A manual page cannot be written: 2.
    #[error("cannot write manual pages into {}: {source}", plain(&directory.to_string_lossy()))]
    Manual {
        /// Where to.
        directory: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Prometheus did not answer: 3; refused: 4; does not know what was named: 2.
    #[error(transparent)]
    Fleet(#[from] FleetError),
    /// `taskmon.toml` makes no sense: 2.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// There is no demo: 3.
    #[error(transparent)]
    Demo(#[from] DemoError),
    /// There is no terminal to show the UI on: 3.
    #[error(
        "cannot show the UI on this terminal: {0}; `taskmon tasks` and `taskmon check` need none"
    )]
    Terminal(io::Error),
    /// The output, the terminal or the runtime failed: 3.
    #[error("{0}")]
    Io(#[from] io::Error),
}

impl Failure {
    /// Says on stderr what happened, in one line, and returns the exit code.
    pub fn report(self) -> ExitCode {
        self.say();
        ExitCode::from(self.code())
    }

    /// Says on stderr what happened, in one line.
    pub fn say(&self) {
        // A closed stderr is no reason to panic.
        let _ = writeln!(io::stderr(), "taskmon: {self}");
    }

    fn code(&self) -> u8 {
        match self {
            Failure::Watch(error) if error.is_refusal() => 4,
            #[cfg(unix)]
            Failure::Command(CommandError::NotFound(_)) => 127,
            #[cfg(unix)]
            Failure::Command(CommandError::CannotRun { .. }) => 126,
            #[cfg(not(unix))]
            Failure::NoCommands => 2,
            Failure::Baseline(_) | Failure::Report { .. } | Failure::Manual { .. } => 2,
            Failure::Fleet(error) if error.is_refusal() => 4,
            Failure::TooManyTargets(_)
            | Failure::Config(_)
            | Failure::Addresses(AddressesError::TooMany { .. }) => 2,
            Failure::Fleet(FleetError::NoSuchInstance { .. } | FleetError::NoTarget { .. }) => 2,
            _ => 3,
        }
    }
}
