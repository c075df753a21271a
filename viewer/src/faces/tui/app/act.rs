//! What becomes of what the user asks for.

use std::time::Instant;

use super::super::keys::{Action, Binding, COMMON, Key};
use super::super::table::Scroll;
use super::super::views::{self, Link, Reaction, TABS};
use super::App;

impl App {
    /// What `key` asks for in what is seen.
    pub(in super::super) fn action_of(&self, key: Key) -> Option<Action> {
        let keys = &self.chosen.options.keys;
        let tables = self.pages.seen().keys();
        let bindings = tables.into_iter().flatten().chain(COMMON);
        let action = keys.action(key, bindings);
        action.or_else(|| {
            let tab = tab_bindings().find(|tab| keys.keys(tab).contains(&key))?;
            Some(tab.action)
        })
    }

    /// Does what the user asks for.
    pub(in super::super) fn act(&mut self, action: Action) {
        self.told = None;
        if let Some(help) = &mut self.help {
            if help.go(action) {
                return;
            }
            self.help = None;
            if matches!(action, Action::Help | Action::Back) {
                return;
            }
        }
        let pictures = self.shown().clone();
        let sight = self.chosen.sight(&pictures);
        let reaction = self.pages.seen_mut().act(action, &sight);
        if !self.react(reaction) {
            self.act_anywhere(action);
        }
    }

    /// False if nothing came of it.
    pub(super) fn react(&mut self, reaction: Reaction) -> bool {
        match reaction {
            Reaction::None => return false,
            Reaction::Done => {}
            Reaction::Open(link) => self.open(link),
            Reaction::Back => self.unseen |= self.pages.close(),
            Reaction::Tell(sentence) => self.told = Some(sentence),
        }
        true
    }

    /// Opens what `link` leads to.
    pub(in super::super) fn open(&mut self, link: Link) {
        self.pages.open(views::open(link, &self.chosen.options));
        self.unseen = true;
    }

    /// What is the same in every view.
    fn act_anywhere(&mut self, action: Action) {
        match action {
            Action::Quit => self.quits = true,
            Action::Help => self.help = Some(Scroll::new()),
            Action::Back => self.unseen |= self.pages.close(),
            Action::Frames => self.chosen.all_frames = !self.chosen.all_frames,
            Action::Pause => self.pause(),
            Action::NextTab => self.turn(1),
            Action::PreviousTab => self.turn(self.pages.tabs() - 1),
            Action::Tab(tab) => self.switch(tab.into()),
            _ => {}
        }
    }

    pub(super) fn switch(&mut self, tab: usize) {
        self.help = None;
        self.unseen |= self.pages.switch(tab);
    }

    fn turn(&mut self, by: usize) {
        self.pages.turn(by);
        self.unseen = true;
    }

    fn pause(&mut self) {
        match self.paused.take() {
            Some((pictures, _)) => {
                self.let_go.drop(pictures);
                self.unseen = true;
            }
            None => self.paused = Some((self.now().clone(), Instant::now())),
        }
    }
}

/// The keys of the tabs, in their order.
pub(in super::super) fn tab_bindings() -> impl Iterator<Item = Binding> {
    let tabs = (0..).zip(TABS);
    tabs.map(|(number, tab)| Binding::new(Action::Tab(number), tab.keys, tab.name))
}
