//! The command line.

use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use taskmon::client::Target;
use taskmon::rules::Thresholds;

/// Shows what every Tokio task of a running program waits for, where, and for how
/// long.
///
/// The program has taskmon-subscriber in it; TARGET is where that listens:
/// host:port, http://host:port or unix:/path.
#[derive(Debug, Parser)]
#[command(
    name = "taskmon",
    version,
    args_conflicts_with_subcommands = true,
    after_help = EXIT_CODES,
    max_term_width = 90
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Option<Command>,

    #[command(flatten)]
    pub view: View,
}

const EXIT_CODES: &str = "Exit codes: 0 fine, 1 alerts found, 2 wrong usage, \
                          3 cannot connect or connection lost, 4 refused";

/// The terminal UI.
#[derive(Debug, Args)]
pub struct View {
    /// Where the program's telemetry listens
    #[arg(default_value = Target::DEFAULT)]
    pub target: Target,

    #[command(flatten)]
    pub thresholds: ThresholdArgs,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Prints a table of the tasks, stuck ones first
    Tasks(Look),
    /// Prints what is wrong now; exits with 1 if anything is
    Alerts(Look),
    /// Watches for a while, then reports; exits with 1 if anything was wrong
    Check(Check),
    /// Runs a web service that leaks a stuck task at each request, and the UI on it
    Demo(Demo),
}

/// One look, then exit.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct Look {
    /// Where the program's telemetry listens
    #[arg(default_value = Target::DEFAULT)]
    pub target: Target,

    /// Print JSON
    #[arg(long)]
    pub json: bool,

    #[command(flatten)]
    pub thresholds: ThresholdArgs,
}

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct Check {
    /// Where the program's telemetry listens
    pub target: Target,

    /// How long to watch, from the first whole picture on
    #[arg(long = "for", value_name = "DURATION", default_value = "30s", value_parser = duration)]
    pub watch: Duration,

    /// How to report
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,

    #[command(flatten)]
    pub thresholds: ThresholdArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

#[derive(Debug, Args)]
pub struct Demo {
    /// Put the timeout around the send that the bug is missing
    #[arg(long)]
    pub fixed: bool,

    /// Serve without the UI, and print the address for viewers on a line
    #[arg(long)]
    pub headless: bool,

    /// End when standard input does: for whoever starts this as a child
    #[arg(long, hide = true, requires = "headless")]
    pub until_stdin_closes: bool,
}

/// When something is wrong.
#[derive(Clone, Copy, Debug, Args)]
pub struct ThresholdArgs {
    /// How long a channel send may wait
    #[arg(long, value_name = "DURATION", default_value = "5s", value_parser = duration)]
    pub send_threshold: Duration,

    /// How long a lock may be waited for
    #[arg(long, value_name = "DURATION", default_value = "5s", value_parser = duration)]
    pub lock_threshold: Duration,

    /// How long one poll may last
    #[arg(long, value_name = "DURATION", default_value = "100ms", value_parser = duration)]
    pub poll_threshold: Duration,
}

impl From<ThresholdArgs> for Thresholds {
    fn from(args: ThresholdArgs) -> Self {
        Thresholds {
            send: args.send_threshold,
            lock: args.lock_threshold,
            poll: args.poll_threshold,
        }
    }
}

/// A duration with its unit. Longer than a year is a mistake.
fn duration(text: &str) -> Result<Duration, String> {
    const LONGEST: Duration = Duration::from_secs(366 * 24 * 3_600);
    let duration = humantime::parse_duration(text)
        .map_err(|_| "a duration is a number and a unit, such as 500ms, 30s or 2m".to_owned())?;
    if duration > LONGEST {
        return Err("that is longer than a year".to_owned());
    }
    Ok(duration)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_duration_needs_a_unit() {
        assert_eq!(duration("30s"), Ok(Duration::from_secs(30)));
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        for text in ["30", "", "s", "-1s", "400days"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
