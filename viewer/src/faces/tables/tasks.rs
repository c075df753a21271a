//! Tasks.

use std::io::{self, Write};

use super::table::{Align, Table};
use super::{cell, place};
use crate::model::{Model, Task};
use crate::rules::{AlertBook, Severity};
use crate::words::duration::human;

/// Writes a line for each of these `tasks` of `model`, in lines of at most `width` columns if that
/// is given.
///
/// # Errors
///
/// If `out` fails.
pub fn tasks(
    out: &mut impl Write,
    model: &Model,
    alerts: &AlertBook,
    tasks: &[&Task],
    width: Option<usize>,
) -> io::Result<()> {
    let mut table = Table::new([
        ("TASK", Align::Right),
        ("ALERT", Align::Left),
        ("STATE", Align::Left),
        ("FOR", Align::Right),
        ("WAITS FOR", Align::Left),
        ("WAITS AT", Align::Left),
        ("ON", Align::Left),
        ("POLLS", Align::Right),
        ("BUSY", Align::Right),
        ("NAME", Align::Left),
        ("SPAWNED AT", Align::Left),
    ]);
    for task in tasks {
        let waits = model.waits_of(task);
        let resource = waits
            .iter()
            .find_map(|wait| model.resources.get(&wait.resource?));
        table.push([
            task.tokio_id.to_string(),
            alerts.of_task(task.key).map_or("", Severity::as_str).into(),
            task.state.to_string(),
            human(model.lasted(task)),
            cell(model.wait_text(task).as_deref()),
            place(model.waiting_at(task).map(AsRef::as_ref)),
            cell(resource.map(|it| model.resource_text(it)).as_deref()),
            task.polls.to_string(),
            human(task.busy_at(model.now)),
            cell(Some(&task.name)),
            place(task.location.as_deref()),
        ]);
    }
    table.write(out, width)
}

#[cfg(test)]
mod tests {
    use taskmon_proto::v1 as wire;

    use super::*;
    use crate::faces::order::by_interest;
    use crate::model::WaitKind;
    use crate::model::sample::Sample;

    fn text(sample: &Sample) -> String {
        let mut book = AlertBook::default();
        book.update(&sample.model);
        let mut out = Vec::new();
        let shown = by_interest(&sample.model, &book);
        tasks(&mut out, &sample.model, &book, &shown, None).unwrap();
        String::from_utf8(out).unwrap()
    }

    /// A task that sleeps, and one that waits to send at `src/api.rs:41:9`.
    fn shop(function: &str) -> Sample {
        let mut sample = Sample::new();
        sample.task(1);
        let task = sample.task(2);
        let wait = sample.wait(task, WaitKind::MpscSend, 90);
        let leaf = ("leaf", 1, wire::FrameOrigin::Runtime);
        let frames = [leaf, (function, 41, wire::FrameOrigin::Own)];
        let stack = sample.stack(wire::WaitKind::MpscSend, &frames);
        sample.stack_of(wait, stack);
        sample
    }

    #[test]
    fn a_task_is_shown_with_where_it_waits_beside_what_for() {
        let text = text(&shop("shop::produce"));
        let lines: Vec<_> = text.lines().collect();
        assert!(
            lines[0].contains("FOR  WAITS FOR  WAITS AT         ON"),
            "{text}"
        );
        assert!(
            lines[1].contains("10s  mpsc send  src/api.rs:41:9  -"),
            "{text}"
        );
    }

    #[test]
    fn a_name_cannot_reach_the_terminal_as_an_escape_sequence() {
        let mut sample = shop("\u{1b}[2J");
        for task in sample.model.tasks.values_mut() {
            task.name = "\u{1b}]0;owned\u{7}\n".into();
        }
        let text = text(&sample);
        assert_eq!(text.lines().count(), 3);
        assert!(!text.replace('\n', "").contains(char::is_control));
        assert!(text.contains("\\u{1b}]0;owned"));
    }
}
