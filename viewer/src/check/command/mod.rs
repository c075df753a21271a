//! Runs a command, and watches every process of it that has taskmon.
//!
//! A command line comes in, and the standard streams of this process go to it as
//! they are; out comes a [`Report`] with how it ended.

mod folder;
mod process;

use std::ffi::OsString;
use std::io;
use std::time::{Duration, SystemTime};

use tokio::sync::watch as channel;
use tokio::task::JoinSet;
use tokio::time::{Instant, interval, sleep_until, timeout};

use self::folder::Folder;
use self::process::Process;
use super::gather::gather;
use super::observed::Observed;
use super::observer::{Leaving, Observer, Stop};
use super::{CommandEnd, CommandSeen, Hang, HungProgram, Plan, Report, Signals, Sources};
use crate::words::plain::plain;

/// How often the folder is looked at for new sockets.
const LOOK: Duration = Duration::from_millis(10);
/// How long what a command's processes said before they ended may take to be
/// read, once it has ended.
const DRAIN: Duration = Duration::from_secs(2);

/// Why a command could not be run.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// There is no such program.
    #[error("there is no program {0}: check its spelling, or give its path")]
    NotFound(String),
    /// It cannot be executed.
    #[error("cannot run {command}: {source}")]
    CannotRun {
        /// Which.
        command: String,
        /// What the system says.
        source: io::Error,
    },
    /// There is no place for the sockets, or the command got lost.
    #[error("cannot watch a command: {0}")]
    System(#[from] io::Error),
}

/// Runs `command` and watches its processes until it exits, or until its time is
/// over; then it is killed with all of its process group.
///
/// # Errors
///
/// If it cannot be started.
pub async fn run(
    command: &[OsString],
    plan: &Plan,
    time: Option<Duration>,
    mut signals: Signals,
    sources: Sources,
) -> Result<Report, CommandError> {
    let began = SystemTime::now();
    let begun = Instant::now();
    let mut folder = Folder::make()?;
    let mut process = Process::start(command, &folder.bind())?;
    let mut watching = Watching::new(plan);
    let mut looks = interval(LOOK);
    let deadline = time.map(|time| begun + time);
    let mut interrupted = false;
    let exited = loop {
        tokio::select! {
            exited = process.exited() => break Some(exited?),
            () = at(deadline) => break None,
            told = signals.next() => {
                interrupted = true;
                process.tell(told);
            }
            _ = looks.tick() => watching.begin(&mut folder),
        }
    };
    let (end, missed, observed) = match exited {
        Some(status) => {
            watching.begin(&mut folder);
            let observed = watching.drain().await;
            (process::end(status), watching.missed, observed)
        }
        None => {
            let mut observed = watching.stop().await;
            process.kill().await;
            let hang = Hang {
                timeout: time.unwrap_or_default(),
                programs: pictures(&mut observed),
            };
            (CommandEnd::Hung(hang), watching.missed, observed)
        }
    };
    let mut report = gather(observed, sources);
    report.subject = line(command);
    report.began = began;
    report.watched = begun.elapsed();
    report.notes = watching.notes;
    if interrupted {
        report.notes.push("the watch was interrupted".to_owned());
    }
    report.command = Some(CommandSeen {
        line: line(command),
        end,
        missed,
        may_be_unwatched: false,
    });
    Ok(report)
}

async fn at(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

/// A command line as a person reads it; harmless, but not for a shell.
fn line(command: &[OsString]) -> String {
    let words: Vec<_> = command.iter().map(|word| word.to_string_lossy()).collect();
    plain(&words.join(" ")).into_owned()
}

/// The programs that were still running: what ended before is not what it hung
/// on.
fn pictures(observed: &mut [Observed]) -> Vec<HungProgram> {
    let pictures = observed.iter_mut();
    pictures.filter_map(|it| it.picture.take()).collect()
}

/// The observers of all processes.
struct Watching<'a> {
    plan: &'a Plan,
    observers: JoinSet<(usize, Observed)>,
    stop: channel::Sender<Stop>,
    begun: usize,
    /// Processes that were gone before there was a picture of them.
    missed: usize,
    notes: Vec<String>,
}

impl<'a> Watching<'a> {
    fn new(plan: &'a Plan) -> Self {
        Watching {
            plan,
            observers: JoinSet::new(),
            stop: channel::Sender::new(Stop::No),
            begun: 0,
            missed: 0,
            notes: Vec::new(),
        }
    }

    /// Begins to watch the processes whose sockets are new.
    fn begin(&mut self, folder: &mut Folder) {
        for target in folder.new_sockets() {
            let target = target.with(&self.plan.credentials);
            let (observer, _) = Observer::new(target, self.plan, Leaving::IsFine);
            let observed = observer.observe(self.stop.subscribe());
            let index = self.begun;
            self.begun += 1;
            self.observers.spawn(async move { (index, observed.await) });
        }
    }

    /// Waits until the last pictures of processes that ended are read. Processes
    /// that go on without the command are left alone.
    async fn drain(&mut self) -> Vec<Observed> {
        let mut done = Vec::new();
        let all = async {
            while let Some(Ok(observed)) = self.observers.join_next().await {
                done.push(observed);
            }
        };
        let _ = timeout(DRAIN, all).await;
        let left = self.observers.len();
        if left > 0 {
            self.notes.push(match left {
                1 => "one process was still running when the command had ended".to_owned(),
                _ => format!("{left} processes were still running when the command had ended"),
            });
        }
        done.extend(self.rest(Stop::Now).await);
        self.seen(done)
    }

    /// Stops to watch, with a last look at where the tasks are.
    async fn stop(&mut self) -> Vec<Observed> {
        let rest = self.rest(Stop::WithStacks).await;
        self.seen(rest)
    }

    async fn rest(&mut self, stop: Stop) -> Vec<(usize, Observed)> {
        self.stop.send_replace(stop);
        let mut rest = Vec::new();
        while let Some(Ok(observed)) = self.observers.join_next().await {
            rest.push(observed);
        }
        rest
    }

    /// Those that there was a picture of, in the order in which they came.
    fn seen(&mut self, mut observed: Vec<(usize, Observed)>) -> Vec<Observed> {
        observed.sort_by_key(|(index, _)| *index);
        let all = observed.len();
        let seen: Vec<_> = observed
            .into_iter()
            .map(|(_, it)| it)
            .filter(|it| it.program.seen || it.program.error.is_some())
            .collect();
        self.missed = all - seen.len();
        if self.missed > 0 {
            self.notes.push(match self.missed {
                1 => "one process was gone before it could be looked at".to_owned(),
                missed => format!("{missed} processes were gone before they could be looked at"),
            });
        }
        seen
    }
}
