//! What is wrong in the picture.
//!
//! A rule is a plain function of the model: it says which tasks it finds stuck
//! and why. The [`AlertBook`] groups what the rules say by site, holds each alert
//! through short gaps, and remembers those that ended. Every face shows the book.
//! [`Settings`] come in, from `taskmon.toml` and the command line; [`catalogue`] says
//! what rules there are.

mod alert;
mod allow;
mod book;
mod boxed_future;
mod busy_poll;
mod catalogue;
mod glob;
mod growth;
mod large_future;
mod lock_stall;
mod lost_waker;
mod never_yielded;
mod pass;
mod rule;
mod self_wake;
mod send_stall;
mod settings;
mod starved;
mod suspects;
mod task_growth;
mod thresholds;

pub use alert::{Alert, Example, Severity};
pub use allow::Allow;
pub use book::AlertBook;
pub use catalogue::{RuleInfo, catalogue};
pub use glob::Glob;
pub use settings::{Level, Settings, UnknownRule};
pub use thresholds::{Limit, Thresholds};

use self::rule::Rule;

/// All rules, in the order in which their alerts are listed among equals.
static RULES: [&dyn Rule; 10] = [
    &send_stall::SendStall,
    &lock_stall::LockStall,
    &lost_waker::LostWaker,
    &never_yielded::NeverYielded,
    &busy_poll::BusyPoll,
    &starved::Starved,
    &self_wake::SelfWake,
    &task_growth::TaskGrowth,
    &large_future::LargeFuture,
    &boxed_future::BoxedFuture,
];

/// What hangs or blocks, now, among those tasks of `model` for which `concerns` holds:
/// one look, in which a habit cannot be seen.
pub(crate) fn judge_those(
    model: &crate::model::Model,
    thresholds: Thresholds,
    concerns: impl Fn(&crate::model::Task) -> bool,
) -> Vec<Alert> {
    const JUDGED: [&str; 4] = ["send-stall", "lock-stall", "lost-waker", "busy-poll"];
    let mut settings = Settings::from(thresholds);
    for rule in RULES.iter().filter(|rule| !JUDGED.contains(&rule.name())) {
        // It is one of them.
        let _ = settings.set_level(rule.name(), Level::Off);
    }
    let limits = &settings.limits();
    let mut suspects = suspects::Suspects::default();
    suspects.find(model, &settings, limits);
    let growth = growth::Growth::default();
    let look = rule::Look {
        model,
        limits,
        last_poll: suspects.last_poll(model),
        growth: &growth,
    };
    let mut alerts = pass::Pass::over_those(&look, &suspects, &settings, concerns).alerts(&look);
    alerts.sort_by_cached_key(book::order);
    alerts
}

/// What is wrong in `model`, without a past.
#[cfg(test)]
fn judge(model: &crate::model::Model) -> Vec<Alert> {
    let mut book = AlertBook::default();
    book.update(model);
    book.active().to_vec()
}
