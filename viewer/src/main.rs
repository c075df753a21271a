//! The `taskmon` command.

mod cli;
mod commands;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    // Prints what clap has to say, and exits with 2 for wrong usage.
    let command = cli::Cli::parse();
    commands::run(command).into()
}
