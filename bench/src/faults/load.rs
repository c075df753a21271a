//! The program that is looked at: it works as fast as it can or at a pace that it is
//! told, and can pause.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use taskmon_subscriber::Builder;
use tokio::sync::{RwLock, Semaphore, mpsc, watch};
use tokio::time::{Instant, sleep, sleep_until, timeout};

use crate::scale::busy::{self, Work};
use crate::scale::child::{requests, tell_driver};
use crate::scale::idle::{self, CHURN_EVERY, Kept, Ready};
use crate::scale::{Outcome, target};

/// The files in which its tasks are spawned, but for those that are [kept](KEPT_FILE).
pub const FILES: [&str; 2] = [busy::FILE, "faults/load.rs"];
/// The file in which the tasks are spawned that are alive all the time.
pub const KEPT_FILE: &str = idle::FILE;
/// How many of these there are.
pub const KEPT: usize = 5_000;

/// How many viewers it lets in: more than there are here, for one that is told that
/// there are too many waits half a minute before it asks again.
const VIEWERS: u32 = 64;
/// How many tasks of its own wait while it is paused.
pub const AT_REST: usize = DRIVERS + 1;

/// How many drivers spawn as fast as they can.
const DRIVERS: usize = 4;
/// How many of each kind one batch has.
const EACH: usize = 8;
/// How many tasks that are: sends that are given up beside those that wait and the one
/// that panics, those that are aborted, and those that share locks.
const BATCH: usize = busy::AT_ONCE + (2 * EACH + 1) + EACH + EACH;

/// What the target counted itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// Tasks that it spawned, without those that are kept.
    pub spawned: u64,
    /// Of these, tasks that were cancelled.
    pub cancelled: u64,
    /// And that panicked.
    pub panicked: u64,
    /// Sends that were given up before there was room.
    pub sends_given_up: u64,
    /// Messages that were sent.
    pub sent: u64,
    /// And that were received.
    pub received: u64,
}

/// Works on two workers, and does what the driver asks: `pause` returns when nothing
/// happens any more, `go` goes on, `go N` with N tasks a second, `stop` ends all but
/// what is kept, `count` only counts. Each tells what it has done so far.
///
/// # Errors
///
/// If the driver is gone.
pub fn run() -> Outcome<()> {
    let (runtime, address) = target::start_with(Builder::new().max_viewers(VIEWERS))?;
    let kept = Arc::new(runtime.block_on(async { Kept::make(KEPT) }));
    let (gate, at_gate) = (watch::Sender::new(Gate::Open(Pace::none())), Arc::default());
    let load = Load {
        work: Work::default(),
        sums: Arc::default(),
        gate: gate.subscribe(),
        at_gate: Arc::clone(&at_gate),
    };
    let entered = runtime.enter();
    let mut drivers: Vec<_> = (0..DRIVERS)
        .map(|_| load.work.spawn(drive(load.clone())))
        .collect();
    drivers.push(
        load.work
            .spawn(wait_and_wake(load.clone(), Arc::clone(&kept))),
    );
    drop(entered);
    tell_driver(&Ready { address })?;
    for request in requests() {
        match &*request {
            "go" => drop(gate.send_replace(Gate::Open(Pace::none()))),
            "pause" => {
                gate.send_replace(Gate::Shut);
                while at_gate.load(Ordering::SeqCst) < drivers.len() {
                    std::thread::sleep(Duration::from_millis(1));
                }
            }
            "stop" => {
                gate.send_replace(Gate::Home);
                for driver in drivers.drain(..) {
                    runtime.block_on(driver)?;
                }
            }
            other => {
                if let Some(tasks) = other.strip_prefix("go ") {
                    gate.send_replace(Gate::Open(Pace::of(tasks.parse()?)));
                }
            }
        }
        tell_driver(&load.counted())?;
    }
    drop(kept);
    Ok(())
}

/// Whether drivers may go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gate {
    Open(Pace),
    Shut,
    /// They are to end.
    Home,
}

/// How fast drivers may work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Pace {
    /// Since when.
    begun: Instant,
    /// How long after the one each driver begins the next batch; at once if it is
    /// late, so that nothing is left out.
    every: Duration,
}

impl Pace {
    /// As fast as they can.
    fn none() -> Self {
        Pace {
            begun: Instant::now(),
            every: Duration::ZERO,
        }
    }

    /// So many tasks a second, of all drivers together.
    fn of(tasks: u64) -> Self {
        Pace {
            every: Duration::from_secs((BATCH * DRIVERS) as u64) / tasks.clamp(1, 1 << 30) as u32,
            ..Pace::none()
        }
    }
}

/// What the drivers share.
#[derive(Clone)]
struct Load {
    work: Work,
    sums: Arc<Sums>,
    gate: watch::Receiver<Gate>,
    /// How many drivers wait at the gate.
    at_gate: Arc<AtomicUsize>,
}

#[derive(Default)]
struct Sums {
    cancelled: AtomicU64,
    panicked: AtomicU64,
    sends_given_up: AtomicU64,
    sent: AtomicU64,
    received: AtomicU64,
}

fn add(sum: &AtomicU64, count: u64) {
    sum.fetch_add(count, Ordering::SeqCst);
}

