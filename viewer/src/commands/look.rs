//! The commands that look once.

use taskmon::client;
use taskmon::faces::json::{AlertList, ChannelList, GroupList, TaskList, WaitList};
use taskmon::faces::{dump as text, json_writer, tables};
use taskmon::model::Model;
use taskmon::rules::AlertBook;

use super::{print, runtime, settings, terminal_width};
use crate::cli::{DumpOptions, ListOptions, LookOptions, RuleOptions, TargetOption};
use crate::exit::{Failure, Outcome};

/// Prints all live tasks.
pub fn tasks(options: &LookOptions) -> Result<Outcome, Failure> {
    let (model, book) = judged(&options.target, &options.rules)?;
    let target = options.target.target.to_string();
    print(|out| match options.json {
        true => json_writer::write(out, &TaskList::new(&target, &model, &book, false)),
        false => tables::tasks(out, &model, &book, terminal_width()),
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

/// Prints every live task with its stack.
pub fn dump(options: &DumpOptions) -> Result<Outcome, Failure> {
    let (model, book) = judged(&options.target, &options.rules)?;
    let target = options.target.target.to_string();
    let all = options.all_frames;
    print(|out| match (options.group, options.json) {
        (false, false) => text::tasks(out, &model, &book, all),
        (true, false) => text::groups(out, &model, &book, all),
        (false, true) => json_writer::write(out, &TaskList::new(&target, &model, &book, all)),
        (true, true) => json_writer::write(out, &GroupList::new(&target, &model, &book, all)),
    })?;
    Ok(Outcome::Fine)
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
    Ok(runtime()?.block_on(client::look(&target))?)
}
