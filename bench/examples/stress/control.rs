//! Tasks of which it is known what must be said of them.

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// How many there are of each kind.
pub const EACH: usize = 20;

/// This file, as Tokio knows where a task was spawned.
pub const FILE: &str = file!();

/// Tasks that live until this is dropped.
pub struct Controls {
    tasks: Vec<JoinHandle<()>>,
    _senders: Vec<mpsc::Sender<()>>,
}

impl Controls {
    /// [`EACH`] tasks that nothing can wake, and as many that wait to receive.
    /// To be called within a runtime.
    pub fn start() -> Self {
        let mut tasks = Vec::new();
        let mut senders = Vec::new();
        for _ in 0..EACH {
            tasks.push(tokio::spawn(std::future::pending()));
            let (sender, mut receiver) = mpsc::channel(1);
            tasks.push(tokio::spawn(async move { _ = receiver.recv().await }));
            senders.push(sender);
        }
        Controls {
            tasks,
            _senders: senders,
        }
    }
}

impl Drop for Controls {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}
