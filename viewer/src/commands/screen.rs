//! The commands that show the terminal UI.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use taskmon::client::{self, Named, Target, Watcher};
use taskmon::config::ConfigError;
use taskmon::demo::{self, Child};
use taskmon::faces::tui::{self, Source};
use taskmon::model::HistoryBounds;
use taskmon::preferences::{Place, Preferences};
use taskmon::rules::Settings;
use tokio::runtime::Runtime;

use super::{runtime, settings_over};
use crate::cli::{DemoOptions, LookOption, RuleOptions, UiOptions};
use crate::exit::{Failure, Outcome};

/// Shows the terminal UI until the user quits.
pub fn ui(options: &UiOptions) -> Result<Outcome, Failure> {
    let wanted = Wanted::new(&options.rules, &options.look)?;
    let targets = match (&*options.targets, &*wanted.preferences.targets) {
        ([], []) => vec![Target::default()],
        ([], usual) => usual.to_vec(),
        (targets, _) => targets.to_vec(),
    };
    if !options.all_addresses {
        return show(targets.into_iter().map(Named::from).collect(), wanted);
    }
    let mut named = Vec::new();
    for target in &targets {
        named.extend(runtime()?.block_on(client::every_address(target))?);
    }
    show(named, wanted)
}

/// Runs the demo, with the UI on it unless that is not wanted.
pub fn demo(options: &DemoOptions) -> Result<Outcome, Failure> {
    if options.headless {
        demo::serve(options.fixed, options.until_stdin_closes)?;
        return Ok(Outcome::Fine);
    }
    let wanted = Wanted::new(&RuleOptions::default(), &options.look)?;
    let child = Child::start(options.fixed)?;
    show(vec![child.target().clone().into()], wanted)
}

/// What the user wants, from the file of their own, that of the project, and the command
/// line, of which the later ones win.
pub(super) struct Wanted {
    preferences: Preferences,
    settings: Settings,
}

impl Wanted {
    pub(super) fn new(rules: &RuleOptions, look: &LookOption) -> Result<Self, ConfigError> {
        let mut preferences = Preferences::load(&Place::of_environment())?;
        if look.ascii {
            preferences.look.ascii = Some(true);
        }
        Ok(Wanted {
            settings: settings_over(preferences.rules.clone(), rules)?,
            preferences,
        })
    }
}

/// Shows the terminal UI on these targets.
pub(super) fn show(targets: Vec<Named>, wanted: Wanted) -> Result<Outcome, Failure> {
    let targets = each_once(targets);
    if targets.len() > tui::MOST_TARGETS {
        return Err(Failure::TooManyTargets(targets.len()));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        // One for each target that is live, and some to look up the names of others.
        .max_blocking_threads(targets.len() + 16)
        .thread_name("taskmon-client")
        .enable_all()
        .build()?;
    let _runtime = runtime.enter();
    let settings = Arc::new(wanted.settings);
    let history = HistoryBounds::reaching(wanted.preferences.history);
    let history = history.shared_by(targets.len());
    let interval = wanted.preferences.interval;
    // Each has its own connection, so that none waits for another.
    let watchers: Vec<(String, Watcher)> = targets
        .into_iter()
        .map(|named| {
            let settings = Arc::clone(&settings);
            let watcher = Watcher::remembering(named.target, settings, interval, history);
            (named.name, watcher)
        })
        .collect();
    let sources = watchers.iter();
    let sources = sources.map(|(name, watcher)| Source::of(name.clone(), watcher));
    let stop = stop_when_told(&runtime);
    let options = wanted.preferences.options();
    tui::run(sources.collect(), options, &stop).map_err(Failure::Terminal)?;
    Ok(Outcome::Fine)
}

/// A target that was named twice is one target.
fn each_once(targets: Vec<Named>) -> Vec<Named> {
    let mut once: Vec<Named> = Vec::new();
    for named in targets {
        if once.iter().all(|known| known.target != named.target) {
            once.push(named);
        }
    }
    once
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_that_was_named_twice_is_shown_once() {
        let named = ["a:1", "b:1", "a:1", "http://a:1"].map(|text| {
            let target: Target = text.parse().unwrap();
            Named::from(target)
        });
        let once = each_once(named.to_vec());
        assert_eq!(once, named[..2]);
    }
}
