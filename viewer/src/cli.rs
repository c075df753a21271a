//! What can be said on the command line.

mod check;
mod connection;

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;
use taskmon::client::{CredentialsError, Target};
use taskmon::config::{Config, ConfigError};
use taskmon::filter::{Filter, Subject};
use taskmon::fleet::PrometheusUrl;
use taskmon::rules::{Settings, Thresholds};
use taskmon::words::time::parse_duration;

pub use self::check::{CheckOptions, OutputFile};
pub use self::connection::ConnectionOptions;

const EXIT_CODES: &str = "\
Exit codes: 0 fine, 1 alerts found, 2 wrong usage, 3 cannot connect or the connection was lost, \
4 refused.";

const CHECK_EXIT_CODES: &str = "\
Exit codes: 0 fine, 1 alerts found or the command hung, 2 wrong usage, 3 cannot connect, the \
connection was lost, or nothing of the command was watched, 4 refused. A command that fails by \
itself ends taskmon with its own code: 128+n if signal n ended it, 126 if it cannot be run, 127 \
if there is none.";

/// Shows what every Tokio task of a running program waits for, where, and for how long.
///
/// Without a command, the terminal UI. The program must have called
/// taskmon_subscriber::init().
#[derive(Debug, Parser)]
#[command(
    name = "taskmon",
    version,
    max_term_width = 100,
    args_conflicts_with_subcommands = true,
    after_help = EXIT_CODES
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub ui: UiOptions,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Print all live tasks, those that are stuck first.
    #[command(after_help = EXIT_CODES)]
    Tasks(TasksOptions),
    /// Print what is waited for and where: all waits of one kind at one place in one line.
    ///
    /// Waits count that a task had when it was last polled, whatever it does now. A place is where
    /// the program's own code waits, or else where the task was spawned.
    #[command(after_help = EXIT_CODES)]
    Waits(ListOptions),
    /// Print the bounded channels, those with most senders waiting first.
    #[command(after_help = EXIT_CODES)]
    Channels(ListOptions),
    /// Print every live task with what it waits for and its stack, those that are stuck first.
    ///
    /// Frames of Tokio and of the standard library are left out. Lines are never cut.
    #[command(after_help = EXIT_CODES)]
    Dump(DumpOptions),
    /// Print what is wrong now; exit with 1 if anything is.
    #[command(after_help = EXIT_CODES)]
    Alerts(LookOptions),
    /// Watch for some time, or a command, and report what was wrong: for CI.
    ///
    /// With targets, the time counts from the first complete picture of all of them. If a
    /// connection is lost meanwhile, what was found so far is reported, and the exit code is 3 even
    /// if there were alerts, for nobody knows what came after. A signal ends the watch with a report
    /// of what was found so far.
    ///
    /// With a command, its processes are watched until it exits, closely, so that the last moment is
    /// seen too. A command that fails has failed whatever was found; alerts make one fail that
    /// succeeds.
    #[command(
        after_help = CHECK_EXIT_CODES,
        override_usage = "taskmon check [OPTIONS] [TARGET]...\n       taskmon check [OPTIONS] -- <COMMAND>..."
    )]
    Check(CheckOptions),
    /// Print which services have stuck tasks, by what Prometheus scrapes from them; exit with 1 if
    /// any has.
    ///
    /// The services serve their metrics at /metrics, and Prometheus scrapes them. Alerts are shown
    /// if the rules that come with taskmon are loaded there.
    #[command(after_help = EXIT_CODES)]
    Fleet(FleetOptions),
    /// Print every rule with its threshold, its severity and what it means.
    ///
    /// As taskmon.toml and the options set them.
    Rules(RulesOptions),
    /// Run a service that leaks a task with every request, with the UI on it.
    Demo(DemoOptions),
    /// Print the file of the user's own settings with everything as it is by default.
    ///
    /// In it, what begins with # and no space is a setting: without the # it says the same. The
    /// file is for the looks, the keys and the columns of the terminal UI, and for thresholds where
    /// a project's taskmon.toml has none.
    Config(ConfigOptions),
    /// Print what makes a shell complete taskmon's commands and options.
    ///
    /// Where it is to be put depends on the shell; bash, for one, reads what is in
    /// ~/.local/share/bash-completion/completions/taskmon.
    Completions(CompletionsOptions),
    /// Print the manual page, or write it and those of the commands into a directory.
    Man(ManOptions),
}

