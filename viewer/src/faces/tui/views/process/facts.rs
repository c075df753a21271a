//! Who a program is, and what it has and lacks for the full picture.

use ratatui::text::{Line, Span};

use super::super::super::targets::Seen;
use super::super::Sight;
use crate::model::{Level, Program, StackCapture};
use crate::words::bytes::bytes as human_bytes;
use crate::words::duration::human;
use crate::words::plain::plain;
use crate::words::time::rfc3339;

/// One line for each thing that there is to say. `number` is that of the program, if
/// there are several.
pub(super) fn lines(seen: &Seen, number: Option<u16>, sight: &Sight<'_>) -> Vec<Line<'static>> {
    let theme = sight.theme;
    let model = &seen.picture.model;
    let Some(program) = &model.program else {
        let text = format!("{}: nothing is known yet", seen.name);
        return vec![Line::from(text)];
    };
    let mut name = format!(
        "{} (pid {}) on {}, started {}, up {}",
        program.name,
        program.pid,
        program.host,
        rfc3339(program.started),
        human(model.now.since_zero()),
    );
    if let Some(number) = number {
        let of = sight.pictures.all().len();
        name += &format!("   {} of {of}: {}", number + 1, seen.name);
    }
    let process = model.process;
    let resident = match process.resident_bytes {
        0 => "not known".to_owned(),
        bytes => human_bytes(bytes),
    };
    let figures = format!(
        "RSS {resident}, CPU {} in all, {} threads, {} of them workers, {} viewers",
        human(process.cpu),
        process.threads,
        process.worker_threads,
        process.watchers,
    );
    let tokio = program.tokio_version.as_deref().unwrap_or("not known");
    let versions = format!(
        "tokio {tokio}, taskmon-subscriber {}",
        program.subscriber_version
    );
    let fine = theme.fine();
    let mut lines = vec![
        Line::from(Span::styled(plain(&name).into_owned(), theme.title())),
        Line::from(figures),
        Line::from(plain(&versions).into_owned()),
        labelled("level    ", level(program), fine),
        labelled("stacks   ", stacks(program).to_owned(), fine),
    ];
    if program.missing.is_empty() {
        let text = "tokio_unstable, frame pointers and debug info are all there".to_owned();
        lines.push(labelled("build    ", text, fine));
    }
    for missing in &program.missing {
        let text = plain(missing).into_owned();
        lines.push(labelled("missing  ", text, theme.notice()));
    }
    lines
}

fn labelled(label: &'static str, text: String, style: ratatui::style::Style) -> Line<'static> {
    Line::from(vec![Span::raw(label), Span::styled(text, style)])
}

/// The level, and what a higher one would add.
fn level(program: &Program) -> String {
    let more = match program.level {
        Level::Tasks => {
            "tasks and their wakers; TASKMON_LEVEL=channels adds channels with their capacity and \
             receiver, all adds locks with their holders, semaphores and timers"
        }
        Level::Channels => {
            "tasks and channels; TASKMON_LEVEL=all adds locks with their holders, semaphores, \
             timers and their attributes"
        }
        Level::All => "everything that Tokio tells",
    };
    format!("{}: {more}", program.level.as_str())
}

fn stacks(program: &Program) -> &'static str {
    match program.stack_capture {
        StackCapture::Off => "none are taken",
        StackCapture::FramePointers => "of every wait, by frame pointers",
        StackCapture::Unwinder => "by the unwinder, within a budget of time",
    }
}
