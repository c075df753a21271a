//! A picture that is kept up to date.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use taskmon_proto::v1::{Update, update};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use super::{Link, LostError, Picture, Session, Target};
use crate::model::Model;
use crate::rules::{AlertBook, Thresholds};

/// How long it waits before it connects again: at first, and at most.
const FIRST_RETRY: Duration = Duration::from_millis(250);
const LONGEST_RETRY: Duration = Duration::from_secs(5);

/// Keeps a picture of a target up to date, for as long as it lives.
#[derive(Debug)]
pub struct Watcher {
    picture: Arc<Mutex<Picture>>,
    task: JoinHandle<()>,
}

impl Watcher {
    /// Starts to watch `target` on `runtime`.
    pub fn start(
        runtime: &Handle,
        target: Target,
        interval: Option<Duration>,
        thresholds: Thresholds,
    ) -> Self {
        let picture = Arc::new(Mutex::new(Picture {
            model: Model::default(),
            alerts: AlertBook::new(thresholds),
            link: Link::Connecting {
                error: None,
                retry_at: None,
            },
            version: 0,
        }));
        let shared = Arc::clone(&picture);
        let task = runtime.spawn(async move { watch(&target, interval, &shared).await });
        Watcher { picture, task }
    }

    /// The picture, to be looked at while it goes on changing.
    pub fn picture(&self) -> Arc<Mutex<Picture>> {
        Arc::clone(&self.picture)
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn lock(picture: &Mutex<Picture>) -> MutexGuard<'_, Picture> {
    picture.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn watch(target: &Target, interval: Option<Duration>, picture: &Mutex<Picture>) {
    let mut pause = FIRST_RETRY;
    loop {
        let error = match Session::open(target, interval).await {
            Ok(session) => {
                let error = follow(session, picture).await;
                pause = FIRST_RETRY;
                error.to_string()
            }
            Err(error) => error.to_string(),
        };
        let retry_at = Instant::now() + pause;
        {
            let mut picture = lock(picture);
            picture.link = match picture.link {
                Link::Connecting { .. } => Link::Connecting {
                    error: Some(error),
                    retry_at: Some(retry_at),
                },
                Link::Live => Link::Lost {
                    since: Instant::now(),
                    error,
                    retry_at,
                },
                Link::Lost { since, .. } => Link::Lost {
                    since,
                    error,
                    retry_at,
                },
            };
            picture.version += 1;
        }
        tokio::time::sleep_until(retry_at.into()).await;
        pause = (2 * pause).min(LONGEST_RETRY);
    }
}

/// Folds what a session says into the picture until it ends.
async fn follow(mut session: Session, picture: &Mutex<Picture>) -> LostError {
    // A snapshot is put together aside, so that the picture shows the old one
    // until the new one is whole.
    let mut aside = Some(Model::default());
    loop {
        let update = match session.update().await {
            Ok(update) => update,
            Err(error) => return error,
        };
        if aside.is_none() && begins_snapshot(&update) {
            aside = Some(lock(picture).model.successor());
        }
        let folded = match &mut aside {
            Some(snapshot) => session.fold(snapshot, update),
            None => session.fold(&mut lock(picture).model, update),
        };
        match folded {
            Ok(false) => {}
            Ok(true) => {
                // The old snapshot may be large: it is dropped without the lock.
                let old = lock(picture).take_update(aside.take());
                drop(old);
            }
            Err(error) => return error,
        }
    }
}

fn begins_snapshot(update: &Update) -> bool {
    matches!(&update.update, Some(update::Update::Page(page)) if page.reset)
}

impl Picture {
    /// The model is whole, or `snapshot` is and takes its place, which is
    /// returned.
    fn take_update(&mut self, snapshot: Option<Model>) -> Option<Model> {
        let old = snapshot.map(|snapshot| std::mem::replace(&mut self.model, snapshot));
        let instance = |model: &Model| model.program.as_ref().map(|program| program.instance);
        if let Some(old) = &old
            && instance(old) != instance(&self.model)
        {
            // What was wrong in another run of the program says nothing about
            // this one.
            self.alerts = AlertBook::new(*self.alerts.thresholds());
        }
        self.alerts.update(&self.model);
        self.link = Link::Live;
        self.version += 1;
        old
    }
}
