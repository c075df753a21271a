//! Makes pictures of the pages of a stream, on a thread of its own: while one page
//! goes into the model, the next is received.

use std::sync::Arc;

use taskmon_proto::v1 as wire;
use tokio::sync::mpsc::Receiver;

use super::Link;
use super::watcher::Shared;
use crate::model::{FoldError, Model};
use crate::rules::AlertBook;

/// How many pages may wait to be folded. Few: who sends them is to notice that they
/// are not taken.
pub(super) const PAGES_AHEAD: usize = 16;

/// The pages of one stream on their way into the picture.
pub(super) struct Folding {
    pub(super) model: Model,
    /// Judges each new picture, and shares what it says.
    pub(super) book: AlertBook,
    pub(super) shared: Shared,
}

impl Folding {
    /// Folds `pages` until there are no more or one is refused; gives the book back.
    pub(super) fn run(
        mut self,
        mut pages: Receiver<wire::Page>,
    ) -> (AlertBook, Result<(), FoldError>) {
        let mut first = true;
        while let Some(page) = pages.blocking_recv() {
            match self.model.apply_page(page) {
                Err(error) => return (self.book, Err(error)),
                // The picture shows the last tick until this one is whole.
                Ok(false) => {}
                Ok(true) => {
                    if std::mem::take(&mut first) {
                        self.remember();
                    }
                    self.show();
                }
            }
        }
        (self.book, Ok(()))
    }

    /// The first picture of a stream is whole: if the program is the one that was
    /// watched before, it keeps its past.
    fn remember(&mut self) {
        let before = Arc::clone(&self.shared.lock().model);
        let instance = |model: &Model| model.program.as_ref().map(|it| it.instance);
        if instance(&before) == instance(&self.model) {
            self.model.history.clone_from(&before.history);
            self.model.history.interrupt();
            if self.model.ended.is_empty() {
                self.model.ended.clone_from(&before.ended);
            }
        } else {
            self.book = AlertBook::new(Arc::clone(self.book.settings()));
        }
    }

    /// Shows what is whole.
    fn show(&mut self) {
        self.book.update(&self.model);
        let alerts = Arc::new(self.book.share());
        let model = Arc::new(self.model.share());
        let old = self.shared.change(|picture| {
            picture.link = Link::Live;
            (
                std::mem::replace(&mut picture.model, model),
                std::mem::replace(&mut picture.alerts, alerts),
            )
        });
        // They may be large: they are dropped without the lock.
        drop(old);
    }
}
