//! The options of `taskmon check`.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use taskmon::client::Target;
use taskmon::faces::ci::{FORMATS, Format, format_named};
use taskmon::rules::Severity;
use taskmon::words::plain::plain;
use taskmon::words::time::parse_duration;

use super::{ConnectionOptions, RuleOptions};

#[derive(Debug, Args)]
pub struct CheckOptions {
    /// The programs to watch, each as host:port, http(s)://host:port or unix:/path.
    ///
    /// The default is http://127.0.0.1:6669.
    #[arg(value_name = "TARGET", conflicts_with = "command")]
    pub targets: Vec<Target>,
    /// A command to run and to watch until it exits, with all of its processes that have taskmon.
    ///
    /// They find where to listen in TASKMON_BIND. The command has the standard input, output and
    /// error of this process, and is sent the SIGINT and SIGTERM that this process gets.
    #[arg(last = true, value_name = "COMMAND")]
    pub command: Vec<OsString>,
    /// For how long to watch; with --until-quiet, for how long at most.
    #[arg(
        long = "for",
        value_name = "DURATION",
        default_value = "30s",
        value_parser = parse_duration,
        conflicts_with = "command"
    )]
    pub length: Duration,
    /// Watch only until it is quiet: until, for DURATION, no alert has been active in any of the
    /// programs, and none of them has spawned a task or seen one end.
    ///
    /// Without DURATION, one second more than the longer of the thresholds of sends and locks, so
    /// that nothing that waits can be on its way to an alert. A program that does not become quiet
    /// within --for has not failed for that: its report says so.
    #[arg(
        long,
        value_name = "DURATION",
        num_args = 0..=1,
        require_equals = true,
        value_parser = parse_duration,
        conflicts_with = "command"
    )]
    pub until_quiet: Option<Option<Duration>>,
    /// For how long to try again while nobody listens at a TARGET, as when it is just starting.
    #[arg(
        long,
        value_name = "DURATION",
        default_value = "0s",
        value_parser = parse_duration,
        conflicts_with = "command"
    )]
    pub connect_within: Duration,
    /// How long the COMMAND may take; then it is killed, and what it hung on is reported.
    #[arg(long, value_name = "DURATION", value_parser = parse_duration, requires = "command")]
    pub timeout: Option<Duration>,
    /// Pass, with a note, if no process of the COMMAND could be watched.
    #[arg(long, requires = "command")]
    pub allow_unwatched: bool,
    #[command(flatten)]
    pub rules: RuleOptions,
    /// The least severity that fails.
    #[arg(long, value_enum, value_name = "SEVERITY", default_value_t = FailOn::Warning)]
    pub fail_on: FailOn,
    /// Let pass the alerts that are in FILE.
    ///
    /// An alert is the same if its rule, the file, the function and the text of the line are. The
    /// number of the line decides only where neither function nor text is known.
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Write the alerts that are found to FILE, and let them pass.
    ///
    /// With --baseline, those that are there stay; FILE may be the same.
    #[arg(long, value_name = "FILE")]
    pub write_baseline: Option<PathBuf>,
    /// What to print on standard output, after that of the COMMAND.
    #[arg(long, value_parser = format_parser(), default_value = "text")]
    pub format: &'static dyn Format,
    /// A report to write to a file besides; may be given several times.
    ///
    /// FORMAT is one of those of --format. /dev/stderr is standard error; the file that
    /// GITHUB_STEP_SUMMARY names is added to, any other is replaced.
    #[arg(long, value_name = "FORMAT=FILE", value_parser = parse_output)]
    pub output: Vec<OutputFile>,
    #[command(flatten)]
    pub connection: ConnectionOptions,
}

/// A report that is to be in a file.
#[derive(Clone, Debug)]
pub struct OutputFile {
    pub format: &'static dyn Format,
    pub path: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Every alert fails.
    Warning,
    /// Warnings are shown, and pass.
    Error,
}

impl From<FailOn> for Severity {
    fn from(fail_on: FailOn) -> Severity {
        match fail_on {
            FailOn::Warning => Severity::Warning,
            FailOn::Error => Severity::Error,
        }
    }
}

fn format_parser() -> impl TypedValueParser<Value = &'static dyn Format> {
    let values = FORMATS.map(|format| PossibleValue::new(format.name()).help(format.about()));
    PossibleValuesParser::new(values)
        .try_map(|name| format_named(&name).ok_or("there is no such format"))
}

fn parse_output(text: &str) -> Result<OutputFile, String> {
    let names = FORMATS.map(|format| format.name()).join(", ");
    let Some((name, path)) = text.split_once('=') else {
        return Err(format!(
            "expected a format and a file, as sarif=taskmon.sarif; formats are {names}"
        ));
    };
    let Some(format) = format_named(name) else {
        let name = plain(name);
        return Err(format!("'{name}' is not a format; formats are {names}"));
    };
    match path {
        "" => Err(format!("a file is missing: try {name}=taskmon.{name}")),
        "-" => Err(format!(
            "standard output is for --format: say --format {name}, or give a file"
        )),
        path => Ok(OutputFile {
            format,
            path: path.into(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_output_is_a_format_and_a_file() {
        let output = parse_output("sarif=out/a=b.sarif").unwrap();
        assert_eq!(output.format.name(), "sarif");
        assert_eq!(output.path.to_str(), Some("out/a=b.sarif"));
    }

    #[test]
    fn an_output_that_is_none_says_what_to_try() {
        let refused = |text| parse_output(text).unwrap_err();
        assert!(refused("sarif").contains("as sarif=taskmon.sarif"));
        assert!(refused("xml=a").contains("formats are text, json"));
        assert!(refused("json=").contains("try json=taskmon.json"));
        assert!(refused("json=-").contains("say --format json"));
        assert!(!refused("\u{1b}=a").contains(char::is_control));
    }
}
