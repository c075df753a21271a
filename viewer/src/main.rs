//! The `taskmon` command.

mod cli;
mod commands;
mod exit;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Command};
use crate::exit::Failure;

fn main() -> ExitCode {
    // Wrong usage is told by clap, which exits with 2 then.
    let cli = Cli::parse();
    let result = match cli.command {
        None => commands::ui(&cli.ui),
        Some(Command::Tasks(options)) => commands::tasks(&options),
        Some(Command::Waits(options)) => commands::waits(&options),
        Some(Command::Channels(options)) => commands::channels(&options),
        Some(Command::Dump(options)) => commands::dump(&options),
        Some(Command::Alerts(options)) => commands::alerts(&options),
        Some(Command::Check(options)) => commands::check(&options),
        Some(Command::Fleet(options)) => commands::fleet(&options),
        Some(Command::Rules(options)) => commands::rules(&options),
        Some(Command::Demo(options)) => commands::demo(&options),
        Some(Command::Config(options)) => commands::config(&options),
        Some(Command::Completions(options)) => commands::completions(&options),
        Some(Command::Man(options)) => commands::man(&options),
    };
    result.map_or_else(Failure::report, ExitCode::from)
}
