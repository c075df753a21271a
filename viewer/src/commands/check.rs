//! The command that looks for some time.

use std::time::Duration;

use taskmon::client::{Session, WatchError};
use taskmon::faces::json::AlertList;
use taskmon::faces::{json_writer, report};
use taskmon::model::Model;
use taskmon::rules::{AlertBook, Settings};
use tokio::time::Instant;

use super::{note, print, runtime};
use crate::cli::{CheckOptions, Format};
use crate::exit::{Failure, Outcome};

/// The longest time between two looks; a long poll is only seen while it lasts.
const INTERVAL: Duration = Duration::from_millis(500);
/// A short check should still see several pictures.
const LOOKS: u32 = 5;

/// Watches, and reports what was wrong.
pub fn check(options: &CheckOptions) -> Result<Outcome, Failure> {
    let settings = options.rules.load()?.settings;
    let seen = runtime()?.block_on(watch(options, settings.clone()))?;
    let target = options.target.target.to_string();
    let error = seen.ended.as_ref().map(WatchError::to_string);
    let (model, book, error) = (&seen.model, &seen.book, error.as_deref());
    print(|out| match options.format {
        Format::Json => json_writer::write(out, &AlertList::new(&target, model, book, error)),
        Format::Text => report::write(out, &target, model, book, seen.watched, error),
    })?;
    note(settings.allow_notes([book]));
    if let Some(error) = seen.ended {
        return Err(error.into());
    }
    Ok(match book.active().is_empty() && book.past().len() == 0 {
        true => Outcome::Fine,
        false => Outcome::Alerts,
    })
}

/// What was seen of the program.
struct Seen {
    model: Model,
    book: AlertBook,
    /// How long it was watched.
    watched: Duration,
    /// Why that was not as long as asked.
    ended: Option<WatchError>,
}

async fn watch(options: &CheckOptions, settings: Settings) -> Result<Seen, Failure> {
    let interval = (options.length / LOOKS).min(INTERVAL);
    let mut book = AlertBook::new(settings);
    let interrupted = tokio::signal::ctrl_c();
    tokio::pin!(interrupted);
    let mut session = tokio::select! {
        // First, so that from here on an interruption does not kill the process.
        biased;
        _ = &mut interrupted => return Err(Failure::Interrupted),
        session = Session::connect(&options.target.target, interval) => session?,
    };
    tokio::select! {
        _ = &mut interrupted => return Err(Failure::Interrupted),
        model = session.next() => book.update(model?),
    }
    let begun = Instant::now();
    let enough = tokio::time::sleep(options.length);
    tokio::pin!(enough);
    let ended = loop {
        tokio::select! {
            model = session.next() => match model {
                Ok(model) => book.update(model),
                Err(error) => break Some(error),
            },
            () = &mut enough => break None,
            _ = &mut interrupted => break None,
        }
    };
    Ok(Seen {
        model: session.into_model(),
        book,
        watched: begun.elapsed(),
        ended,
    })
}
