//! Alerts, active and past.

use super::{nanos, own_function};
use crate::filter::{Field, Probe, Row};
use crate::rules::Alert;

/// An alert.
#[derive(Clone, Copy)]
pub struct AlertRow<'a> {
    /// What the program is called.
    pub target: &'a str,
    /// The alert.
    pub alert: &'a Alert,
}

impl<'a> Row<'a> for AlertRow<'a> {
    fn visible(&self, probe: &mut Probe<'_, 'a>) {
        probe.text(&self.alert.message);
        probe.text(self.alert.advice);
        for field in [
            Field::Rule,
            Field::Severity,
            Field::Site,
            Field::State,
            Field::Target,
        ] {
            self.texts(field, probe);
        }
    }

    fn texts(&self, field: Field, probe: &mut Probe<'_, 'a>) {
        let alert = self.alert;
        match field {
            Field::Rule => probe.text(alert.rule),
            Field::Severity => probe.text(alert.severity.as_str()),
            Field::Site => {
                probe.place(alert.site.as_ref());
                probe.maybe(own_function(alert.example.stack.as_deref()));
            }
            Field::State => probe.text(match alert.ended_at {
                None => "active",
                Some(_) => "past",
            }),
            Field::Target => probe.text(self.target),
            _ => {}
        }
    }

    fn number(&self, field: Field) -> Option<u64> {
        match field {
            Field::For => Some(nanos(self.alert.longest)),
            Field::Tasks => Some(self.alert.tasks as u64),
            _ => None,
        }
    }
}
