//! What each command does.

use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use taskmon::client::{ConnectError, LostError, Session, Target, Watcher};
use taskmon::demo::{self, DemoError};
use taskmon::faces::{check, json, tables, tui};
use taskmon::model::Model;
use taskmon::rules::{AlertBook, Thresholds};
use tokio::runtime::Runtime;
use tokio::time::Instant;

use crate::cli::{Check, Cli, Command, Demo, Format, Look, View};

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Fine,
    AlertsFound,
    Failed,
    Refused,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        ExitCode::from(match outcome {
            Outcome::Fine => 0,
            Outcome::AlertsFound => 1,
            // 2 is for wrong usage, which clap tells.
            Outcome::Failed => 3,
            Outcome::Refused => 4,
        })
    }
}

/// Why a command could not do what it should.
#[derive(Debug, thiserror::Error)]
enum CommandError {
    #[error(transparent)]
    Connect(#[from] ConnectError),
    #[error(transparent)]
    Lost(#[from] LostError),
    #[error(transparent)]
    Demo(#[from] DemoError),
    #[error("cannot start: {0}")]
    Start(io::Error),
    #[error("cannot use the terminal: {0}")]
    Terminal(io::Error),
    #[error("cannot write the report: {0}")]
    Write(io::Error),
}

/// Runs a command, and tells on standard error what went wrong.
pub fn run(cli: Cli) -> Outcome {
    let done = match cli.command {
        None => view(cli.view),
        Some(Command::Tasks(look)) => tasks(look),
        Some(Command::Alerts(look)) => alerts(look),
        Some(Command::Check(check)) => run_check(check),
        Some(Command::Demo(demo)) => run_demo(demo),
    };
    done.unwrap_or_else(|error| {
        let _ = writeln!(io::stderr(), "taskmon: {error}");
        match error {
            CommandError::Connect(error) if error.is_refusal() => Outcome::Refused,
            _ => Outcome::Failed,
        }
    })
}

/// The runtime of the client.
fn runtime() -> Result<Runtime, CommandError> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name("taskmon-client")
        .enable_all()
        .build()
        .map_err(CommandError::Start)
}

/// Writes to standard output. Someone who has seen enough, `head` for one, may
/// close it.
fn print(text: &str) -> Result<(), CommandError> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(CommandError::Write),
    }
}

fn print_json(value: &impl serde::Serialize) -> Result<(), CommandError> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|error| CommandError::Write(io::Error::other(error)))?;
    print(&(text + "\n"))
}

fn view(view: View) -> Result<Outcome, CommandError> {
    let runtime = runtime()?;
    let thresholds = view.thresholds.into();
    let watcher = Watcher::start(runtime.handle(), view.target.clone(), None, thresholds);
    show(&runtime, &view.target, &watcher)
}

/// The UI, until the user quits or the process is told to end.
fn show(runtime: &Runtime, target: &Target, watcher: &Watcher) -> Result<Outcome, CommandError> {
    let stop = Arc::new(AtomicBool::new(false));
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let stop = Arc::clone(&stop);
        runtime.spawn(async move {
            if let Ok(mut terminate) = signal(SignalKind::terminate()) {
                terminate.recv().await;
                stop.store(true, Ordering::Relaxed);
            }
        });
    }
    let picture = watcher.picture();
    tui::run(&target.to_string(), &picture, &stop).map_err(CommandError::Terminal)?;
    Ok(Outcome::Fine)
}

/// One whole picture of a program.
fn look(target: &Target) -> Result<Model, CommandError> {
    runtime()?.block_on(async {
        let mut model = Model::default();
        let mut session = Session::open(target, None).await?;
        session.refresh(&mut model).await?;
        Ok(model)
    })
}

fn judge(model: &Model, thresholds: Thresholds) -> AlertBook {
    let mut alerts = AlertBook::new(thresholds);
    alerts.update(model);
    alerts
}

fn tasks(args: Look) -> Result<Outcome, CommandError> {
    let model = look(&args.target)?;
    let alerts = judge(&model, args.thresholds.into());
    let tasks = tables::in_order(&model, &alerts);
    if args.json {
        print_json(&json::TaskList::new(
            &args.target.to_string(),
            &model,
            &tasks,
        ))?;
    } else {
        print(&tables::tasks(&model, &alerts, &tasks))?;
    }
    Ok(Outcome::Fine)
}

fn alerts(args: Look) -> Result<Outcome, CommandError> {
    let model = look(&args.target)?;
    let alerts = judge(&model, args.thresholds.into());
    let format = if args.json {
        Format::Json
    } else {
        Format::Text
    };
    report(&args.target, &model, &alerts, format, None)?;
    Ok(outcome(&alerts))
}

fn report(
    target: &Target,
    model: &Model,
    alerts: &AlertBook,
    format: Format,
    error: Option<String>,
) -> Result<(), CommandError> {
    let target = target.to_string();
    match format {
        Format::Text => print(&check::text(&target, model, alerts)),
        Format::Json => print_json(&json::Report::new(&target, model, alerts, error)),
    }
}

fn outcome(alerts: &AlertBook) -> Outcome {
    if alerts.active().is_empty() && alerts.past().len() == 0 {
        Outcome::Fine
    } else {
        Outcome::AlertsFound
    }
}

fn run_check(args: Check) -> Result<Outcome, CommandError> {
    let runtime = runtime()?;
    let mut session = runtime.block_on(Session::open(&args.target, None))?;
    let mut model = Model::default();
    let mut alerts = AlertBook::new(args.thresholds.into());
    let watched = runtime.block_on(async {
        session.refresh(&mut model).await?;
        alerts.update(&model);
        let end = Instant::now() + args.watch;
        loop {
            tokio::select! {
                refreshed = session.refresh(&mut model) => refreshed?,
                () = tokio::time::sleep_until(end) => return Ok(()),
                // Enough: report what was seen.
                _ = tokio::signal::ctrl_c() => return Ok(()),
            }
            alerts.update(&model);
        }
    });
    // What was found before the connection was lost is worth telling, but the
    // program was not watched for as long as it should have been.
    let lost: Option<LostError> = watched.err();
    let said = lost.as_ref().map(ToString::to_string);
    if lost.is_none() || model.complete {
        report(&args.target, &model, &alerts, args.format, said)?;
    }
    match lost {
        Some(error) => Err(error.into()),
        None => Ok(outcome(&alerts)),
    }
}

fn run_demo(args: Demo) -> Result<Outcome, CommandError> {
    if args.headless {
        demo::serve(args.fixed, args.until_stdin_closes)?;
        return Ok(Outcome::Fine);
    }
    let child = demo::Child::start(args.fixed)?;
    let runtime = runtime()?;
    let target = child.target().clone();
    let watcher = Watcher::start(
        runtime.handle(),
        target.clone(),
        None,
        Thresholds::default(),
    );
    show(&runtime, &target, &watcher)
}
