//! A program with very many tasks that wait.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, Semaphore, mpsc, oneshot};
use tokio::task::JoinHandle;

use super::Outcome;
use super::child::{requests, tell_driver};
use super::target;

/// What the target says when all its tasks wait.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ready {
    /// Where a viewer can attach.
    pub address: String,
}

/// The file in which all its tasks are spawned.
pub(crate) const FILE: &str = "scale/idle.rs";

/// One of so many tasks waits to send into a full channel.
const ONE_STUCK_IN: usize = 1_000;

/// How often tasks are woken and spawned while the target churns, and how many each
/// time.
pub(crate) const CHURN_EVERY: Duration = Duration::from_millis(50);
const WOKEN: usize = 150;
const SPAWNED: usize = 100;

/// Makes `count` tasks, and does what the driver asks: `churn` wakes and spawns
/// thousands of tasks a second until `still`.
///
/// # Errors
///
/// If the tasks cannot be made or the driver is gone.
pub fn run(count: usize) -> Outcome<()> {
    let (runtime, address) = target::start()?;
    let kept = Arc::new(runtime.block_on(async { Kept::make(count) }));
    // Idle is what has been polled once and waits.
    while runtime.metrics().global_queue_depth() > 0 {
        std::thread::sleep(Duration::from_millis(10));
    }
    std::thread::sleep(Duration::from_millis(500));
    tell_driver(&Ready { address })?;
    let mut churning: Option<JoinHandle<()>> = None;
    for request in requests() {
        if let Some(churning) = churning.take() {
            churning.abort();
        }
        if request == "churn" {
            churning = Some(runtime.spawn(churn(Arc::clone(&kept))));
        }
        tell_driver(&())?;
    }
    std::process::exit(0)
}

/// What the tasks wait for.
pub(crate) struct Kept {
    notify: Arc<Notify>,
    semaphore: Arc<Semaphore>,
    senders: Vec<mpsc::Sender<u64>>,
    oneshots: Vec<oneshot::Sender<()>>,
    _full: mpsc::Receiver<u64>,
}

impl Kept {
    /// Spawns `count` tasks, each of which is alive for as long as this.
    pub(crate) fn make(count: usize) -> Self {
        let (full, receiver) = mpsc::channel(1);
        // There is room for one.
        let _ = full.try_send(0);
        let mut kept = Kept {
            notify: Arc::default(),
            semaphore: Arc::new(Semaphore::new(0)),
            senders: Vec::new(),
            oneshots: Vec::new(),
            _full: receiver,
        };
        for number in 0..count {
            if number % ONE_STUCK_IN == ONE_STUCK_IN / 2 {
                let full = full.clone();
                tokio::spawn(async move { full.send(1).await });
                continue;
            }
            match number % 5 {
                0 => kept.notified(),
                1 => kept.receiving(),
                2 => sleeping(number),
                3 => kept.waiting_once(),
                _ => kept.acquiring(),
            }
        }
        kept
    }

    /// Wakes some of them, from all over the program; `next` is where it goes on.
    pub(crate) fn wake(&self, next: &mut usize) {
        for _ in 0..WOKEN {
            self.notify.notify_one();
            *next = (*next + 7_919) % self.senders.len().max(1);
            if let Some(sender) = self.senders.get(*next) {
                let _ = sender.try_send(7);
            }
        }
    }

    fn notified(&self) {
        let notify = Arc::clone(&self.notify);
        tokio::spawn(async move {
            loop {
                notify.notified().await;
            }
        });
    }

    fn receiving(&mut self) {
        let (sender, mut receiver) = mpsc::channel(4);
        self.senders.push(sender);
        tokio::spawn(async move { while receiver.recv().await.is_some() {} });
    }

    fn waiting_once(&mut self) {
        let (sender, receiver) = oneshot::channel();
        self.oneshots.push(sender);
        tokio::spawn(receiver);
    }

    fn acquiring(&self) {
        let semaphore = Arc::clone(&self.semaphore);
        tokio::spawn(async move { semaphore.acquire().await.map(drop) });
    }
}

/// With a name of its own.
fn sleeping(number: usize) {
    let sleep = async { tokio::time::sleep(Duration::from_secs(86_400)).await };
    let name = format!("session-{number}");
    #[cfg(tokio_unstable)]
    let spawned = tokio::task::Builder::new().name(&name).spawn(sleep).is_ok();
    #[cfg(not(tokio_unstable))]
    let spawned = {
        drop(name);
        tokio::spawn(sleep);
        true
    };
    if !spawned {
        eprintln!("session {number} cannot be spawned");
    }
}

async fn churn(kept: Arc<Kept>) {
    let mut every = tokio::time::interval(CHURN_EVERY);
    let mut next = 0;
    loop {
        every.tick().await;
        kept.wake(&mut next);
        for _ in 0..SPAWNED {
            tokio::spawn(tokio::task::yield_now());
        }
    }
}
