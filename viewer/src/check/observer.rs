//! Watches one program until it ends or the observer is told to stop.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use super::Plan;
use super::quiet::Quiet;
use crate::client::{ConnectError, Session, Target, WatchError};
use crate::model::Model;
use crate::rules::AlertBook;

/// How long to wait before a target is tried again.
const RETRY: Duration = Duration::from_millis(50);
/// How often a process that broke a connection and still listens is tried again.
const RETRIES: u32 = 40;

/// What became of one program.
#[derive(Debug)]
pub(super) struct Observed {
    pub(super) target: Target,
    pub(super) model: Model,
    pub(super) book: AlertBook,
    /// How long it was watched, from the first whole picture on; `None` if there
    /// was none.
    pub(super) watched: Option<Duration>,
    /// Whether it was there when the observer was told to stop.
    pub(super) still_runs: bool,
    /// Why it was not watched for longer, if it could have been.
    pub(super) error: Option<WatchError>,
}

/// How far an observer is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Progress {
    /// There was a whole picture.
    pub(super) seen: bool,
    /// Since when the program is quiet, if it is.
    pub(super) quiet_since: Option<Instant>,
    /// It watches no more.
    pub(super) over: bool,
}

/// What to make of a program that goes away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leaving {
    /// It should not have.
    IsAnError,
    /// It is a process of a command, and may end when it likes.
    IsFine,
}

pub(super) struct Observer {
    target: Target,
    plan: Plan,
    leaving: Leaving,
    session: Option<Session>,
    book: AlertBook,
    quiet: Quiet,
    progress: watch::Sender<Progress>,
    first: Option<Instant>,
    last: Option<Instant>,
}

impl Observer {
    /// One that has not begun, and where to see how far it is.
    pub(super) fn new(
        target: Target,
        plan: &Plan,
        leaving: Leaving,
    ) -> (Self, watch::Receiver<Progress>) {
        let (progress, seen) = watch::channel(Progress::default());
        let observer = Observer {
            target,
            book: plan.rules.clone(),
            plan: plan.clone(),
            leaving,
            session: None,
            quiet: Quiet::default(),
            progress,
            first: None,
            last: None,
        };
        (observer, seen)
    }

    /// Watches until the program ends, or until `stop` says so.
    pub(super) async fn observe(mut self, mut stop: watch::Receiver<bool>) -> Observed {
        let (still_runs, error) = tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop) => (true, None),
            error = self.watch() => (false, error),
        };
        self.progress.send_modify(|progress| progress.over = true);
        let watched = self.first.zip(self.last);
        Observed {
            target: self.target,
            model: self.session.map(Session::into_model).unwrap_or_default(),
            book: self.book,
            watched: watched.map(|(first, last)| last - first),
            still_runs,
            error,
        }
    }

    /// Watches until the program is gone; says why, unless that is fine.
    async fn watch(&mut self) -> Option<WatchError> {
        let session = match self.connect().await {
            Ok(session) => session,
            Err(error) if self.leaving == Leaving::IsFine && is_gone(&error) => return None,
            Err(error) => return Some(error),
        };
        let mut session = self.session.insert(session);
        loop {
            let error = loop {
                match session.next().await {
                    Ok(model) => {
                        let now = Instant::now();
                        self.book.update(model);
                        self.quiet.update(model, &self.book, now);
                        self.first.get_or_insert(now);
                        self.last = Some(now);
                        let quiet_since = self.quiet.since();
                        self.progress.send_modify(|progress| {
                            progress.seen = true;
                            progress.quiet_since = quiet_since;
                        });
                    }
                    Err(error) => break error,
                }
            };
            let broken = matches!(error, WatchError::Lost { .. } | WatchError::Ended(_));
            if self.leaving == Leaving::IsAnError || !broken {
                return Some(error);
            }
            // Whether the process is gone is seen by whether it still listens.
            match again(&self.target, self.plan.interval, session).await {
                Ok(Some(new)) => session = self.session.insert(new),
                Ok(None) => return None,
                Err(error) => return Some(error),
            }
        }
    }

    /// Connects; tries again for as long as the plan says if nobody listens.
    async fn connect(&self) -> Result<Session, WatchError> {
        let begun = Instant::now();
        loop {
            match Session::connect(&self.target, self.plan.interval).await {
                Err(WatchError::Connect(error))
                    if is_not_there(&error) && begun.elapsed() < self.plan.connect_within =>
                {
                    sleep(RETRY).await;
                }
                result => return result,
            }
        }
    }
}

/// The process broke the connection: connects again, unless it is gone.
async fn again(
    target: &Target,
    interval: Duration,
    before: &Session,
) -> Result<Option<Session>, WatchError> {
    let instance = |session: &Session| session.model().program.as_ref().map(|it| it.instance);
    let mut tries = 0;
    loop {
        match Session::connect(target, interval).await {
            // Another program took the place of this one, and is another's to watch.
            Ok(session) if instance(&session) != instance(before) => return Ok(None),
            Ok(session) => return Ok(Some(session)),
            Err(error) if is_gone(&error) => return Ok(None),
            Err(error) if tries >= RETRIES => return Err(error),
            // A process that is about to end closes one socket after the other.
            Err(_) => {
                tries += 1;
                sleep(RETRY).await;
            }
        }
    }
}

fn is_gone(error: &WatchError) -> bool {
    matches!(error, WatchError::Connect(error) if is_not_there(error))
}

fn is_not_there(error: &ConnectError) -> bool {
    matches!(
        error,
        ConnectError::NobodyListens(_) | ConnectError::NoSuchSocket(_)
    )
}
