//! A program to look at: the shop of the story, which leaks a stuck task at each
//! request.
//!
//! [`serve`] is that program. [`Child`] runs it in a process of its own, so that
//! what the viewer shows is the shop and nothing else.

mod child;
mod customers;
mod shop;

use std::io::{self, Read, Write};
use std::thread;

use taskmon_subscriber::Builder;
use tokio::net::TcpListener;
use tracing::subscriber::NoSubscriber;

pub use child::Child;

/// Why there is no demo.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The shop could not be opened.
    #[error("cannot start the demo: {0}")]
    Start(#[from] io::Error),
    /// Its telemetry could not listen; standard error has said why.
    #[error("the demo has no address for viewers")]
    NoAddress,
    /// Its process did not say its address, but this.
    #[error("the demo's process did not start: {0}")]
    Child(String),
}

/// Runs the shop, with customers that ask for its products at a steady rate, and
/// prints the address for viewers on a line of standard output. Returns when the
/// process is told to end, or, `until_stdin_closes`, when standard input does.
///
/// # Errors
///
/// If a socket or the runtime cannot be had.
pub fn serve(fixed: bool, until_stdin_closes: bool) -> Result<(), DemoError> {
    // Nothing but the shop's own telemetry: no events, so that a terminal that
    // shows the UI stays clean.
    let telemetry = Builder::new()
        .bind("127.0.0.1:0")
        .init_with(NoSubscriber::default());
    let address = telemetry.address().ok_or(DemoError::NoAddress)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let shop = listener.local_addr()?;
        customers::send(shop)?;
        // Before anyone can know that it runs, and tell it to end.
        let told = told_to_end()?;
        announce(address)?;
        let _ = writeln!(
            io::stderr(),
            "the shop serves http://{shop}/products; look at it with: taskmon {address}"
        );
        tokio::select! {
            served = shop::serve(listener, fixed) => Ok(served?),
            () = told => Ok(()),
            () = stdin_closed(until_stdin_closes) => Ok(()),
        }
    })
}

fn announce(address: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{address}")?;
    out.flush()
}

/// Ready at the first SIGINT or SIGTERM after this call.
#[cfg(unix)]
fn told_to_end() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Ready at the first Ctrl-C after this call.
#[cfg(windows)]
fn told_to_end() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move { _ = interrupt.recv().await })
}

/// Returns when standard input ends, if that matters. The thread that reads it
/// has no task that would be seen.
async fn stdin_closed(matters: bool) {
    if !matters {
        return std::future::pending().await;
    }
    let (closed, wait) = tokio::sync::oneshot::channel();
    thread::spawn(move || {
        let _ = io::stdin().lock().read_to_end(&mut Vec::new());
        let _ = closed.send(());
    });
    let _ = wait.await;
}
