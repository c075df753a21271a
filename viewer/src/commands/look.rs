//! The commands that look once.

use taskmon::client;
use taskmon::faces::json::{AlertList, ChannelList, GroupList, TaskList, WaitList};
use taskmon::faces::{dump as text, json_writer, order, tables};
use taskmon::filter::Filter;
use taskmon::filter::rows::TaskRow;
use taskmon::model::{Model, Task};
use taskmon::rules::AlertBook;

use super::{note, print, runtime, settings, terminal_width};
use crate::cli::{DumpOptions, ListOptions, LookOptions, RuleOptions, TargetOption, TasksOptions};
use crate::exit::{Failure, Outcome};

/// Prints live tasks.
pub fn tasks(options: &TasksOptions) -> Result<Outcome, Failure> {
    let look = &options.look;
    let (model, book) = judged(&look.target, &look.rules)?;
    let target = look.target.target.to_string();
    let shown = chosen(&model, &book, &target, options.filter.filter.as_ref());
    print(|out| match look.json {
        true => json_writer::write(out, &TaskList::new(&target, &model, &book, &shown, false)),
        false => tables::tasks(out, &model, &book, &shown, terminal_width()),
    })?;
    Ok(Outcome::Fine)
}

/// Prints what is wrong now.
pub fn alerts(options: &LookOptions) -> Result<Outcome, Failure> {
    let (model, book) = judged(&options.target, &options.rules)?;
    let target = options.target.target.to_string();
    print(|out| match options.json {
        true => json_writer::write(out, &AlertList::new(&target, &model, &book, None)),
        false => tables::alerts(out, &book, terminal_width()),
    })?;
    Ok(match book.active().is_empty() {
        true => Outcome::Fine,
        false => Outcome::Alerts,
    })
}

/// Prints what is waited for and where.
pub fn waits(options: &ListOptions) -> Result<Outcome, Failure> {
    let model = look(&options.target)?;
    let target = options.target.target.to_string();
    print(|out| match options.json {
        true => json_writer::write(out, &WaitList::new(&target, &model)),
        false => tables::waits(out, &model, terminal_width()),
    })?;
    Ok(Outcome::Fine)
}

/// Prints the bounded channels.
pub fn channels(options: &ListOptions) -> Result<Outcome, Failure> {
    let model = look(&options.target)?;
    let target = options.target.target.to_string();
    print(|out| match options.json {
        true => json_writer::write(out, &ChannelList::new(&target, &model)),
        false => tables::channels(out, &model, terminal_width()),
    })?;
    Ok(Outcome::Fine)
}

/// Prints live tasks with their stacks.
pub fn dump(options: &DumpOptions) -> Result<Outcome, Failure> {
    let (model, book) = judged(&options.target, &options.rules)?;
    let target = options.target.target.to_string();
    let all = options.all_frames;
    let shown = chosen(&model, &book, &target, options.filter.filter.as_ref());
    print(|out| match (options.group, options.json) {
        (false, false) => text::tasks(out, &model, &shown, all),
        (true, false) => text::groups(out, &model, &shown, all),
        (false, true) => {
            json_writer::write(out, &TaskList::new(&target, &model, &book, &shown, all))
        }
        (true, true) => json_writer::write(out, &GroupList::new(&target, &model, &shown, all)),
    })?;
    Ok(Outcome::Fine)
}

/// The tasks that `filter` shows, those that are stuck first.
fn chosen<'a>(
    model: &'a Model,
    alerts: &'a AlertBook,
    target: &'a str,
    filter: Option<&Filter>,
) -> Vec<&'a Task> {
    let mut tasks = order::by_interest(model, alerts);
    if let Some(filter) = filter {
        let mut matcher = filter.matcher();
        tasks.retain(|task| {
            matcher.matches(&TaskRow {
                target,
                model,
                alerts,
                task,
            })
        });
    }
    tasks
}

/// The program as it is now, and what is wrong in it.
fn judged(target: &TargetOption, rules: &RuleOptions) -> Result<(Model, AlertBook), Failure> {
    let mut book = AlertBook::new(settings(rules)?);
    let model = look(target)?;
    book.update(&model);
    Ok((model, book))
}

fn look(target: &TargetOption) -> Result<Model, Failure> {
    let target = target.with_credentials()?;
    let model = runtime()?.block_on(client::look(&target))?;
    if model.oddities > 0 {
        note([format!(
            "{} things that {target} said made no sense",
            model.oddities
        )]);
    }
    Ok(model)
}
