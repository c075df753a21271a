//! Asks a program for stacks once they are needed.
//!
//! A program reads its own debug info for the first stack that it sends. That
//! takes a large one that is not optimised seconds of processor time, in which it
//! sends nothing to anyone: too much for each process of a test suite, of which
//! few have anything wrong.

use std::time::Duration;

use tokio::sync::{Semaphore, watch as channel};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::{HungProgram, Plan};
use crate::client::{Session, Target, WatchError};
use crate::rules::AlertBook;

/// How long a program may take to send its stacks, before it is killed.
const STACKS_WITHIN: Duration = Duration::from_secs(15);
/// How long what a program has sent may take to be read, once it is gone.
const REST_WITHIN: Duration = Duration::from_secs(1);

/// How many programs read their debug info at a time: a few that are done soon
/// tell more than many that are not when they end.
static AT_A_TIME: Semaphore = Semaphore::const_new(2);

/// A second look at a program, with stacks.
pub(super) struct WithStacks {
    /// Whether there was a whole picture.
    seen: channel::Receiver<bool>,
    stop: channel::Sender<bool>,
    looking: JoinHandle<Option<HungProgram>>,
}

impl WithStacks {
    /// Begins to look at `target`.
    pub(super) fn begin(target: &Target, plan: &Plan) -> Self {
        let (stop, stopped) = channel::channel(false);
        let (seen_sender, seen) = channel::channel(false);
        let looking = tokio::spawn(look(target.clone(), plan.clone(), seen_sender, stopped));
        WithStacks {
            seen,
            stop,
            looking,
        }
    }

    /// Waits for the first picture, for some time.
    pub(super) async fn first_picture(&mut self) {
        let _ = timeout(STACKS_WITHIN, self.seen.wait_for(|seen| *seen)).await;
    }

    /// Waits until what the program sent before its end is read.
    pub(super) async fn rest(&mut self) {
        let _ = timeout(REST_WITHIN, self.stop.closed()).await;
    }

    /// Ends the look; `None` if there was no whole picture.
    pub(super) async fn end(self) -> Option<HungProgram> {
        self.stop.send_replace(true);
        self.looking.await.ok().flatten()
    }
}

async fn look(
    target: Target,
    plan: Plan,
    seen: channel::Sender<bool>,
    mut stop: channel::Receiver<bool>,
) -> Option<HungProgram> {
    let mut session = None;
    let mut book = plan.rules.clone();
    tokio::select! {
        _ = stop.wait_for(|stop| *stop) => {}
        // How it ends is for the first look to judge.
        _ = watch(&target, &plan, &mut session, &mut book, &seen) => {}
    }
    let model = session.map(Session::into_model)?;
    (*seen.borrow()).then_some(HungProgram { model, book })
}

async fn watch(
    target: &Target,
    plan: &Plan,
    session: &mut Option<Session>,
    book: &mut AlertBook,
    seen: &channel::Sender<bool>,
) -> Result<(), WatchError> {
    // It is never closed.
    let turn = AT_A_TIME.acquire().await.ok();
    let session = session.insert(Session::connect(target, plan.interval).await?);
    book.update(session.next().await?);
    seen.send_replace(true);
    drop(turn);
    loop {
        book.update(session.next().await?);
    }
}
