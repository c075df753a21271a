//! How a command ends.

use std::io::{self, Write};
use std::process::ExitCode;

use taskmon::client::WatchError;
use taskmon::config::ConfigError;
use taskmon::demo::DemoError;
use taskmon::fleet::FleetError;

/// How a command that did its work ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing is wrong: 0.
    Fine,
    /// Alerts were found: 1.
    Alerts,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> ExitCode {
        ExitCode::from(match outcome {
            Outcome::Fine => 0,
            Outcome::Alerts => 1,
        })
    }
}

/// Why a command could not do its work. 2 is wrong usage, most of which clap tells.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// No connection, or not for as long as needed: 3; refused: 4.
    #[error(transparent)]
    Watch(#[from] WatchError),
    /// The report was asked to stop before there was anything to report: 3.
    #[error("interrupted before the first update came")]
    Interrupted,
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
        // A closed stderr is no reason to panic.
        let _ = writeln!(io::stderr(), "taskmon: {self}");
        ExitCode::from(match &self {
            Failure::Watch(error) if error.is_refusal() => 4,
            Failure::Fleet(error) if error.is_refusal() => 4,
            Failure::Config(_) => 2,
            Failure::Fleet(FleetError::NoSuchInstance { .. } | FleetError::NoTarget { .. }) => 2,
            _ => 3,
        })
    }
}
