//! What becomes of the rows when the picture or what the user has chosen changes.

use std::sync::{Mutex, PoisonError};

use super::super::columns::Known;
use super::super::rows::{Choice, Filter, Rows};
use super::{App, View};
use crate::client::Picture;

impl App {
    /// Takes in what has changed in the picture. True if something has.
    pub(in super::super) fn look(&mut self, picture: &Mutex<Picture>) -> bool {
        let arrived = self.orderer.rows();
        let arrived = arrived.map(|rows| self.replace(rows)).is_some();
        let shared = {
            // A glance: whoever receives is not to wait until all is drawn.
            let shared = picture.lock().unwrap_or_else(PoisonError::into_inner);
            let seen = self.seen.as_ref().map(|seen| seen.version);
            if seen == Some(shared.version) && !self.stale {
                return arrived;
            }
            shared.clone()
        };
        self.freshness.measure(&shared);
        let before = self.seen.replace(shared.clone());
        let stale = std::mem::take(&mut self.stale);
        let mut moved = false;
        if self.paused.is_none() {
            self.known = Known::of(&shared.model);
            self.keep_selected(&shared);
            moved = !before
                .as_ref()
                .is_some_and(|it| self.in_same_order(it, &shared));
        }
        if stale || before.is_none() {
            self.order_anew(&shared);
        } else if moved {
            self.order(&shared);
        }
        if let Some(before) = before {
            self.orderer.let_go(before);
        }
        true
    }

    /// The picture that was looked at last; `None` before the first.
    pub(in super::super) fn seen(&self) -> Option<Picture> {
        self.seen.clone()
    }

    /// Shows only the tasks that `filter` shows, or all.
    pub(in super::super) fn choose(&mut self, filter: Option<Filter>) {
        self.filter = filter;
        self.stale = true;
    }

    /// Whether the rows are those that were chosen, and in the order that was.
    pub(in super::super) fn is_settled(&self) -> bool {
        self.orderer.has_given(self.chosen) && !self.stale
    }

    /// Whether rows that are in order for one picture are so for the other. What a
    /// filter makes of time is not known.
    fn in_same_order(&self, before: &Picture, now: &Picture) -> bool {
        let (old, new) = (&before.model, &now.model);
        old.tasks.is_same(&new.tasks)
            && old.waits.is_same(&new.waits)
            && old.resources.is_same(&new.resources)
            && now.alerts.concerns_same(&before.alerts)
            && self.filter.is_none()
            // Its time in polls grows.
            && new.state_counts().running == 0
    }

    /// Has the rows put in order that the user has just chosen.
    pub(super) fn order_anew(&mut self, shared: &Picture) {
        self.order(shared);
        self.chosen = self.orderer.asked();
    }

    /// Has the rows put in order that are shown.
    fn order(&mut self, shared: &Picture) {
        let choice = match self.view {
            View::Tasks => Choice::Tasks(self.sort, self.filter.clone()),
            View::Channels => Choice::Channels,
        };
        let shown = self.paused.as_ref().map_or(shared, |(picture, _)| picture);
        if let Some(rows) = self.orderer.order(shown, choice) {
            self.replace(rows);
        }
    }

    fn replace(&mut self, rows: Rows) {
        match rows {
            Rows::Tasks(rows) => self.tasks.replace(rows),
            Rows::Channels(rows) => self.channels.replace(rows),
        }
    }
}
