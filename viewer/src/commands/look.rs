//! The commands that look once.

use taskmon::client;
use taskmon::faces::json::{AlertList, TaskList};
use taskmon::faces::{json_writer, tables};
use taskmon::model::Model;
use taskmon::rules::{AlertBook, Thresholds};

use super::{print, runtime, terminal_width};
use crate::cli::LookOptions;
use crate::exit::{Failure, Outcome};

/// Prints all live tasks.
pub fn tasks(options: &LookOptions) -> Result<Outcome, Failure> {
    let (model, book) = look(options)?;
    let target = options.target.target.to_string();
    print(|out| match options.json {
        true => json_writer::write(out, &TaskList::new(&target, &model, &book)),
        false => tables::tasks(out, &model, &book, terminal_width()),
    })?;
    Ok(Outcome::Fine)
}

/// Prints what is wrong now.
pub fn alerts(options: &LookOptions) -> Result<Outcome, Failure> {
    let (model, book) = look(options)?;
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

fn look(options: &LookOptions) -> Result<(Model, AlertBook), Failure> {
    let model = runtime()?.block_on(client::look(&options.target.target))?;
    let mut book = AlertBook::new(Thresholds::from(&options.thresholds));
    book.update(&model);
    Ok((model, book))
}