#[derive(Debug, Args)]
pub struct UiOptions {
    /// The programs to look at, each as host:port, http(s)://host:port or unix:/path.
    ///
    /// Several are shown as one. The default is http://127.0.0.1:6669.
    #[arg(value_name = "TARGET")]
    pub targets: Vec<Target>,
    /// Look at every address that the name of a TARGET has, and not only at the first that answers.
    #[arg(long)]
    pub all_addresses: bool,
    #[command(flatten)]
    pub look: LookOption,
    #[command(flatten)]
    pub rules: RuleOptions,
    #[command(flatten)]
    pub connection: ConnectionOptions,
}

#[derive(Debug, Default, Args)]
pub struct LookOption {
    /// Draw with ASCII alone, also in a locale that has more.
    #[arg(long)]
    pub ascii: bool,
}

#[derive(Debug, Args)]
pub struct TasksOptions {
    #[command(flatten)]
    pub look: LookOptions,
    #[command(flatten)]
    pub filter: FilterOption,
}

#[derive(Debug, Args)]
pub struct FilterOption {
    /// Print only tasks of which all of this holds: 'wait:send age:>30s -name:worker'.
    #[arg(long, value_name = "FILTER", allow_hyphen_values = true, value_parser = parse_filter)]
    pub filter: Option<Filter>,
}

fn parse_filter(text: &str) -> Result<Filter, String> {
    Filter::parse(Subject::Tasks, text).map_err(|error| error.in_text(text))
}

#[derive(Debug, Args)]
pub struct LookOptions {
    #[command(flatten)]
    pub target: TargetOption,
    #[command(flatten)]
    pub rules: RuleOptions,
    /// Print JSON instead of a table.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct ListOptions {
    #[command(flatten)]
    pub target: TargetOption,
    /// Print JSON instead of a table.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct DumpOptions {
    #[command(flatten)]
    pub target: TargetOption,
    #[command(flatten)]
    pub rules: RuleOptions,
    #[command(flatten)]
    pub filter: FilterOption,
    /// Print tasks that do the same at the same place once, with their count: most first.
    #[arg(long)]
    pub group: bool,
    /// Print the frames of Tokio and of the standard library too.
    #[arg(long)]
    pub all_frames: bool,
    /// Print JSON instead of text.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct FleetOptions {
    /// The Prometheus server: http://host:9090, with a path if it has one.
    #[arg(long, value_name = "URL")]
    pub prometheus: PrometheusUrl,
    /// Print JSON instead of a table.
    #[arg(long)]
    pub json: bool,
    /// Show the terminal UI on the instance with most stuck tasks, or on the one that is named as
    /// Prometheus calls it.
    #[arg(
        long,
        value_name = "INSTANCE",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "",
        conflicts_with = "json"
    )]
    pub open: Option<String>,
    #[command(flatten)]
    pub connection: ConnectionOptions,
}

#[derive(Debug, Args)]
pub struct DemoOptions {
    /// Run the service as it is once the leak is fixed.
    #[arg(long)]
    pub fixed: bool,
    /// Only run the service, for a taskmon in another terminal.
    ///
    /// Prints the address for viewers on a line of its own.
    #[arg(long)]
    pub headless: bool,
    #[command(flatten)]
    pub look: LookOption,
    /// End when standard input does: for whoever starts this as a child.
    #[arg(long, hide = true, requires = "headless")]
    pub until_stdin_closes: bool,
}

