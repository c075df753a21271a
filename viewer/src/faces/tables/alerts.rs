//! Alerts.

use std::io::{self, Write};

use super::cell;
use super::table::{Align, Table};
use crate::rules::AlertBook;
use crate::words::duration::human;

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
        // Told apart, for where a task was spawned is not where it hangs.
        let site = alert.site.as_ref().map(|_| alert.place());
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
    fn alerts_are_lines_and_none_are_a_sentence() {
        let (_, book) = stuck();
        let text = |book: &AlertBook| {
            let mut out = Vec::new();
            alerts(&mut out, book, None).unwrap();
            String::from_utf8(out).unwrap()
        };
        assert!(
            text(&book).contains(
                "error     send-stall      2      20s  tasks spawned at src/api.rs:61:14"
            )
        );
        assert_eq!(text(&AlertBook::default()), "no alerts\n");
    }
}
