//! What is waited for at each place.

use std::io::{self, Write};

use super::cell;
use super::table::{Align, Table};
use crate::model::{Model, Resource, SiteRole, WaitSite};
use crate::words::duration::human;

/// How many channels and locks of a place are named.
const NAMED: usize = 3;

/// Writes a line for each kind of wait at each place, most waits first, in lines
/// of at most `width` columns if that is given; or a sentence if there are none.
///
/// # Errors
///
/// If `out` fails.
pub fn waits(out: &mut impl Write, model: &Model, width: Option<usize>) -> io::Result<()> {
    let sites = model.wait_sites();
    if sites.is_empty() {
        return writeln!(out, "no waits are known");
    }
    let mut table = Table::new([
        ("WAITS", Align::Right),
        ("TASKS", Align::Right),
        ("LONGEST", Align::Right),
        ("WAITS FOR", Align::Left),
        ("AT", Align::Left),
        ("ON", Align::Left),
    ]);
    for site in sites {
        table.push([
            site.waits.to_string(),
            site.tasks.to_string(),
            human(site.longest),
            cell(Some(site.kind.as_str())),
            cell(at(&site).as_deref()),
            cell(on(model, &site.resources).as_deref()),
        ]);
    }
    table.write(out, width)
}

fn at(site: &WaitSite<'_>) -> Option<String> {
    let location = site.site?;
    Some(match site.role {
        SiteRole::Waits => location.to_string(),
        SiteRole::Spawned => format!("tasks spawned at {location}"),
    })
}

/// One with its particulars, or several by their names.
fn on(model: &Model, resources: &[&Resource]) -> Option<String> {
    match resources {
        [] => None,
        [only] => Some(model.resource_text(only)),
        several => {
            let names = several.iter().take(NAMED).map(|it| it.to_string());
            let names: Vec<_> = names.collect();
            let more = match several.len() {
                ..=NAMED => "",
                _ => ", …",
            };
            Some(format!("{}: {}{more}", several.len(), names.join(", ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use taskmon_proto::v1 as wire;

    use super::*;
    use crate::model::sample::Sample;
    use crate::model::{ResourceKind, WaitKind};

    fn text(sample: &Sample) -> String {
        let mut out = Vec::new();
        waits(&mut out, &sample.model, None).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn waits_are_counted_at_the_line_where_they_are() {
        let mut sample = Sample::new();
        let leaf = ("leaf", 1, wire::FrameOrigin::Runtime);
        let frames = [leaf, ("shop::produce", 41, wire::FrameOrigin::Own)];
        let stack = sample.stack(wire::WaitKind::MpscSend, &frames);
        for id in 1..=5 {
            let task = sample.task(id);
            let channel = sample.resource(ResourceKind::Mpsc, id);
            let wait = sample.wait_on(task, WaitKind::MpscSend, 80 + id, channel);
            sample.stack_of(wait, stack);
        }
        let receiver = sample.task(6);
        let channel = sample.resource(ResourceKind::Mpsc, 9);
        sample.wait_on(receiver, WaitKind::MpscRecv, 1, channel);
        assert_eq!(
            text(&sample),
            "\
WAITS  TASKS  LONGEST  WAITS FOR  AT                                 ON
    5      5      19s  mpsc send  src/api.rs:41:9                    5: ch#1, ch#2, ch#3, …
    1      1    1m39s  mpsc recv  tasks spawned at src/api.rs:61:14  ch#9
"
        );
    }

    #[test]
    fn nothing_is_a_sentence() {
        assert_eq!(text(&Sample::new()), "no waits are known\n");
    }

    #[test]
    fn a_kind_of_wait_is_harmless() {
        let mut sample = Sample::new();
        let task = sample.task(1);
        sample.wait(task, WaitKind::Other("\u{1b}[2J\n".into()), 1);
        let text = text(&sample);
        assert!(!text.replace('\n', "").contains(char::is_control));
        assert_eq!(text.lines().count(), 2);
    }
}
