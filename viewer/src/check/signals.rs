//! What the process is told while it watches.

use std::io;

/// What a signal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// Ctrl-C: SIGINT.
    Interrupt,
    /// SIGTERM.
    Terminate,
    /// The terminal is gone: SIGHUP.
    HangUp,
}

/// The signals that would end this process; they do not any more.
#[cfg(unix)]
#[derive(Debug)]
pub struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    hang_up: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    /// Takes the signals from here on.
    ///
    /// # Errors
    ///
    /// If the system does not let it.
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime.
    pub fn take() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Signals {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    /// The next one. It may be dropped before it is ready without loss.
    pub async fn next(&mut self) -> Told {
        tokio::select! {
            Some(()) = self.interrupt.recv() => Told::Interrupt,
            Some(()) = self.terminate.recv() => Told::Terminate,
            Some(()) = self.hang_up.recv() => Told::HangUp,
            else => std::future::pending().await,
        }
    }
}

/// Ctrl-C, which would end this process; it does not any more.
#[cfg(windows)]
#[derive(Debug)]
pub struct Signals(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl Signals {
    /// Takes the signals from here on.
    ///
    /// # Errors
    ///
    /// If the system does not let it.
    pub fn take() -> io::Result<Self> {
        Ok(Signals(tokio::signal::windows::ctrl_c()?))
    }

    /// The next one. It may be dropped before it is ready without loss.
    pub async fn next(&mut self) -> Told {
        match self.0.recv().await {
            Some(()) => Told::Interrupt,
            None => std::future::pending().await,
        }
    }
}
