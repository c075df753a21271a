//! The commands that show the terminal UI.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use taskmon::client::{Target, Watcher};
use taskmon::demo::{self, Child};
use taskmon::faces::tui;
use taskmon::rules::Settings;
use tokio::runtime::Runtime;

use super::settings;
use crate::cli::{DemoOptions, RuleOptions, UiOptions};
use crate::exit::{Failure, Outcome};

/// Shows the terminal UI until the user quits.
pub fn ui(options: &UiOptions) -> Result<Outcome, Failure> {
    show(&options.target.target, settings(&options.rules)?)
}

/// Runs the demo, with the UI on it unless that is not wanted.
pub fn demo(options: &DemoOptions) -> Result<Outcome, Failure> {
    if options.headless {
        demo::serve(options.fixed, options.until_stdin_closes)?;
        return Ok(Outcome::Fine);
    }
    let settings = settings(&RuleOptions::default())?;
    let child = Child::start(options.fixed)?;
    show(child.target(), settings)
}

/// Shows the terminal UI on `target`.
pub(super) fn show(target: &Target, settings: Settings) -> Result<Outcome, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name("taskmon-client")
        .enable_all()
        .build()?;
    let _runtime = runtime.enter();
    // As often as the program likes.
    let watcher = Watcher::start(target.clone(), settings, std::time::Duration::ZERO);
    let stop = stop_when_told(&runtime);
    tui::run(&target.to_string(), &watcher.picture(), &stop).map_err(Failure::Terminal)?;
    Ok(Outcome::Fine)
}

/// Set once the process is told to end.
fn stop_when_told(runtime: &Runtime) -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    #[cfg(unix)]
    {
        use std::sync::atomic::Ordering;
        use tokio::signal::unix::{SignalKind, signal};

        let stop = Arc::clone(&stop);
        runtime.spawn(async move {
            if let Ok(mut terminate) = signal(SignalKind::terminate()) {
                terminate.recv().await;
                stop.store(true, Ordering::Relaxed);
            }
        });
    }
    #[cfg(not(unix))]
    let _ = runtime;
    stop
}
