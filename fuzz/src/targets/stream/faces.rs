//! Every face that writes text.

use std::io;

use taskmon::faces::json::{AlertList, ChannelList, GroupList, TaskList, WaitList};
use taskmon::faces::{dump, json_writer, order, tables};
use taskmon::filter::rows::TaskRow;
use taskmon::filter::{Filter, Subject};
use taskmon::model::Model;
use taskmon::rules::AlertBook;

/// The longest line that a table has room for.
const WIDTHS: [Option<usize>; 3] = [None, Some(1), Some(80)];

/// Has each of them show the picture, and looks at what it says.
pub(super) fn see(model: &Model, book: &AlertBook) {
    let target = "target:6669";
    let tasks = order::by_interest(model, book);
    let filter = Filter::parse(Subject::Tasks, "wait:send age:>1s -site:x e").unwrap();
    let mut matcher = filter.matcher();
    for task in &tasks {
        matcher.matches(&TaskRow {
            target,
            model,
            alerts: book,
            task,
        });
    }
    for width in WIDTHS {
        text(|out| tables::tasks(out, model, book, &tasks, width));
        text(|out| tables::alerts(out, book, width));
        text(|out| tables::waits(out, model, width));
        text(|out| tables::channels(out, model, width));
    }
    for all in [false, true] {
        text(|out| dump::tasks(out, model, &tasks, all));
        text(|out| dump::groups(out, model, &tasks, all));
        text(|out| json_writer::write(out, &TaskList::new(target, model, book, &tasks, all)));
        text(|out| json_writer::write(out, &GroupList::new(target, model, &tasks, all)));
    }
    text(|out| json_writer::write(out, &AlertList::new(target, model, book, Some("an error"))));
    text(|out| json_writer::write(out, &WaitList::new(target, model)));
    text(|out| json_writer::write(out, &ChannelList::new(target, model)));
}

fn text(write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) {
    let mut out = Vec::new();
    write(&mut out).unwrap();
    crate::targets::assert_plain(&String::from_utf8(out).unwrap());
}