#[derive(Debug, Args)]
pub struct ConfigOptions {
    /// Print where the file is looked for, the place that counts most first, and which is there.
    #[arg(long)]
    pub path: bool,
}

#[derive(Debug, Args)]
pub struct CompletionsOptions {
    /// The shell.
    #[arg(value_name = "SHELL")]
    pub shell: Shell,
}

#[derive(Debug, Args)]
pub struct ManOptions {
    /// Write taskmon.1 and a page for each command into this directory, which must be there.
    #[arg(value_name = "DIR")]
    pub directory: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct TargetOption {
    /// The program to look at: host:port, http(s)://host:port or unix:/path.
    #[arg(value_name = "TARGET", default_value_t)]
    pub target: Target,
    #[command(flatten)]
    pub connection: ConnectionOptions,
}

impl TargetOption {
    /// The program, with what is shown to it.
    pub fn with_credentials(&self) -> Result<Target, CredentialsError> {
        Ok(self.target.with(&self.connection.credentials()?))
    }
}

#[derive(Debug, Args)]
pub struct RulesOptions {
    #[command(flatten)]
    pub rules: RuleOptions,
    /// Print JSON instead of text.
    #[arg(long)]
    pub json: bool,
}

/// What the rules go by. An option wins over the file.
#[derive(Debug, Default, Args)]
pub struct RuleOptions {
    /// Read the rules' settings from this file, and not from the taskmon.toml in the working
    /// directory or above it.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// How long a channel send may be pending [default: 5s]
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    pub send_threshold: Option<Duration>,
    /// How long a mutex or a read-write lock may be waited for [default: 5s]
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    pub lock_threshold: Option<Duration>,
    /// How long one poll may last [default: 100ms]
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    pub poll_threshold: Option<Duration>,
}

impl RuleOptions {
    /// The settings of the rules: by default, then by the file, then by these options.
    pub fn load(&self) -> Result<Config, ConfigError> {
        self.load_over(Settings::default())
    }

    /// The same, with `base` in place of the defaults.
    pub fn load_over(&self, base: Settings) -> Result<Config, ConfigError> {
        // Without a working directory there is no file above it.
        let directory = std::env::current_dir().unwrap_or_default();
        let mut config = Config::load_over(base, self.config.as_deref(), &directory)?;
        let Thresholds {
            send, lock, poll, ..
        } = &mut config.settings.thresholds;
        let said = [
            (self.send_threshold, send),
            (self.lock_threshold, lock),
            (self.poll_threshold, poll),
        ];
        for (said, threshold) in said {
            *threshold = said.unwrap_or(*threshold);
        }
        Ok(config)
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use taskmon::words::duration::exact;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_defaults_shown_are_those_of_the_rules() {
        let limits = Thresholds::default();
        let check = Cli::command();
        for (option, default) in [
            ("send_threshold", limits.send),
            ("lock_threshold", limits.lock),
            ("poll_threshold", limits.poll),
        ] {
            let mut options = check.get_arguments();
            let option = options.find(|it| it.get_id() == option).unwrap();
            let help = option.get_help().unwrap().to_string();
            let default = format!("[default: {}]", exact(default));
            assert!(help.ends_with(&default), "{help}: {default}");
        }
        let cli = Cli::parse_from(["taskmon"]);
        assert!(cli.ui.targets.is_empty());
    }

    #[test]
    fn targets_alone_are_the_ui() {
        let cli = Cli::parse_from(["taskmon", "shop:80", "unix:/run/shop.sock"]);
        assert!(cli.command.is_none());
        assert_eq!(cli.ui.targets.len(), 2);

        let cli = Cli::parse_from(["taskmon", "shop:80"]);
        assert!(cli.command.is_none());
        assert_eq!(cli.ui.targets[0].to_string(), "http://shop:80");
    }
}
