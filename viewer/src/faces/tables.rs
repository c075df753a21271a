//! Tables of tasks and alerts, as `taskmon tasks` and `taskmon alerts` print them.

use std::cmp::Reverse;
use std::io::{self, Write};

use super::table::{Align, Table};
use crate::model::{Model, Moment, Task};
use crate::rules::{AlertBook, Severity};
use crate::words::duration::human;
use crate::words::plain::plain;

/// Live tasks in the order in which they are of interest: first those that an
/// alert is about, the worst and longest first; then by tokio's id.
pub fn by_interest<'a>(model: &'a Model, alerts: &AlertBook) -> Vec<&'a Task> {
    let mut tasks: Vec<_> = model.tasks.values().collect();
    tasks.sort_by_cached_key(|task| {
        let severity = alerts.of_task(task.key);
        (
            Reverse(severity),
            severity.map(|_| stuck_since(model, task)),
            task.tokio_id,
            task.key,
        )
    });
    tasks
}

/// Since when the oldest operation of `task` is pending, or else since when it is
/// in its state.
fn stuck_since(model: &Model, task: &Task) -> Moment {
    let oldest = model.pending(task).first().map(|wait| wait.since);
    oldest.unwrap_or(task.state_since)
}

/// Writes a line for each live task, in lines of at most `width` columns if that
/// is given.
///
/// # Errors
///
/// If `out` fails.
pub fn tasks(
    out: &mut impl Write,
    model: &Model,
    alerts: &AlertBook,
    width: Option<usize>,
) -> io::Result<()> {
    let mut table = Table::new([
        ("TASK", Align::Right),
        ("ALERT", Align::Left),
        ("STATE", Align::Left),
        ("FOR", Align::Right),
        ("WAITS FOR", Align::Left),
        ("ON", Align::Left),
        ("POLLS", Align::Right),
        ("BUSY", Align::Right),
        ("NAME", Align::Left),
        ("SPAWNED AT", Align::Left),
    ]);
    for task in by_interest(model, alerts) {
        let waits = model.waits_of(task);
        let since = waits.first().map_or(task.state_since, |wait| wait.since);
        let resource = waits
            .iter()
            .find_map(|wait| model.resources.get(&wait.resource?));
        let location = task.location.as_ref().map(|location| location.to_string());
        table.push([
            task.tokio_id.to_string(),
            alerts.of_task(task.key).map_or("", Severity::as_str).into(),
            task.state.to_string(),
            human(model.now.since(since)),
            cell(model.wait_text(task).as_deref()),
            cell(resource.map(|it| model.resource_text(it)).as_deref()),
            task.polls.to_string(),
            human(task.busy_at(model.now)),
            cell(Some(&task.name)),
            cell(location.as_deref()),
        ]);
    }
    table.write(out, width)
}

/// Writes a line for each alert, in lines of at most `width` columns if that is
/// given; or a sentence if there are none.
///
/// # Errors
///
/// If `out` fails.
pub fn alerts(out: &mut impl Write, alerts: &AlertBook, width: Option<usize>) -> io::Result<()> {
    if alerts.active().is_empty() {
        return writeln!(out, "no alerts");
    }
    let mut table = Table::new([
        ("SEVERITY", Align::Left),
        ("RULE", Align::Left),
        ("TASKS", Align::Right),
        ("LONGEST", Align::Right),
        ("SITE", Align::Left),
        ("MESSAGE", Align::Left),
    ]);
    for alert in alerts.active() {
        let site = alert.site.as_ref().map(|site| site.to_string());
        table.push([
            alert.severity.to_string(),
            alert.rule.to_owned(),
            alert.tasks.to_string(),
            human(alert.longest),
            cell(site.as_deref()),
            cell(Some(&alert.message)),
        ]);
    }
    table.write(out, width)
}

/// Text from the program, harmless; `-` if there is none.
fn cell(text: Option<&str>) -> String {
    match text {
        None | Some("") => "-".to_owned(),
        Some(text) => plain(text).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::WaitKind;
    use crate::model::sample::Sample;

    fn stuck() -> (Sample, AlertBook) {
        let mut sample = Sample::new();
        sample.task(1);
        for (id, since) in [(2, 90), (3, 80)] {
            let task = sample.task(id);
            sample.wait(task, WaitKind::MpscSend, since);
        }
        let mut book = AlertBook::default();
        book.update(&sample.model);
        (sample, book)
    }

    #[test]
    fn stuck_tasks_come_first_and_the_longest_of_them_before_all() {
        let (sample, book) = stuck();
        let tasks = by_interest(&sample.model, &book);
        let ids: Vec<_> = tasks.iter().map(|task| task.tokio_id).collect();
        assert_eq!(ids, [3, 2, 1]);
    }

    #[test]
    fn a_name_cannot_reach_the_terminal_as_an_escape_sequence() {
        let (mut sample, book) = stuck();
        for task in sample.model.tasks.values_mut() {
            task.name = "\u{1b}]0;owned\u{7}\n".into();
        }
        let mut out = Vec::new();
        tasks(&mut out, &sample.model, &book, None).unwrap();
        let out = String::from_utf8(out).unwrap();
        assert_eq!(out.lines().count(), 4);
        assert!(!out.replace('\n', "").contains(char::is_control));
        assert!(out.contains("\\u{1b}]0;owned"));
    }

    #[test]
    fn alerts_are_lines_and_none_are_a_sentence() {
        let (_, book) = stuck();
        let text = |book: &AlertBook| {
            let mut out = Vec::new();
            alerts(&mut out, book, None).unwrap();
            String::from_utf8(out).unwrap()
        };
        assert!(text(&book).contains("error     send-stall      2      20s  src/api.rs:61:14"));
        assert_eq!(text(&AlertBook::default()), "no alerts\n");
    }
}
