//! What a program tells of one task when it is asked.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use taskmon_proto::v1 as wire;
use tokio::sync::watch;
use tonic::Code;

use super::feed::Client;
use crate::model::{RecentTimes, TaskKey};

/// How often a program is asked at most, and how long it may take to answer.
const ASK_EVERY: Duration = Duration::from_millis(250);
const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// What is known of one task beyond its picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TaskDetails {
    /// How long its recent polls took.
    pub polls: RecentTimes,
    /// How long it recently was scheduled until a worker polled it.
    pub delays: RecentTimes,
}

impl TaskDetails {
    /// Reads what a program says; `None` if it makes no sense.
    pub fn read(response: &wire::DetailsResponse) -> Option<Self> {
        let times = |times: &Option<wire::RecentTimes>| match times {
            Some(times) => RecentTimes::read(times),
            None => Some(RecentTimes::default()),
        };
        Some(TaskDetails {
            polls: times(&response.polls)?,
            delays: times(&response.delays)?,
        })
    }
}

/// What came of asking.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Answer {
    /// Nothing yet.
    #[default]
    Asked,
    /// What the program said last. It stays when the task has ended.
    Told(Arc<TaskDetails>),
    /// The program is older than the question, or says what makes no sense.
    NotAvailable,
}

/// Asks a program for the details of a task for as long as they are wanted. Copies of
/// it want the same. One that belongs to no [`Watcher`](super::Watcher) has to be
/// [told](Inspector::tell) them.
#[derive(Clone, Debug, Default)]
pub struct Inspector {
    wanted: Arc<watch::Sender<Option<TaskKey>>>,
    told: Arc<Mutex<Told>>,
}

/// About whom, and what.
#[derive(Debug, Default)]
struct Told {
    task: Option<TaskKey>,
    answer: Answer,
}

impl Inspector {
    /// From now on the details of `task` are wanted, or nothing is. This returns at
    /// once, and may be said again and again.
    pub fn want(&self, task: Option<TaskKey>) {
        self.wanted.send_if_modified(|wanted| {
            let is_new = *wanted != task;
            *wanted = task;
            is_new
        });
    }

    /// Whose details are wanted.
    pub fn wanted(&self) -> Option<TaskKey> {
        *self.wanted.borrow()
    }

    /// What is known of `task`, if it is the one that is wanted.
    pub fn answer(&self, task: TaskKey) -> Answer {
        let told = self.told();
        match told.task == Some(task) {
            true => told.answer.clone(),
            false => Answer::Asked,
        }
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks through `client`, every `interval` or a little less often, until the
    /// connection is lost.
    pub(super) async fn ask(self, mut client: Client, interval: Duration) {
        let mut wanted = self.wanted.subscribe();
        let mut is_older = false;
        loop {
            let task = *wanted.borrow_and_update();
            if let Some(task) = task {
                let answer = match is_older {
                    true => Some(Answer::NotAvailable),
                    false => once(&mut client, task, &mut is_older).await,
                };
                self.tell(task, answer);
            }
            let asks_again = task.is_some() && !is_older;
            let pause = async {
                match asks_again {
                    true => tokio::time::sleep(interval.max(ASK_EVERY)).await,
                    false => std::future::pending().await,
                }
            };
            tokio::select! {
                () = pause => {}
                // It cannot be gone: this is one of its owners.
                _ = wanted.changed() => {}
            }
        }
    }

    /// From now on this is known of `task`; what was known stays if it is `None`.
    pub fn tell(&self, task: TaskKey, answer: Option<Answer>) {
        let mut told = self.told();
        if told.task != Some(task) {
            *told = Told {
                task: Some(task),
                answer: Answer::Asked,
            };
        }
        if let Some(answer) = answer {
            told.answer = answer;
        }
    }
}

/// Asks about `task`. `None` if there was no answer: the task has ended, or the
/// connection, or the program takes its time.
async fn once(client: &mut Client, task: TaskKey, is_older: &mut bool) -> Option<Answer> {
    let request = wire::DetailsRequest { task: task.0 };
    let response = tokio::time::timeout(ANSWER_WITHIN, client.details(request));
    match response.await.ok()? {
        Ok(response) => Some(Answer::from(&response.into_inner())),
        Err(status) if status.code() == Code::Unimplemented => {
            *is_older = true;
            Some(Answer::NotAvailable)
        }
        Err(_) => None,
    }
}

impl From<&wire::DetailsResponse> for Answer {
    fn from(response: &wire::DetailsResponse) -> Self {
        TaskDetails::read(response).map_or(Answer::NotAvailable, |details| {
            Answer::Told(Arc::new(details))
        })
    }
}