impl Load {
    fn counted(&self) -> Counted {
        let of = |sum: &AtomicU64| sum.load(Ordering::SeqCst);
        let sums = &self.sums;
        Counted {
            spawned: self.work.spawned(),
            cancelled: of(&sums.cancelled),
            panicked: of(&sums.panicked),
            sends_given_up: of(&sums.sends_given_up),
            sent: of(&sums.sent),
            received: of(&sums.received),
        }
    }

    /// Waits while the gate is shut. `None` if it is time to end.
    async fn may_go_on(&mut self) -> Option<Pace> {
        let mut now = *self.gate.borrow_and_update();
        if now == Gate::Shut {
            self.at_gate.fetch_add(1, Ordering::SeqCst);
            // The gate lives longer than the drivers.
            let opened = self.gate.wait_for(|gate| *gate != Gate::Shut).await;
            now = opened.map_or(Gate::Home, |gate| *gate);
            self.at_gate.fetch_sub(1, Ordering::SeqCst);
        }
        match now {
            Gate::Open(pace) => Some(pace),
            Gate::Shut | Gate::Home => None,
        }
    }

    /// Waits for tasks, and counts how they end.
    async fn see_off<T>(&self, tasks: Vec<tokio::task::JoinHandle<T>>) {
        for task in tasks {
            match task.await {
                Ok(_) => {}
                Err(error) if error.is_cancelled() => add(&self.sums.cancelled, 1),
                Err(_) => add(&self.sums.panicked, 1),
            }
        }
    }
}

/// Spawns tasks and waits for them, at the pace that is told.
async fn drive(mut load: Load) {
    let mut due = Instant::now();
    while let Some(pace) = load.may_go_on().await {
        // What it was late by at another pace is over.
        due = due.max(pace.begun) + pace.every;
        if !pace.every.is_zero() {
            sleep_until(due).await;
        }
        busy::batch(&load.work).await;
        give_up_sends(&load).await;
        abort_sends(&load).await;
        share_locks(&load).await;
    }
}

/// Sends of which none finds room at first: some are given up, the others wait until a
/// receiver comes.
async fn give_up_sends(load: &Load) {
    let (sender, mut receiver) = mpsc::channel(1);
    // There is room for one.
    let _ = sender.try_send(0);
    let mut tasks = Vec::with_capacity(2 * EACH + 1);
    for number in 1..=EACH {
        let (giving_up, waiting, sums) = (sender.clone(), sender.clone(), Arc::clone(&load.sums));
        tasks.push(load.work.spawn(async move {
            tokio::select! {
                sent = giving_up.send(number) => add(&sums.sent, u64::from(sent.is_ok())),
                () = tokio::task::yield_now() => add(&sums.sends_given_up, 1),
            }
        }));
        let sums = Arc::clone(&load.sums);
        tasks.push(load.work.spawn(async move {
            let sent = waiting.send(number).await;
            add(&sums.sent, u64::from(sent.is_ok()));
        }));
    }
    tasks.push(load.work.spawn(async {
        // Unlike a panic it prints nothing.
        std::panic::resume_unwind(Box::new("on purpose"));
    }));
    drop(sender);
    let mut received = 0;
    // The first is of nobody.
    let _ = receiver.recv().await;
    while receiver.recv().await.is_some() {
        received += 1;
    }
    add(&load.sums.received, received);
    load.see_off(tasks).await;
}

/// Tasks that are aborted while they send.
async fn abort_sends(load: &Load) {
    let (sender, _receiver) = mpsc::channel(1);
    // There is room for one.
    let _ = sender.try_send(0);
    let tasks = (0..EACH).map(|number| {
        let sender = sender.clone();
        load.work.spawn(async move { sender.send(number).await })
    });
    let tasks: Vec<_> = tasks.collect();
    tokio::task::yield_now().await;
    tasks.iter().for_each(tokio::task::JoinHandle::abort);
    load.see_off(tasks).await;
}

/// Locks and permits that several tasks want.
async fn share_locks(load: &Load) {
    let shared = Arc::new((RwLock::new(0), Semaphore::new(2)));
    let tasks = (0..EACH).map(|number| {
        let shared = Arc::clone(&shared);
        load.work.spawn(async move {
            let (lock, permits) = &*shared;
            let _permit = permits.acquire().await;
            match number % 2 {
                0 => *lock.write().await += 1,
                _ => drop(lock.read().await),
            }
            tokio::task::yield_now().await;
        })
    });
    let tasks = tasks.collect();
    load.see_off(tasks).await;
}

/// Wakes what is kept, and has sends run into timeouts.
async fn wait_and_wake(mut load: Load, kept: Arc<Kept>) {
    let mut next = 0;
    while load.may_go_on().await.is_some() {
        sleep(CHURN_EVERY).await;
        kept.wake(&mut next);
        let (sender, _receiver) = mpsc::channel(1);
        // There is room for one.
        let _ = sender.try_send(0);
        let sends = (0..EACH).map(|number| {
            let (sender, sums) = (sender.clone(), Arc::clone(&load.sums));
            load.work.spawn(async move {
                let time = Duration::from_millis(1);
                let sent = timeout(time, sender.send(number)).await;
                add(&sums.sends_given_up, u64::from(sent.is_err()));
            })
        });
        let sends = sends.collect();
        load.see_off(sends).await;
    }
}
