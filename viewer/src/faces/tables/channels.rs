//! Bounded channels.

use std::io::{self, Write};

use super::table::{Align, Table};
use super::{cell, place};
use crate::model::{Channel, Model};
use crate::words::duration::human;

/// Writes a line for each bounded channel, those with most senders waiting first,
/// in lines of at most `width` columns if that is given; or a sentence if there
/// are none.
///
/// # Errors
///
/// If `out` fails.
pub fn channels(out: &mut impl Write, model: &Model, width: Option<usize>) -> io::Result<()> {
    let channels = model.channels();
    if channels.is_empty() {
        return writeln!(out, "no bounded channels are known");
    }
    let mut table = Table::new([
        ("CHANNEL", Align::Left),
        ("OF", Align::Left),
        ("CAPACITY", Align::Right),
        ("FILL", Align::Left),
        ("SENDERS", Align::Right),
        ("LONGEST", Align::Right),
        ("RECEIVER", Align::Left),
        ("RECEIVED", Align::Left),
        ("MADE AT", Align::Left),
    ]);
    for channel in channels {
        table.push(channel_cells(model, &channel));
    }
    table.write(out, width)
}

/// How many cells a channel has.
const CHANNEL_CELLS: usize = 9;

/// What is told of a channel, harmless.
fn channel_cells(model: &Model, channel: &Channel<'_>) -> [String; CHANNEL_CELLS] {
    let resource = channel.resource;
    let capacity = resource.capacity.map(|capacity| capacity.to_string());
    let longest = channel.longest(model.now).map(human);
    let receiver = resource.last_taker.map(|key| model.other_task_text(key));
    let ago = |taken| format!("{} ago", human(model.now.since(taken)));
    let received = resource.last_taken.map_or("never".to_owned(), ago);
    [
        resource.to_string(),
        cell(resource.element_type.as_deref()),
        cell(capacity.as_deref()),
        cell(channel.fill.as_str()),
        channel.senders.len().to_string(),
        cell(longest.as_deref()),
        cell(receiver.as_deref()),
        received,
        place(resource.made_at().map(AsRef::as_ref)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample::Sample;
    use crate::model::{Moment, ResourceKind, WaitKind};

    fn text(sample: &Sample) -> String {
        let mut out = Vec::new();
        channels(&mut out, &sample.model, None).unwrap();
        String::from_utf8(out).unwrap()
    }

    /// A full channel whose receiver waits for a lock, and one that is idle.
    fn shop(element_type: &str) -> Sample {
        let mut sample = Sample::new();
        sample.resource(ResourceKind::Mpsc, 4);
        let receiver = sample.task(4702);
        sample.wait(receiver, WaitKind::MutexLock, 10);
        let location = sample.model.tasks[&receiver].location.clone();
        let channel = sample.resource(ResourceKind::Mpsc, 18);
        let known = sample.model.resources.get_mut(&channel).unwrap();
        known.capacity = Some(3);
        known.element_type = Some(element_type.into());
        known.last_taker = Some(receiver);
        known.last_taken = Some(Moment::from_nanos(9_000_000_000));
        known.location = location;
        for id in [1, 2] {
            let task = sample.task(id);
            sample.wait_on(task, WaitKind::MpscSend, 10 + id, channel);
        }
        sample
    }

    #[test]
    fn a_full_channel_is_first_and_says_who_should_receive() {
        assert_eq!(
            text(&shop("shop::Product")),
            "\
CHANNEL  OF             CAPACITY  FILL  SENDERS  LONGEST  RECEIVER                       RECEIVED   MADE AT
ch#18    shop::Product         3  full        2    1m29s  task 4702 [mutex lock, 1m30s]  1m31s ago  src/api.rs:61:14
ch#4     -                     -  -           0        -  -                              never      -
"
        );
    }

    #[test]
    fn nothing_is_a_sentence() {
        assert_eq!(text(&Sample::new()), "no bounded channels are known\n");
    }

    #[test]
    fn a_type_is_harmless() {
        let text = text(&shop("\u{1b}[2J\n"));
        assert!(!text.replace('\n', "").contains(char::is_control));
        assert_eq!(text.lines().count(), 3);
    }
}
