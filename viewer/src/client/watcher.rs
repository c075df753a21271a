//! Keeps a picture up to date for as long as someone looks at it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio::task::{JoinHandle, spawn_blocking};

use super::feed::Feed;
use super::folding::{Folding, PAGES_AHEAD};
use super::{Inspector, Link, Picture, Target, WatchError};
use crate::model::{History, HistoryBounds, Model, Timeline};
use crate::rules::{AlertBook, Settings};

/// How long to wait after the first failure; twice as long after each further
/// one.
const FIRST_RETRY: Duration = Duration::from_millis(250);
const LAST_RETRY: Duration = Duration::from_secs(5);
/// How long to wait after a refusal: what would change it takes a person.
const RETRY_REFUSED: Duration = Duration::from_secs(30);

/// A background task that receives a program's updates, and connects again when
/// it must. It ends when this is dropped.
pub struct Watcher {
    picture: Arc<Mutex<Picture>>,
    inspector: Inspector,
    receiving: JoinHandle<()>,
}

impl Watcher {
    /// Begins to watch `target`, which is to send an update every `interval`.
    /// Failures to connect are in [`Picture::link`].
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime.
    pub fn start(
        target: Target,
        settings: impl Into<Arc<Settings>>,
        interval: Duration,
    ) -> Watcher {
        Watcher::remembering(target, settings, interval, HistoryBounds::default())
    }

    /// The same, and keeps so much of the past in its pictures.
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime.
    pub fn remembering(
        target: Target,
        settings: impl Into<Arc<Settings>>,
        interval: Duration,
        history: HistoryBounds,
    ) -> Watcher {
        let settings = settings.into();
        let picture = Arc::new(Mutex::new(Picture {
            model: Arc::default(),
            alerts: Arc::new(AlertBook::new(Arc::clone(&settings))),
            link: Link::Connecting {
                error: None,
                retry_at: None,
            },
            version: 0,
        }));
        let inspector = Inspector::default();
        let watching = Watching {
            inspector: inspector.clone(),
            target,
            interval,
            history,
            book: AlertBook::new(settings),
            shared: Shared(Arc::clone(&picture)),
        };
        let receiving = tokio::spawn(watching.run());
        Watcher {
            picture,
            inspector,
            receiving,
        }
    }

    /// What is known of the target. To be locked for as long as it takes to copy
    /// it.
    pub fn picture(&self) -> Arc<Mutex<Picture>> {
        Arc::clone(&self.picture)
    }

    /// Asks the target for more of one task.
    pub fn inspector(&self) -> Inspector {
        self.inspector.clone()
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.receiving.abort();
    }
}

/// The picture, for the one who writes to it. It is locked only to put in what was
/// made without the lock: whoever draws it is never kept waiting.
#[derive(Clone)]
pub(super) struct Shared(Arc<Mutex<Picture>>);

impl Shared {
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut Picture) -> T) -> T {
        let mut picture = self.lock();
        picture.version += 1;
        change(&mut picture)
    }

    /// A face that panicked while it looked has changed nothing.
    pub(super) fn lock(&self) -> MutexGuard<'_, Picture> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A task that is not to outlive what it is for.
struct AbortOnDrop(JoinHandle<()>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The work of a watcher.
struct Watching {
    target: Target,
    interval: Duration,
    history: HistoryBounds,
    inspector: Inspector,
    /// What was wrong so far.
    book: AlertBook,
    shared: Shared,
}

impl Watching {
    async fn run(mut self) {
        let mut retry = FIRST_RETRY;
        let mut lost_since = None;
        loop {
            let error = self.receive().await;
            if matches!(self.shared.lock().link, Link::Live) {
                retry = FIRST_RETRY;
                lost_since = Some(Instant::now());
            }
            let retry_at = Instant::now()
                + match error.is_refusal() || error.is_wrong_usage() {
                    true => RETRY_REFUSED,
                    false => retry,
                };
            let error = error.to_string();
            self.shared.change(|picture| {
                picture.link = match lost_since {
                    Some(since) => Link::Lost {
                        since,
                        error,
                        retry_at,
                    },
                    None => Link::Connecting {
                        error: Some(error),
                        retry_at: Some(retry_at),
                    },
                };
            });
            tokio::time::sleep_until(retry_at.into()).await;
            retry = (2 * retry).min(LAST_RETRY);
        }
    }

    /// Connects and receives until it fails; returns why it did.
    async fn receive(&mut self) -> WatchError {
        let (mut feed, hello) = match Feed::open(&self.target, self.interval).await {
            Ok(opened) => opened,
            Err(error) => return error.into(),
        };
        let mut model = Model::default();
        model.timeline = Timeline::beside(self.history);
        model.history = History::new(self.history);
        if let Err(error) = model.apply_hello(hello) {
            return WatchError::fold(&self.target, &error);
        }
        let (sender, pages) = mpsc::channel(PAGES_AHEAD);
        let folding = Folding {
            model,
            book: std::mem::take(&mut self.book),
            shared: self.shared.clone(),
        };
        let folding = spawn_blocking(|| folding.run(pages));
        let asking = self.inspector.clone().ask(feed.client(), feed.interval());
        let _asking = AbortOnDrop(tokio::spawn(asking));
        let error = loop {
            let page = match feed.page().await {
                Ok(page) => page,
                Err(error) => break error,
            };
            if sender.send(page).await.is_err() {
                // One was refused: why is told by the folding.
                break WatchError::Ended(self.target.clone());
            }
        };
        drop(sender);
        match folding.await {
            Ok((book, folded)) => {
                self.book = book;
                match folded {
                    Ok(()) => error,
                    Err(refused) => WatchError::fold(&self.target, &refused),
                }
            }
            Err(failed) => match failed.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                // The runtime is shutting down.
                Err(_) => error,
            },
        }
    }
}
