//! What `taskmon check` tells a person.

use std::io::{self, Write};
use std::time::Duration;

use super::dump::rows::{Row, frames, lines};
use crate::model::{Model, SiteRole};
use crate::rules::{Alert, AlertBook, Severity};
use crate::words::duration::human;
use crate::words::plain::plain;
use crate::words::time::rfc3339;

/// Writes every alert that was active within `watched`, and a last line with the
/// sum of it. `error` is why the look ended early, if it did.
///
/// # Errors
///
/// If `out` fails.
pub fn write(
    out: &mut impl Write,
    target: &str,
    model: &Model,
    alerts: &AlertBook,
    watched: Duration,
    error: Option<&str>,
) -> io::Result<()> {
    for alert in alerts.active().iter().chain(alerts.past()) {
        write_alert(out, model, alert)?;
    }
    let count = |severity| {
        let all = alerts.active().iter().chain(alerts.past());
        all.filter(|alert| alert.severity == severity).count()
    };
    let states = model.state_counts();
    let found = match (count(Severity::Error), count(Severity::Warning)) {
        (0, 0) => "no alerts".to_owned(),
        (errors, 0) => plural(errors, "error"),
        (0, warnings) => plural(warnings, "warning"),
        (errors, warnings) => {
            format!(
                "{}, {}",
                plural(errors, "error"),
                plural(warnings, "warning")
            )
        }
    };
    let live = plural(states.live(), "live task");
    let target = plain(target);
    writeln!(out, "{found} in {} at {target}; {live}", human(watched))?;
    if let Some(error) = error {
        writeln!(out, "the look ended early: {}", plain(error))?;
    }
    Ok(())
}

pub(crate) fn write_alert(out: &mut impl Write, model: &Model, alert: &Alert) -> io::Result<()> {
    let place = alert.place();
    let (rule, severity, place) = (alert.rule, alert.severity, plain(&place));
    writeln!(out, "{severity}: {rule}: {place}")?;
    writeln!(out, "    {}", plain(&alert.message))?;
    let example = &alert.example;
    let mut line = format!("    for example task {}", example.tokio_id);
    if !example.name.is_empty() {
        line.push_str(&format!(" \"{}\"", plain(&example.name)));
    }
    if !example.wait.is_empty() {
        line.push_str(&format!(" [{}]", plain(&example.wait)));
    }
    if let Some(resource) = &example.resource {
        line.push_str(&format!(" on {}", plain(resource)));
    }
    writeln!(out, "{line}")?;
    for line in lines(&example_rows(alert), None) {
        writeln!(out, "{line}")?;
    }
    if let Some(since) = model.system_time(alert.since) {
        let since = rfc3339(since);
        match alert.ended_at.and_then(|ended| model.system_time(ended)) {
            Some(ended) => writeln!(out, "    from {since} to {}", rfc3339(ended))?,
            None => writeln!(out, "    since {since}")?,
        }
    }
    writeln!(out, "    {}", alert.advice)?;
    writeln!(out)
}

/// Where the example waits and where it was spawned, as far as the site does not
/// say so already.
fn example_rows(alert: &Alert) -> Vec<Row> {
    let example = &alert.example;
    let mut rows = match &example.stack {
        Some(stack) => frames(stack, 6, false),
        None => Vec::new(),
    };
    if alert.site_role == SiteRole::Waits {
        let spawned_at = example.spawned_at.as_deref();
        rows.extend(spawned_at.map(|at| Row::at(6, "spawned at", Some(at))));
    }
    rows
}

fn plural(count: usize, thing: &str) -> String {
    match count {
        1 => format!("1 {thing}"),
        _ => format!("{count} {thing}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::WaitKind;
    use crate::model::sample::Sample;

    fn report(model: &Model, book: &AlertBook, error: Option<&str>) -> String {
        let mut out = Vec::new();
        let watched = Duration::from_secs(30);
        write(&mut out, "unix:/run/shop.sock", model, book, watched, error).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_healthy_program_is_one_line() {
        let mut sample = Sample::new();
        sample.task(1);
        assert_eq!(
            report(&sample.model, &AlertBook::default(), None),
            "no alerts in 30s at unix:/run/shop.sock; 1 live task\n"
        );
    }

    #[test]
    fn an_alert_says_where_what_since_when_and_what_to_do() {
        let mut sample = Sample::new();
        let task = sample.task(4711);
        sample.wait(task, WaitKind::MpscSend, 90);
        let mut book = AlertBook::default();
        book.update(&sample.model);
        let text = report(&sample.model, &book, Some("lost\u{1b}"));
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(
            lines[0],
            "error: send-stall: tasks spawned at src/api.rs:61:14"
        );
        assert!(lines[1].starts_with("    1 task has waited 10s to send"));
        assert_eq!(lines[2], "    for example task 4711 [mpsc send]");
        assert_eq!(lines[3], "    since 1970-01-01T00:01:30.000Z");
        assert!(lines[4].starts_with("    Look at who should receive"));
        assert!(lines[6].starts_with("1 error in 30s at unix:/run/shop.sock"));
        assert_eq!(lines[7], "the look ended early: lost\\u{1b}");
    }

    #[test]
    fn the_stack_of_the_example_is_below_it() {
        use taskmon_proto::v1::FrameOrigin::{Own, Runtime};
        let mut sample = Sample::new();
        let task = sample.task(4711);
        let wait = sample.wait(task, WaitKind::MpscSend, 90);
        let frames = [
            ("leaf", 1, Runtime),
            ("shop::produce", 41, Own),
            ("shop::\u{1b}[2J", 88, Own),
        ];
        let stack = sample.stack(taskmon_proto::v1::WaitKind::MpscSend, &frames);
        sample.stack_of(wait, stack);
        let mut book = AlertBook::default();
        book.update(&sample.model);
        let text = report(&sample.model, &book, None);
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines[0], "error: send-stall: waiting at src/api.rs:41:9");
        assert_eq!(
            lines[2..6],
            [
                "    for example task 4711 [mpsc send]",
                "      shop::produce    src/api.rs:41:9",
                "      shop::\\u{1b}[2J  src/api.rs:88:9",
                "      spawned at       src/api.rs:61:14",
            ]
        );
    }
}
