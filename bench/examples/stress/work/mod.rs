//! What the stressed program does: everything that Tokio tells taskmon of, in as
//! many orders as chance finds. What all of its tasks share, and count; `kinds` is what
//! they do.

mod kinds;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Waker;

use tokio::task::JoinHandle;

pub use kinds::{KINDS, drive};

use bench::random::Random;

/// What a task that is to panic panics with.
pub const ON_PURPOSE: &str = "on purpose";

/// What became of all tasks that were spawned here, counted by themselves.
#[derive(Debug, Default)]
pub struct Counts {
    pub spawned: AtomicU64,
    pub completed: AtomicU64,
    pub panicked: AtomicU64,
    pub cancelled: AtomicU64,
}

impl Counts {
    pub fn live(&self) -> u64 {
        let ended = [&self.completed, &self.panicked, &self.cancelled];
        let ended: u64 = ended.iter().map(|count| count.load(Ordering::SeqCst)).sum();
        self.spawned.load(Ordering::SeqCst).saturating_sub(ended)
    }
}

/// What all tasks share.
#[derive(Clone, Default)]
pub struct Work {
    pub counts: Arc<Counts>,
    stopped: Arc<AtomicBool>,
    /// Wakers that outlive what they wake.
    strays: Arc<Mutex<Vec<Waker>>>,
}

/// The life of a task, from when it is spawned until its future is dropped.
struct Life {
    counts: Arc<Counts>,
    returned: bool,
}

impl Life {
    /// The task returns.
    fn returns(mut self) {
        self.returned = true;
    }
}

impl Drop for Life {
    fn drop(&mut self) {
        let count = match (self.returned, std::thread::panicking()) {
            (true, _) => &self.counts.completed,
            (false, true) => &self.counts.panicked,
            (false, false) => &self.counts.cancelled,
        };
        count.fetch_add(1, Ordering::SeqCst);
    }
}

impl Work {
    pub fn is_running(&self) -> bool {
        !self.stopped.load(Ordering::Relaxed)
    }

    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    fn life(&self) -> Life {
        self.counts.spawned.fetch_add(1, Ordering::SeqCst);
        Life {
            counts: Arc::clone(&self.counts),
            returned: false,
        }
    }

    /// `future`, to be spawned now.
    pub fn counted<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        let life = self.life();
        async move {
            let output = future.await;
            life.returns();
            output
        }
    }

    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        tokio::spawn(self.counted(future))
    }

    #[track_caller]
    fn spawn_blocking<R: Send + 'static>(
        &self,
        run: impl FnOnce() -> R + Send + 'static,
    ) -> JoinHandle<R> {
        let life = self.life();
        tokio::task::spawn_blocking(move || {
            let output = run();
            life.returns();
            output
        })
    }

    /// Wakes or drops the wakers that were left, from a thread of no runtime.
    pub fn use_strays(&self, random: &mut Random) {
        let strays = std::mem::take(&mut *self.strays());
        for stray in strays {
            match random.below(3) {
                0 => stray.wake(),
                1 => stray.wake_by_ref(),
                _ => {}
            }
        }
    }

    fn strays(&self) -> std::sync::MutexGuard<'_, Vec<Waker>> {
        self.strays.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
