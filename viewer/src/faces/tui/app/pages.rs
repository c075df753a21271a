//! The tabs, and what was opened from each.

use super::super::options::Options;
use super::super::views::{Sight, TABS, View};

/// So many views are open above a tab; beyond them the oldest is closed.
const MOST_OPENED: usize = 32;

/// The tabs, and what was opened from each.
#[derive(Debug)]
pub(in super::super) struct Pages {
    tabs: Vec<OpenTab>,
    /// The number of the tab that is seen.
    tab: usize,
}

#[derive(Debug)]
struct OpenTab {
    view: Box<dyn View>,
    /// What was opened from it, one from the other; the last is seen.
    opened: Vec<Box<dyn View>>,
}

impl Pages {
    pub(super) fn new(options: &Options) -> Self {
        let tabs = TABS.iter().map(|tab| OpenTab {
            view: (tab.make)(options),
            opened: Vec::new(),
        });
        Pages {
            tabs: tabs.collect(),
            tab: 0,
        }
    }

    /// The number of the tab that is seen.
    pub(in super::super) fn tab(&self) -> usize {
        self.tab
    }

    /// Whether something that was opened is seen.
    pub(in super::super) fn is_opened(&self) -> bool {
        !self.tabs[self.tab].opened.is_empty()
    }

    /// The view that is seen.
    pub(in super::super) fn seen(&self) -> &dyn View {
        let tab = &self.tabs[self.tab];
        tab.opened.last().unwrap_or(&tab.view).as_ref()
    }

    /// The same, to be changed.
    pub(in super::super) fn seen_mut(&mut self) -> &mut dyn View {
        let tab = &mut self.tabs[self.tab];
        tab.opened.last_mut().unwrap_or(&mut tab.view).as_mut()
    }

    /// Does something with each view that is open, seen or not.
    pub(super) fn each(&mut self, mut tell: impl FnMut(&mut dyn View)) {
        for tab in &mut self.tabs {
            tell(tab.view.as_mut());
            for view in &mut tab.opened {
                tell(view.as_mut());
            }
        }
    }

    /// What was opened from the tab that is seen, in words.
    pub(in super::super) fn path(&self, sight: &Sight<'_>) -> Vec<String> {
        let opened = self.tabs[self.tab].opened.iter();
        opened.map(|view| view.title(sight)).collect()
    }

    /// Opens a view above the one that is seen.
    pub(super) fn open(&mut self, view: Box<dyn View>) {
        let opened = &mut self.tabs[self.tab].opened;
        if opened.len() == MOST_OPENED {
            opened.remove(0);
        }
        opened.push(view);
    }

    /// Closes the view that was opened last. False if none is open.
    pub(super) fn close(&mut self) -> bool {
        self.tabs[self.tab].opened.pop().is_some()
    }

    /// Shows the tab of that number with what was opened from it; if it is seen
    /// already, without. False if there is no such tab.
    pub(super) fn switch(&mut self, tab: usize) -> bool {
        if tab >= self.tabs.len() {
            return false;
        }
        if tab == self.tab {
            self.tabs[tab].opened.clear();
        }
        self.tab = tab;
        true
    }

    /// Shows the tab that is so many further.
    pub(super) fn turn(&mut self, by: usize) {
        self.tab = (self.tab + by) % self.tabs.len();
    }

    /// How many tabs there are.
    pub(super) fn tabs(&self) -> usize {
        self.tabs.len()
    }
}
