//! A picture that is kept up to date.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

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
    // The old picture stays until there is a whole new one.
    let mut fresh = Model::default();
    if let Err(error) = session.refresh(&mut fresh).await {
        return error;
    }
    begin(&mut lock(picture), fresh);
    loop {
        let update = match session.update().await {
            Ok(update) => update,
            Err(error) => return error,
        };
        let Picture {
            model,
            alerts,
            version,
            ..
        } = &mut *lock(picture);
        match session.fold(model, update) {
            Ok(true) => {
                alerts.update(model);
                *version += 1;
            }
            Ok(false) => {}
            Err(error) => return error,
        }
    }
}

/// Shows `fresh` from now on. What was wrong in another run of the program says
/// nothing about this one.
fn begin(picture: &mut Picture, fresh: Model) {
    let instance = |model: &Model| model.program.as_ref().map(|program| program.instance);
    if instance(&picture.model) != instance(&fresh) {
        picture.alerts = AlertBook::new(*picture.alerts.thresholds());
    }
    picture.model = fresh;
    picture.alerts.update(&picture.model);
    picture.link = Link::Live;
    picture.version += 1;
}
