//! The commands that show the terminal UI.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use taskmon::client::{self, Named, Target, Watcher};
use taskmon::demo::{self, Child};
use taskmon::faces::tui::{self, Options, Source};
use taskmon::rules::Settings;
use tokio::runtime::Runtime;

use super::{runtime, settings};
use crate::cli::{DemoOptions, RuleOptions, UiOptions};
use crate::exit::{Failure, Outcome};

/// Shows the terminal UI until the user quits.
pub fn ui(options: &UiOptions) -> Result<Outcome, Failure> {
    let settings = settings(&options.rules)?;
    let credentials = options.connection.credentials()?;
    let targets = match &*options.targets {
        [] => &[Target::default()][..],
        targets => targets,
    };
    let targets: Vec<_> = targets.iter().map(|it| it.with(&credentials)).collect();
    if !options.all_addresses {
        return show(targets.into_iter().map(Named::from).collect(), settings);
    }
    let mut named = Vec::new();
    for target in &targets {
        named.extend(runtime()?.block_on(client::every_address(target))?);
    }
    show(named, settings)
}

/// Runs the demo, with the UI on it unless that is not wanted.
pub fn demo(options: &DemoOptions) -> Result<Outcome, Failure> {
    if options.headless {
        demo::serve(options.fixed, options.until_stdin_closes)?;
        return Ok(Outcome::Fine);
    }
    let settings = settings(&RuleOptions::default())?;
    let child = Child::start(options.fixed)?;
    show(vec![child.target().clone().into()], settings)
}

/// Shows the terminal UI on these targets.
pub(super) fn show(targets: Vec<Named>, settings: Settings) -> Result<Outcome, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name("taskmon-client")
        .enable_all()
        .build()?;
    let _runtime = runtime.enter();
    let settings = Arc::new(settings);
    // Each has its own connection, so that none waits for another.
    let watchers: Vec<(String, Watcher)> = targets
        .into_iter()
        .map(|named| {
            // As often as the program likes.
            let interval = std::time::Duration::ZERO;
            let watcher = Watcher::start(named.target, Arc::clone(&settings), interval);
            (named.name, watcher)
        })
        .collect();
    let sources = watchers.iter();
    let sources = sources.map(|(name, watcher)| Source::of(name.clone(), watcher));
    let stop = stop_when_told(&runtime);
    tui::run(sources.collect(), Options::default(), &stop).map_err(Failure::Terminal)?;
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
