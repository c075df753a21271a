//! A program to look at: in this process, on threads of its own.

use std::io;
use std::time::Duration;

use taskmon_subscriber::in_process::{self, Installed, Tables};
use tokio::runtime::Runtime;
use tokio::sync::{Mutex, mpsc};

/// It runs as long as this lives.
pub(super) struct Program {
    pub(super) tables: Tables,
    _runtime: Runtime,
}

impl Program {
    pub(super) fn start() -> io::Result<Self> {
        // If someone was first, that is found out now.
        in_process::install_alone();
        let Installed::Taskmon(tables) = Installed::here() else {
            return Err(io::Error::other("taskmon cannot be installed"));
        };
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()?;
        for number in 0..20 {
            let (sender, receiver) = mpsc::channel(1);
            runtime.spawn(async move {
                while sender.send(number).await.is_ok() {}
                drop(receiver);
            });
            runtime.spawn(async move {
                let lock = Mutex::new(number);
                let _held = lock.lock().await;
                tokio::time::sleep(Duration::from_secs(3_600)).await;
            });
        }
        Ok(Program {
            tables,
            _runtime: runtime,
        })
    }
}
