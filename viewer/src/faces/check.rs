//! What `check` and `alerts` say to people.

use std::fmt::{self, Display, Write};

use crate::model::Model;
use crate::rules::{Alert, AlertBook};
use crate::words::duration::human;
use crate::words::plain::plain;

/// A report as text: each alert with where, what and what to do, and how many
/// tasks there are.
pub fn text(target: &str, model: &Model, alerts: &AlertBook) -> String {
    let mut report = String::new();
    for alert in alerts.active().iter().chain(alerts.past()) {
        // Writing to a string cannot fail.
        let _ = write!(report, "{}", Entry(alert));
    }
    let _ = writeln!(
        report,
        "{}",
        Summary {
            target,
            model,
            alerts
        }
    );
    report
}

struct Entry<'a>(&'a Alert);

impl Display for Entry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Entry(alert) = self;
        let over = if alert.ended_at.is_some() {
            " (over by now)"
        } else {
            ""
        };
        writeln!(f, "{}: {}{over}", alert.severity.as_str(), alert.rule)?;
        if let Some(site) = &alert.site {
            writeln!(f, "  spawned at {}", plain(&site.to_string()))?;
        }
        writeln!(f, "  {}", plain(&alert.message))?;
        let example = &alert.example;
        write!(f, "  for example task {}", example.tokio_id)?;
        if !example.name.is_empty() {
            write!(f, " \"{}\"", plain(&example.name))?;
        }
        write!(f, " [{}, {}]", plain(&example.wait), human(alert.longest))?;
        if let Some(resource) = &example.resource {
            write!(f, " on {}", plain(resource))?;
        }
        writeln!(f, "\n  {}\n", alert.advice)
    }
}

struct Summary<'a> {
    target: &'a str,
    model: &'a Model,
    alerts: &'a AlertBook,
}

impl Display for Summary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.alerts.active().len() + self.alerts.past().len();
        let alerts = match count {
            0 => "no alerts".to_owned(),
            1 => "1 alert".to_owned(),
            count => format!("{count} alerts"),
        };
        let counts = self.model.state_counts();
        write!(
            f,
            "{}: {alerts}; {} tasks alive, {} of them waiting",
            plain(self.target),
            counts.live(),
            counts.waiting + counts.lost,
        )
    }
}
