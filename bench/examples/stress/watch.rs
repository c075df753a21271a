//! The viewers, and what they must never see.

use std::error::Error;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use taskmon::client::{Session, Target};
use taskmon::model::{Model, Task, TaskState, WaitKind};

use super::control;
use super::work::Work;
use bench::random::Random;

const INTERVAL: Duration = Duration::from_millis(50);

/// What was seen so far.
#[derive(Clone, Default)]
pub struct Seen {
    /// What is wrong, in words.
    wrong: Arc<Mutex<Vec<String>>>,
    pub attached: Arc<AtomicU64>,
    pub updates: Arc<AtomicU64>,
}

impl Seen {
    pub fn wrong(&self, what: String) {
        let mut wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        // The first are enough to look into.
        if wrong.len() < 50 {
            wrong.push(what);
        }
    }

    pub fn all_wrong(&self) -> Vec<String> {
        let wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        wrong.clone()
    }

    /// Judges a whole picture.
    fn judge(&self, model: &Model) {
        self.updates.fetch_add(1, Ordering::Relaxed);
        if model.oddities > 0 {
            self.wrong(format!("{} oddities", model.oddities));
        }
        for task in model.tasks.values() {
            if is_control(task) {
                self.judge_control(model, task);
            } else if task.state == TaskState::Lost {
                self.wrong(format!("a task is lost that is not: {}", told(model, task)));
            }
        }
    }

    fn judge_control(&self, model: &Model, task: &Task) {
        let waits = model.waits_of(task);
        let right = match task.state {
            // It waits to receive, or is not yet known to be lost.
            TaskState::Waiting => waits.iter().all(|wait| wait.kind == WaitKind::MpscRecv),
            TaskState::Lost => waits.is_empty(),
            TaskState::Running | TaskState::Scheduled => true,
        };
        if !right {
            self.wrong(format!("a task does something else: {}", told(model, task)));
        }
    }
}

pub fn is_control(task: &Task) -> bool {
    task.location
        .as_ref()
        .is_some_and(|location| *location.file == *control::FILE)
}

/// All that there is to say of `task`, to look into what is wrong.
fn told(model: &Model, task: &Task) -> String {
    let waits: Vec<_> = model.pending(task).iter().map(|wait| &wait.kind).collect();
    format!(
        "{} of {}, {} for {:?}; polls {}, wakes {} ({} of its own), wakers cloned {}, \
         dropped {}; waits {waits:?}",
        task.title(),
        match &task.location {
            Some(location) => location.to_string(),
            None => "nowhere".to_owned(),
        },
        task.state,
        task.state_for(model.now),
        task.polls,
        task.wakes,
        task.self_wakes,
        task.waker_clones,
        task.waker_drops,
    )
}

/// Attaches, reads a little, and goes, until the work is stopped; each time from a
/// runtime of its own.
pub fn come_and_go(target: &Target, work: &Work, seen: &Seen, mut random: Random) {
    while work.is_running() {
        let updates = random.below(4);
        let read = on_a_runtime(async {
            let mut session = Session::connect(target, INTERVAL).await?;
            for _ in 0..updates {
                seen.judge(session.next().await?);
            }
            Ok(())
        });
        if let Err(error) = read {
            seen.wrong(format!("a viewer could not read: {error}"));
        }
        seen.attached.fetch_add(1, Ordering::Relaxed);
    }
}

/// Reads every update, until the program has done nothing for `quiet` updates
/// after the work was stopped. Gives the last picture.
pub fn stay(target: &Target, work: &Work, seen: &Seen, quiet: u32) -> Option<Model> {
    let watched = on_a_runtime(async {
        let mut session = Session::connect(target, INTERVAL).await?;
        let mut left = quiet;
        while left > 0 {
            seen.judge(session.next().await?);
            if !work.is_running() && work.counts.live() == 0 {
                left -= 1;
            }
        }
        Ok(session.into_model())
    });
    watched
        .inspect_err(|error| seen.wrong(format!("the viewer that stays: {error}")))
        .ok()
}

/// Looks once.
pub fn look(target: &Target, seen: &Seen) -> Option<Model> {
    on_a_runtime(async { Ok(taskmon::client::look(target).await?) })
        .inspect(|model| seen.judge(model))
        .inspect_err(|error| seen.wrong(format!("a look: {error}")))
        .ok()
}

fn on_a_runtime<T>(
    run: impl Future<Output = Result<T, Box<dyn Error>>>,
) -> Result<T, Box<dyn Error>> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(run)
}
