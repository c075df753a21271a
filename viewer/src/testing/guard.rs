//! The guard of one test.

use std::panic::Location;
use std::time::Duration;

use taskmon_subscriber::in_process::{Installed, Lineage, Root, Spawns};

use super::allowed::{Allowed, Place};
use super::leaks::{At, Leaks, Stuck};
use super::look::{picture, until};
use super::{install, look};
use crate::model::{Model, Task, TaskKey};
use crate::rules::{Thresholds, judge_those};

/// How long tasks may take to end, unless the guard is told otherwise.
const DEADLINE: Duration = Duration::from_secs(2);
/// How often it is tried to see a task that is there for a moment only, after the
/// deadline.
const TRIES: usize = 20;

/// Guards a test: makes it possible to see, at its end, what it has left behind.
///
/// It sees the tasks that are spawned after this call by the calling task, by the one
/// that spawned that, and by whatever these have spawned and will spawn. In a
/// `#[tokio::test]` that is all that the test does. Make it first.
///
/// If no tracing subscriber is installed, this installs taskmon's for the whole
/// process, without a server, which prints events as `RUST_LOG` asks for and none if
/// it is not set. Then a later `try_init` of another subscriber fails: hand it to
/// [`init_with`](super::init_with) instead.
///
/// # Panics
///
/// If nothing could be seen: the test was built without `--cfg tokio_unstable`, or
/// another subscriber is installed, without taskmon. The message says what to do.
#[track_caller]
pub fn guard() -> Guard {
    let tables = match install::tables() {
        Ok(tables) => tables,
        Err(error) => panic!("{error}"),
    };
    Guard {
        root: tables.root(),
        made_at: Location::caller(),
        deadline: DEADLINE,
        allowed: Allowed::default(),
    }
}

/// See [`guard`]. Dropped, it checks nothing.
#[must_use = "a guard checks nothing until it is asked to: `guard.assert_no_leaks().await`"]
pub struct Guard {
    root: Root,
    made_at: &'static Location<'static>,
    deadline: Duration,
    allowed: Allowed,
}

impl Guard {
    /// How long tasks that are about to end may take to; 2 seconds if it is not said.
    /// A test that leaves nothing behind does not wait for it.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Tasks of this name (`tokio::task::Builder::name`) may live on.
    pub fn allow_named(mut self, name: impl Into<String>) -> Self {
        self.allowed.names.push(name.into());
        self
    }

    /// Tasks may live on that were spawned at `site`: `src/pool.rs`, `src/pool.rs:41`
    /// or `src/pool.rs:41:9`, where the path may be the end of one.
    pub fn allow_spawned_at(mut self, site: &str) -> Self {
        self.allowed.spawned_at.push(Place::new(site));
        self
    }

    /// Tasks may live on that wait at `site`, written as for
    /// [`Guard::allow_spawned_at`]: the program's own innermost line in one of their
    /// stacks.
    pub fn allow_waiting_at(mut self, site: &str) -> Self {
        self.allowed.waiting_at.push(Place::new(site));
        self
    }

    /// Tasks may live on that wait in a function, anywhere in one of their stacks:
    /// `shop::pool::keep_alive`, or the end, or the beginning of its path.
    pub fn allow_waiting_in(mut self, function: impl Into<String>) -> Self {
        self.allowed.waiting_in.push(function.into());
        self
    }

    /// Waits until the tasks that were spawned since the guard was made have ended,
    /// all but those that are allowed and those that lead to this call.
    ///
    /// # Panics
    ///
    /// If some are still alive at the deadline. The message has each of them, with
    /// what it waits for, how old it is, and its stack.
    #[track_caller]
    pub fn assert_no_leaks(&self) -> impl Future<Output = ()> + Send {
        let checked = self.check_no_leaks();
        async {
            if let Err(leaks) = checked.await {
                panic!("{leaks}");
            }
        }
    }

    /// As [`Guard::assert_no_leaks`], without the panic.
    ///
    /// # Errors
    ///
    /// If some are still alive at the deadline.
    #[track_caller]
    pub fn check_no_leaks(&self) -> impl Future<Output = Result<(), Leaks>> + Send {
        let at = self.at(Location::caller());
        async move {
            let spawns = self.root.spawns().clone();
            still_seen(&spawns);
            // Here, where it is the task that asks which is being polled.
            let lineage = spawns.lineage();
            if is_quiet(&spawns, &lineage) {
                return Ok(());
            }
            let check = Check {
                spawns,
                lineage,
                allowed: self.allowed.clone(),
                deadline: self.deadline,
                at,
            };
            until(self.deadline, move |last| check.look(last)).await
        }
    }

