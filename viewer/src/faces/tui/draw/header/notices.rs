//! What the user should know about what they see.

use std::time::Instant;

use super::super::super::app::App;
use super::super::super::targets::Pictures;
use crate::client::Link;
use crate::model::{Level, Model};
use crate::words::duration::human;
use crate::words::plain::plain;

/// Of several programs so many notices are shown at most.
const OF_SEVERAL: usize = 3;

pub(super) fn all(app: &App, now: &Pictures) -> Vec<String> {
    let mut notices = Vec::new();
    if let Some(since) = app.paused_for() {
        let age = human(since);
        notices.push(format!(
            "paused: this picture is {age} old; the program goes on (Space to go on too)"
        ));
    }
    if let [only] = now.all() {
        // What changes comes first: the rest may not fit.
        notices.extend(of_link(&only.picture.link));
        notices.extend(of_program(&only.picture.model));
        return notices;
    }
    let mut others = Vec::new();
    for seen in now.all() {
        let of_program = of_program(&seen.picture.model).into_iter();
        others.extend(of_program.map(|notice| format!("{}: {notice}", seen.short_name())));
    }
    let more = others.len().saturating_sub(OF_SEVERAL);
    others.truncate(OF_SEVERAL);
    notices.append(&mut others);
    if more > 0 {
        notices.push(format!("… and {more} more notices"));
    }
    notices
}

/// Why there is no connection, and when it is tried again.
pub(super) fn of_link(link: &Link) -> Option<String> {
    let again = |at: &Instant| {
        let wait = at.saturating_duration_since(Instant::now());
        format!("next try in {}s", wait.as_secs() + 1)
    };
    match link {
        Link::Live => None,
        Link::Connecting { error, retry_at } => {
            let (error, at) = (error.as_ref()?, retry_at.as_ref()?);
            Some(format!("not connected, {}: {}", again(at), plain(error)))
        }
        Link::Lost {
            since,
            error,
            retry_at,
        } => Some(format!(
            "lost {} ago, {}: {}",
            human(since.elapsed()),
            again(retry_at),
            plain(error)
        )),
    }
}

/// What a program lacks.
fn of_program(model: &Model) -> Vec<String> {
    let mut notices = Vec::new();
    if let Some(program) = &model.program {
        if program.level == Level::Tasks {
            notices.push(
                "the program records at level tasks; TASKMON_LEVEL=channels adds channels and locks"
                    .to_owned(),
            );
        }
        for missing in &program.missing {
            notices.push(plain(missing).into_owned());
        }
    }
    let totals = model.totals;
    if totals.tasks_unrecorded > 0 {
        notices.push(format!(
            "{} tasks found no room in the program's tables and are not shown",
            totals.tasks_unrecorded
        ));
    }
    if totals.stacks_over_budget > 0 {
        notices.push(format!(
            "of {} waits no stack was taken, to save time: build with -C force-frame-pointers=yes",
            totals.stacks_over_budget
        ));
    }
    if totals.stacks_unrecorded > 0 {
        notices.push(format!(
            "the stacks of {} waits found no room in the program's table",
            totals.stacks_unrecorded
        ));
    }
    if model.oddities > 0 {
        notices.push(format!(
            "{} things that the program said made no sense",
            model.oddities
        ));
    }
    notices
}
