//! The alerts of all programs.

use std::cmp::Reverse;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::super::super::targets::{Of, Pictures, Seen};
use crate::rules::Alert;

/// Names an alert by what makes it this one: its rule and its site, and whether it is
/// over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct AlertName(u64);

/// An alert of one of the programs.
pub(super) type AlertOf = Of<AlertName>;

/// An alert and its program.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found<'a> {
    pub(super) row: AlertOf,
    pub(super) seen: &'a Seen,
    pub(super) alert: &'a Alert,
}

fn name(alert: &Alert) -> AlertName {
    let mut hasher = DefaultHasher::new();
    let role = alert.site_role.as_str();
    let is_over = alert.ended_at.is_some();
    (alert.rule, &alert.site, role, is_over).hash(&mut hasher);
    AlertName(hasher.finish())
}

/// All alerts: those that are active, the worst first, and then those that are over,
/// the latest first.
pub(super) fn in_order(pictures: &Pictures) -> Vec<Found<'_>> {
    let (mut active, mut past) = (Vec::new(), Vec::new());
    for (target, seen) in pictures.iter() {
        let found = |alert| Found {
            row: Of {
                target,
                key: name(alert),
            },
            seen,
            alert,
        };
        active.extend(seen.picture.alerts.active().iter().map(found));
        past.extend(seen.picture.alerts.past().map(found));
    }
    // Those of one program are in order already, and stay so among equals.
    active.sort_by_key(|found| (Reverse(found.alert.severity), Reverse(found.alert.tasks)));
    past.sort_by_key(|found| {
        let ended = found.alert.ended_at.unwrap_or_default();
        found.seen.picture.model.now.since(ended)
    });
    active.append(&mut past);
    active
}

/// The alert of that name, if it is still there.
pub(super) fn find(pictures: &Pictures, row: AlertOf) -> Option<Found<'_>> {
    let found = in_order(pictures).into_iter();
    found.into_iter().find(|found| found.row == row)
}
