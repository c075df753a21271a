//! Takes updates from the wire into the model.
//!
//! Everything that arrives here is outside data. What refers to nothing is
//! counted ([`Model::oddities`]) and skipped; what breaks the rules of the
//! contract, or would grow without bound, is a [`FoldError`].

mod dictionary;
mod entries;
#[cfg(test)]
mod garbage;
mod hello;
mod limits;
mod links;
mod names;
mod read;
#[cfg(test)]
mod stack_tests;
mod sums;
#[cfg(test)]
mod tests;

use taskmon_proto::v1 as wire;

use self::dictionary::Dictionary;
use self::links::Links;
use self::names::Names;
use self::read::Reader;
#[cfg(test)]
pub(super) use self::read::wait_kind;
use self::sums::Sums;
use super::census::CensusTaker;
use super::site_tasks::SiteSummer;
use super::{KeySet, Model, Moment, ResourceKey, TaskKey, WaitKey, WaitKind};

/// Why an update was refused. The model is not to be used with this stream any
/// more.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FoldError {
    /// The program introduced itself twice.
    #[error("it introduced itself twice")]
    SecondHello,
    /// A page came before the program introduced itself.
    #[error("it did not introduce itself before its first page")]
    NoHello,
    /// The first page was a difference to a snapshot that was never sent.
    #[error("it sent a difference before the first snapshot")]
    NoSnapshot,
    /// More than any program should have.
    #[error("it sent more than {limit} {what}, which is the limit")]
    TooMuch {
        /// Of what.
        what: &'static str,
        /// How many are allowed.
        limit: usize,
    },
}

/// What the model keeps for itself to understand the next page.
#[derive(Clone, Debug, Default)]
pub(super) struct FoldState {
    dictionary: Dictionary,
    names: Names,
    links: Links,
    sums: Sums,
    /// How many pages there were since the picture was whole.
    pages: usize,
    /// Whether a snapshot has begun.
    snapshot: bool,
    /// The tick of the pages that are being applied.
    tick: u64,
    /// How many ticks have been applied whole.
    whole_ticks: u64,
    gone: Gone,
    pub(super) census: CensusTaker,
    pub(super) site_summer: SiteSummer,
}

/// What was removed in this tick. A key is never used twice, so it stays gone
/// should a later page of the tick, written a moment earlier, still mention it.
#[derive(Clone, Debug, Default)]
struct Gone {
    tasks: KeySet<TaskKey>,
    waits: KeySet<WaitKey>,
    resources: KeySet<ResourceKey>,
}

impl Model {
    /// Applies one page; returns whether the picture is whole again after it.
    ///
    /// # Errors
    ///
    /// If the stream breaks the rules of the contract or a limit.
    pub fn apply_page(&mut self, page: wire::Page) -> Result<bool, FoldError> {
        if self.program.is_none() {
            return Err(FoldError::NoHello);
        }
        if page.reset {
            self.reset();
        }
        if !self.fold.snapshot {
            return Err(FoldError::NoSnapshot);
        }
        self.fold.pages += 1;
        limits::check("pages of one picture", self.fold.pages, limits::PAGES)?;
        self.apply_clock(&page);
        self.apply_dictionary(page.texts, page.locations)?;
        self.apply_stacks(page.frames, page.stacks)?;
        for resource in page.resources {
            self.apply_resource(resource)?;
        }
        for task in page.tasks {
            self.apply_task(task)?;
        }
        for wait in &page.waits {
            self.apply_wait(wait)?;
        }
        for site in &page.spawn_sites {
            self.apply_site(site)?;
        }
        for ended in page.ended_tasks {
            self.apply_ended(ended)?;
        }
        // Last, for a key that is removed is removed for good.
        for key in page.removed_waits {
            self.remove_wait(WaitKey(key))?;
        }
        for key in page.removed_tasks {
            self.remove_task(TaskKey(key))?;
        }
        for key in page.removed_resources {
            self.remove_resource(ResourceKey(key))?;
        }
        if let Some(figures) = &page.process {
            self.process = read::process(figures);
        }
        if let Some(totals) = &page.totals {
            self.totals = read::totals(totals);
        }
        if page.last {
            self.end_tick();
        }
        Ok(page.last)
    }

    fn reset(&mut self) {
        self.complete = false;
        self.history.interrupt();
        self.timeline.reset();
        self.tasks.clear();
        self.waits.clear();
        self.resources.clear();
        self.sites.clear();
        self.fold.links = Links::default();
        self.fold.sums = Sums::default();
        self.fold.gone = Gone::default();
        self.fold.snapshot = true;
    }

    fn apply_clock(&mut self, page: &wire::Page) {
        let at = Moment::from_nanos(page.at_nanos);
        if at < self.now || page.tick < self.fold.tick {
            self.odd();
        }
        // Durations must not shrink, whatever the other end says.
        self.now = self.now.max(at);
        self.fold.tick = page.tick;
    }

    fn apply_dictionary(
        &mut self,
        texts: Vec<wire::Text>,
        locations: Vec<wire::Location>,
    ) -> Result<(), FoldError> {
        for text in texts {
            if text.number == 0 {
                self.odd();
                continue;
            }
            self.fold.dictionary.add_text(text)?;
        }
        for location in locations {
            let file = self.reader().text(location.file_text);
            match file {
                Some(file) if location.number != 0 => {
                    self.fold.dictionary.add_location(location, file)?;
                }
                _ => self.odd(),
            }
        }
        Ok(())
    }

    fn apply_stacks(
        &mut self,
        frames: Vec<wire::StackFrame>,
        stacks: Vec<wire::Stack>,
    ) -> Result<(), FoldError> {
        for frame in frames {
            if frame.number == 0 {
                self.odd();
                continue;
            }
            self.fold.dictionary.add_frame(frame)?;
        }
        for mut stack in stacks {
            let kind = match stack.kind() {
                wire::WaitKind::Unspecified => None,
                wire::WaitKind::Other => {
                    let what = std::mem::take(&mut stack.what);
                    Some(WaitKind::Other(self.fold.dictionary.keep(what)?))
                }
                kind => Some(read::wait_kind(kind)),
            };
            if stack.number == 0 || !self.fold.dictionary.add_stack(stack, kind)? {
                self.odd();
            }
        }
        Ok(())
    }

    fn end_tick(&mut self) {
        self.fold.whole_ticks += 1;
        self.fold.pages = 0;
        let overdue = self.fold.links.drop_overdue(self.fold.whole_ticks);
        self.oddities = self.oddities.saturating_add(overdue as u64);
        self.fold.gone = Gone::default();
        self.timeline.end_picture(self.now);
        self.complete = true;
    }

    fn odd(&mut self) {
        self.oddities = self.oddities.saturating_add(1);
    }

    fn reader(&mut self) -> Reader<'_> {
        Reader {
            dictionary: &self.fold.dictionary,
            names: &mut self.fold.names,
            oddities: &mut self.oddities,
            now: self.now,
        }
    }
}