    /// Judges all tasks of the test, also those that were there before the guard, by
    /// the rules of `taskmon check`: no send and no lock pending and no poll running
    /// for `threshold` or longer, no task that nothing can wake.
    ///
    /// It looks once, at the moment; it does not wait for anything.
    ///
    /// # Panics
    ///
    /// If something is stuck. The message has what and where.
    #[track_caller]
    pub fn assert_nothing_stuck(&self, threshold: Duration) -> impl Future<Output = ()> + Send {
        let checked = self.check_nothing_stuck(threshold);
        async {
            if let Err(stuck) = checked.await {
                panic!("{stuck}");
            }
        }
    }

    /// As [`Guard::assert_nothing_stuck`], without the panic.
    ///
    /// # Errors
    ///
    /// If something is stuck.
    #[track_caller]
    pub fn check_nothing_stuck(
        &self,
        threshold: Duration,
    ) -> impl Future<Output = Result<(), Stuck>> + Send {
        let at = self.at(Location::caller());
        async move {
            let spawns = self.root.spawns().clone();
            still_seen(&spawns);
            let allowed = self.allowed.clone();
            let judge = move |_| Some(judge(&spawns, &allowed, threshold, at));
            until(Duration::ZERO, judge).await
        }
    }

    fn at(&self, asked: &'static Location<'static>) -> At {
        At {
            asked,
            guarded: self.made_at,
        }
    }
}

impl std::fmt::Debug for Guard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Guard")
            .field("made_at", &self.made_at)
            .finish_non_exhaustive()
    }
}

/// What the test spawns still arrives, as far as can be told here.
fn still_seen(spawns: &Spawns) {
    match Installed::here() {
        Installed::Taskmon(tables) if tables.are_those_of(spawns.tables()) => {}
        _ => panic!(
            "the test guard may have missed tasks: another tracing subscriber was set for this \
             thread after the guard was made. Hand it to `taskmon::testing::init_with` before \
             the guard is made"
        ),
    }
    let missing = spawns.unrecorded();
    assert!(
        missing == 0,
        "the test guard may have missed tasks: taskmon had no room for {missing} tasks"
    );
}

/// Whether nothing is left, and nobody is about to spawn more: a server of a fixture
/// that has been woken, say, by the last request.
fn is_quiet(spawns: &Spawns, lineage: &Lineage) -> bool {
    // In this order: who spawns and then waits has spawned when it is seen to wait.
    !spawns.earlier_go_on(lineage) && spawns.later(lineage).is_empty()
}

/// The search for leaks.
struct Check {
    spawns: Spawns,
    lineage: Lineage,
    allowed: Allowed,
    deadline: Duration,
    at: At,
}

impl Check {
    /// Nothing if it is worth to look again.
    fn look(&self, last: bool) -> Option<Result<(), Leaks>> {
        if is_quiet(&self.spawns, &self.lineage) {
            return Some(Ok(()));
        }
        if !last && self.allowed.is_empty() {
            return None;
        }
        let tries = if last { TRIES } else { 1 };
        (0..tries)
            .find_map(|_| self.look_closely(last))
            .or(last.then_some(Ok(())))
    }

    /// Nothing if tasks are left that may be about to end, or came meanwhile.
    fn look_closely(&self, last: bool) -> Option<Result<(), Leaks>> {
        let model = look::picture(self.spawns.tables());
        let earlier_go_on = self.spawns.earlier_go_on(&self.lineage);
        // After the picture: what has ended by now is no leak.
        let left = self.spawns.later(&self.lineage);
        let (known, new): (Vec<_>, Vec<_>) = left
            .into_iter()
            .map(|key| model.tasks.get(&TaskKey(key)))
            .partition(Option::is_some);
        let mut leaks: Vec<&Task> = known.into_iter().flatten().collect();
        leaks.retain(|task| !self.allowed.allows(&model, task));
        match (leaks.is_empty(), last) {
            (true, _) if new.is_empty() && (last || !earlier_go_on) => Some(Ok(())),
            (true, _) | (false, false) => None,
            (false, true) => Some(Err(Leaks::new(&model, leaks, self.deadline, self.at))),
        }
    }
}

fn judge(spawns: &Spawns, allowed: &Allowed, threshold: Duration, at: At) -> Result<(), Stuck> {
    let limits = Thresholds {
        send: threshold,
        lock: threshold,
        poll: threshold,
        ..Thresholds::default()
    };
    let model: Model = picture(spawns.tables());
    let tasks = spawns.all();
    let concerns = |task: &Task| tasks.contains(&task.key.0) && !allowed.allows(&model, task);
    match judge_those(&model, limits, concerns) {
        alerts if alerts.is_empty() => Ok(()),
        alerts => Err(Stuck::new(&model, alerts, at)),
    }
}
