//! What becomes of what the user asks for.

use std::time::Instant;

use ratatui::crossterm::event::{Event, KeyEventKind};

use super::super::keys::{Action, Binding, COMMON, Key};
use super::super::table::Scroll;
use super::super::typed::Typing;
use super::super::views::{self, Link, Reaction, TABS};
use super::{App, clipboard};

impl App {
    /// Takes an event of the terminal at `now`. False if nothing comes of it.
    pub(in super::super) fn take(&mut self, event: &Event, now: Instant) -> bool {
        match event {
            Event::Resize(..) => true,
            Event::Mouse(event) => self.point(*event, now),
            _ if self.file.name.is_some() => self.type_name(event),
            _ if self.pages.seen().is_typing() && self.help.is_none() => {
                let pictures = self.shown().clone();
                let sight = self.chosen.sight(&pictures);
                let reaction = self.pages.seen_mut().type_in(event, &sight);
                self.react(reaction)
            }
            Event::Key(key) if key.kind != KeyEventKind::Release => {
                let action = self.action_of(Key::of(key));
                action.map(|action| self.act(action)).is_some()
            }
            _ => false,
        }
    }

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
            Action::Quit if self.file.is_writing() && !self.warned => {
                self.warned = true;
                self.told = Some("a file is still being written: once more to leave it".to_owned());
            }
            Action::Quit => self.quits = true,
            Action::Copy => self.copy(),
            Action::Write => {
                let pictures = self.shown().clone();
                let title = self.pages.seen().title(&self.chosen.sight(&pictures));
                self.file.ask(&title);
            }
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

    fn copy(&mut self) {
        let pictures = self.shown().clone();
        let sight = self.chosen.sight(&pictures);
        self.told = Some(match self.pages.seen().copied(&sight) {
            None => "nothing is selected that could be copied".to_owned(),
            Some(copied) => {
                let (text, told) = clipboard::copy(copied);
                self.copied = Some(text);
                told
            }
        });
    }

    /// The name of a file is typed.
    fn type_name(&mut self, event: &Event) -> bool {
        let Some(typed) = &mut self.file.name else {
            return false;
        };
        match typed.take(event) {
            Typing::Nothing => return false,
            Typing::Edited => {}
            Typing::Dropped => self.file.name = None,
            Typing::Done => {
                let name = typed.text().to_owned();
                let pictures = self.shown().clone();
                let sight = self.chosen.sight(&pictures);
                let view = self.pages.seen();
                let begun = self
                    .file
                    .write(&name, |format| view.written(format, &sight));
                self.told = Some(match begun {
                    Ok(began) => began,
                    Err(error) => error.to_string(),
                });
                self.file.name = None;
            }
        }
        true
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
