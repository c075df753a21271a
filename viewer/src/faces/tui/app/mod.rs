//! What the user has chosen to see, and what becomes of what they ask for.
//!
//! `pages` are the tabs and what was opened from them, `act` does what keys ask for,
//! `mouse` what clicks do, and `clipboard` and `file` take away what is seen.

mod act;
mod clipboard;
mod file;
mod mouse;
mod pages;

use std::time::{Duration, Instant};

pub(super) use self::act::tab_bindings;
use self::file::File;
use self::mouse::Mouse;
use self::pages::Pages;
use super::options::Options;
use super::table::Scroll;
use super::targets::{LetGo, Pictures, Source, Targets};
use super::theme::Theme;
use super::views::{News, Sight};

/// The state of the UI.
#[derive(Debug)]
pub(super) struct App {
    targets: Targets,
    pub(super) pages: Pages,
    pub(super) chosen: Chosen,
    /// The pictures at which it was paused, and when.
    pub(super) paused: Option<(Pictures, Instant)>,
    /// The keys on the screen, if they are.
    pub(super) help: Option<Scroll>,
    /// What became of the last action, if that is not seen otherwise.
    pub(super) told: Option<String>,
    pub(super) mouse: Mouse,
    /// What is to be copied.
    copied: Option<String>,
    pub(super) file: File,
    let_go: LetGo,
    /// Whether the view that is seen has not looked yet.
    unseen: bool,
    /// Whether it was said that quitting now leaves a file unfinished.
    warned: bool,
    quits: bool,
}

/// What the user has chosen that is the same for all views.
#[derive(Debug)]
pub(super) struct Chosen {
    pub(super) options: Options,
    /// Whether stacks are shown with the frames of the runtime.
    pub(super) all_frames: bool,
}

impl Chosen {
    pub(super) fn sight<'a>(&'a self, pictures: &'a Pictures) -> Sight<'a> {
        Sight {
            pictures,
            theme: self.options.theme,
            all_frames: self.all_frames,
            options: &self.options,
        }
    }
}

impl App {
    pub(super) fn new(sources: Vec<Source>, options: Options) -> Self {
        App {
            targets: Targets::new(sources),
            pages: Pages::new(&options),
            chosen: Chosen {
                options,
                all_frames: false,
            },
            paused: None,
            help: None,
            told: None,
            mouse: Mouse::default(),
            copied: None,
            file: File::default(),
            let_go: LetGo::default(),
            unseen: true,
            warned: false,
            quits: false,
        }
    }

    pub(super) fn quits(&self) -> bool {
        self.quits
    }

    /// What is to be copied now.
    pub(super) fn take_copied(&mut self) -> Option<String> {
        self.copied.take()
    }

    pub(super) fn theme(&self) -> Theme {
        self.chosen.options.theme
    }

    /// What was last seen of the programs, also while paused.
    pub(super) fn now(&self) -> &Pictures {
        self.targets.pictures()
    }

    /// The pictures that are shown: the last, or those at which it was paused.
    pub(super) fn shown(&self) -> &Pictures {
        let paused = self.paused.as_ref();
        paused.map_or(self.targets.pictures(), |(pictures, _)| pictures)
    }

    /// For how long it has been paused, if it is.
    pub(super) fn paused_for(&self) -> Option<Duration> {
        self.paused.as_ref().map(|(_, since)| since.elapsed())
    }

    /// Takes in what has changed in the programs. True if anything is to be drawn anew.
    pub(super) fn look(&mut self) -> bool {
        let before = self.targets.look();
        let pictures = self.shown().clone();
        let sight = self.chosen.sight(&pictures);
        let is_paused = self.paused.is_some();
        let news = match &before {
            _ if self.unseen => News::All,
            Some(before) if !is_paused => News::Pictures(before),
            _ => News::Nothing,
        };
        if std::mem::take(&mut self.unseen) {
            // The view that is seen now says whether it wants any.
            let inspectors = pictures
                .all()
                .iter()
                .filter_map(|seen| seen.inspector.as_ref());
            inspectors.for_each(|inspector| inspector.want(None));
        }
        let told = self.file.told();
        let mut draws = self.pages.seen_mut().look(&sight, news);
        if let Some(before) = before {
            if !is_paused {
                self.pages.each(|view| view.keep(&sight));
            }
            // Whether a paused viewer is still connected is told too.
            draws = true;
            self.let_go.drop(before);
        }
        if told.is_some() {
            self.told = told;
            draws = true;
        }
        draws
    }

    /// Whether the rows are those that were chosen, and in the order that was.
    pub(super) fn is_settled(&self) -> bool {
        self.pages.seen().is_settled() && !self.unseen
    }
}
