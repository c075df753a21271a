//! Tasks that wait and do nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::sync::broadcast::{self, Sender};
use tokio::task::yield_now;

/// Spawns so many, and returns when all of them wait. They end with what is
/// returned.
pub async fn spawn_idle(tasks: u32) -> Sender<()> {
    let (wake, _) = broadcast::channel::<()>(1);
    let waiting = Arc::new(AtomicU32::new(0));
    for _ in 0..tasks {
        let (mut woken, waiting) = (wake.subscribe(), Arc::clone(&waiting));
        tokio::spawn(async move {
            waiting.fetch_add(1, Ordering::Relaxed);
            _ = woken.recv().await;
        });
    }
    while waiting.load(Ordering::Relaxed) < tasks {
        yield_now().await;
    }
    wake
}
