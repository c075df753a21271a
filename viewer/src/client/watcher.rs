//! Keeps a picture up to date for as long as someone looks at it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;

use super::feed::Feed;
use super::{Link, Picture, Target, WatchError};
use crate::model::Model;
use crate::rules::{AlertBook, Thresholds};

/// How long to wait after the first failure; twice as long after each further
/// one.
const FIRST_RETRY: Duration = Duration::from_millis(250);
const LAST_RETRY: Duration = Duration::from_secs(5);

/// A background task that receives a program's updates, and connects again when
/// it must. It ends when this is dropped.
pub struct Watcher {
    picture: Arc<Mutex<Picture>>,
    receiving: JoinHandle<()>,
}

impl Watcher {
    /// Begins to watch `target`, which is to send an update every `interval`.
    /// Failures to connect are in [`Picture::link`].
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime.
    pub fn start(target: Target, thresholds: Thresholds, interval: Duration) -> Watcher {
        let picture = Arc::new(Mutex::new(Picture {
            model: Model::default(),
            alerts: AlertBook::new(thresholds),
            link: Link::Connecting {
                error: None,
                retry_at: None,
            },
            version: 0,
        }));
        let receiving = tokio::spawn(watch(target, interval, Shared(Arc::clone(&picture))));
        Watcher { picture, receiving }
    }

    /// What is known of the target. To be locked for the time of a glance: no
    /// update is received meanwhile.
    pub fn picture(&self) -> Arc<Mutex<Picture>> {
        Arc::clone(&self.picture)
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.receiving.abort();
    }
}

/// The picture, for the one who writes to it. It is never locked over an await.
struct Shared(Arc<Mutex<Picture>>);

impl Shared {
    fn change<T>(&self, change: impl FnOnce(&mut Picture) -> T) -> T {
        let mut picture = self.lock();
        picture.version += 1;
        change(&mut picture)
    }

    /// A face that panicked while it looked has changed nothing.
    fn lock(&self) -> MutexGuard<'_, Picture> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn watch(target: Target, interval: Duration, shared: Shared) {
    let mut retry = FIRST_RETRY;
    let mut lost_since = None;
    loop {
        let error = receive(&target, interval, &shared).await;
        if matches!(shared.lock().link, Link::Live) {
            retry = FIRST_RETRY;
            lost_since = Some(Instant::now());
        }
        let retry_at = Instant::now() + retry;
        let error = error.to_string();
        shared.change(|picture| {
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
async fn receive(target: &Target, interval: Duration, shared: &Shared) -> WatchError {
    let (mut feed, hello) = match Feed::open(target, interval).await {
        Ok(opened) => opened,
        Err(error) => return error.into(),
    };
    let mut snapshot = Model::default();
    if let Err(error) = snapshot.apply_hello(hello) {
        return WatchError::fold(target, &error);
    }
    // A snapshot is put together aside, so that the picture shows the old one
    // until the new one is whole.
    let mut aside = Some(snapshot);
    loop {
        let page = match feed.page().await {
            Ok(page) => page,
            Err(error) => return error,
        };
        if page.reset && aside.is_none() {
            aside = Some(shared.lock().model.successor());
        }
        let applied = match &mut aside {
            Some(snapshot) => snapshot.apply_page(page),
            None => shared.change(|picture| picture.model.apply_page(page)),
        };
        match applied {
            Err(error) => return WatchError::fold(target, &error),
            Ok(false) => {}
            Ok(true) => {
                let snapshot = aside.take();
                // The old snapshot may be large: it is dropped without the lock.
                let old = shared.change(|picture| picture.take_update(snapshot));
                drop(old);
            }
        }
    }
}

impl Picture {
    /// The model is whole, or `snapshot` is and takes its place, which is
    /// returned.
    fn take_update(&mut self, snapshot: Option<Model>) -> Option<Model> {
        let old = snapshot.map(|snapshot| std::mem::replace(&mut self.model, snapshot));
        if let Some(old) = &old {
            let instance = |model: &Model| model.program.as_ref().map(|it| it.instance);
            let first = old.program.is_none();
            if instance(old) == instance(&self.model) {
                if self.model.ended.is_empty() {
                    self.model.ended.clone_from(&old.ended);
                }
            } else if !first {
                self.alerts = AlertBook::new(*self.alerts.thresholds());
            }
        }
        self.alerts.update(&self.model);
        self.link = Link::Live;
        old
    }
}
