//! A program that spawns and completes tasks as fast as it can.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinHandle;

use super::Outcome;
use super::child::{requests, tell_driver};
use super::idle::Ready;
use super::target;

/// The file in which all its tasks are spawned.
pub const FILE: &str = "scale/busy.rs";

/// How many tasks a driver has under way.
pub(crate) const AT_ONCE: usize = 64;

/// What the target counted itself.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Spawned {
    /// Tasks that it has spawned so far.
    pub tasks: u64,
}

/// Works, on two workers, until the driver says `stop`; tells what it has done when
/// it says `count`.
///
/// # Errors
///
/// If the driver is gone.
pub fn run() -> Outcome<()> {
    let (runtime, address) = target::start()?;
    let work = Work::default();
    let mut drivers: Vec<_> = (0..4)
        .map(|_| {
            let _within = runtime.enter();
            work.spawn(drive(work.clone()))
        })
        .collect();
    tell_driver(&Ready { address })?;
    for request in requests() {
        if request == "stop" {
            work.stopped.store(true, Ordering::SeqCst);
            for driver in drivers.drain(..) {
                runtime.block_on(driver)?;
            }
        }
        tell_driver(&Spawned {
            tasks: work.spawned(),
        })?;
    }
    Ok(())
}

/// What its drivers share.
#[derive(Clone, Default)]
pub(crate) struct Work {
    stopped: Arc<AtomicBool>,
    spawned: Arc<AtomicU64>,
}

impl Work {
    /// Tasks that were spawned so far.
    pub(crate) fn spawned(&self) -> u64 {
        self.spawned.load(Ordering::SeqCst)
    }

    /// Spawns a task, and counts it.
    pub(crate) fn spawn<T: Send + 'static>(
        &self,
        future: impl Future<Output = T> + Send + 'static,
    ) -> JoinHandle<T> {
        self.spawned.fetch_add(1, Ordering::SeqCst);
        tokio::spawn(future)
    }
}

async fn drive(work: Work) {
    while !work.stopped.load(Ordering::SeqCst) {
        batch(&work).await;
    }
}

/// Spawns tasks of all kinds, and waits for them. All return.
pub(crate) async fn batch(work: &Work) {
    let lock = Arc::new(Mutex::new(0_u64));
    let (sender, mut receiver) = mpsc::channel(2);
    let mut tasks = Vec::with_capacity(AT_ONCE);
    for number in 0..AT_ONCE {
        tasks.push(match number % 4 {
            0 => work.spawn(tokio::task::yield_now()),
            1 => {
                let sender = sender.clone();
                work.spawn(async move {
                    // The receiver lives longer.
                    let _ = sender.send(number).await;
                })
            }
            2 => {
                let lock = Arc::clone(&lock);
                work.spawn(async move {
                    let mut locked = lock.lock().await;
                    tokio::task::yield_now().await;
                    *locked += 1;
                })
            }
            _ => work.spawn(async {
                tokio::select! {
                    () = tokio::time::sleep(Duration::from_secs(60)) => {}
                    () = tokio::task::yield_now() => {}
                }
            }),
        });
    }
    drop(sender);
    while receiver.recv().await.is_some() {}
    for task in tasks {
        // They are neither cancelled nor do they panic.
        let _ = task.await;
    }
}
