//! Watches one program until it ends or the observer is told to stop.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use super::observed::Observed;
use super::quiet::Quiet;
use super::stacks::WithStacks;
use super::{HungProgram, Plan};
use crate::client::{ConnectError, Session, Target, WatchError};
use crate::model::Level;
use crate::rules::AlertBook;

/// How long to wait before a target is tried again.
const RETRY: Duration = Duration::from_millis(50);
/// How often a process that broke a connection and still listens is tried again.
const RETRIES: u32 = 40;

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

/// Whether an observer is to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    No,
    /// At once.
    Now,
    /// When there is a picture with stacks.
    WithStacks,
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
    stacks: Option<WithStacks>,
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
            stacks: None,
        };
        (observer, seen)
    }

    /// Watches until the program ends, or until `stop` says so.
    pub(super) async fn observe(mut self, mut stop: watch::Receiver<Stop>) -> Observed {
        let (still_runs, error) = tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop != Stop::No) => (true, None),
            error = self.watch() => (false, error),
        };
        let wanted = *stop.borrow() == Stop::WithStacks && self.leaving == Leaving::IsFine;
        let with_stacks = self.with_stacks(still_runs, wanted).await;
        self.progress.send_modify(|progress| progress.over = true);
        let watched = self.first.zip(self.last);
        let watched = watched.map(|(first, last)| last - first);
        let picture = HungProgram {
            model: self.session.map(Session::into_model).unwrap_or_default(),
            book: self.book,
        };
        let observed = Observed::new(&self.target, watched, still_runs, error, picture);
        observed.prefer(with_stacks)
    }

    /// The picture with stacks; `None` if there was no need or no time for one.
    async fn with_stacks(&mut self, still_runs: bool, wanted: bool) -> Option<HungProgram> {
        let mut stacks = match self.stacks.take() {
            Some(stacks) => stacks,
            None if still_runs && wanted => WithStacks::begin(&self.target, &self.plan),
            None => return None,
        };
        match (still_runs, wanted) {
            (true, true) => stacks.first_picture().await,
            (true, false) => {}
            (false, _) => stacks.rest().await,
        }
        stacks.end().await
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
                        let is_wrong = !self.book.active().is_empty();
                        if self.leaving == Leaving::IsFine && is_wrong && self.stacks.is_none() {
                            self.stacks = Some(WithStacks::begin(&self.target, &self.plan));
                        }
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
            match connect(&self.target, self.plan.interval, self.leaving).await {
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

/// Connects. Of the processes of a command there are many, and stacks are asked
/// for when something is wrong; but at the level where only stacks tell what a
/// task waits for, that is not known without.
async fn connect(
    target: &Target,
    interval: Duration,
    leaving: Leaving,
) -> Result<Session, WatchError> {
    if leaving == Leaving::IsFine {
        let session = Session::connect_without_stacks(target, interval).await?;
        let program = session.model().program.as_ref();
        if program.is_some_and(|program| program.level != Level::Tasks) {
            return Ok(session);
        }
    }
    Session::connect(target, interval).await
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
        match connect(target, interval, Leaving::IsFine).await {
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
