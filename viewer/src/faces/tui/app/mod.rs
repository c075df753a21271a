//! What the user has chosen to see.

mod freshness;
mod list;
mod look;

use std::time::{Duration, Instant};

use self::freshness::Freshness;
pub(super) use self::list::{List, Scroll};
use super::columns::{COLUMNS, Known};
use super::keys::Action;
use super::rows::{Filter, Orderer, Sort};
use crate::client::Picture;
use crate::model::{EndedTask, ResourceKey, Task, TaskEnd, TaskKey};

/// The state of the UI.
#[derive(Debug)]
pub(super) struct App {
    pub(super) target: String,
    pub(super) view: View,
    pub(super) sort: Sort,
    /// Which tasks are shown, if not all.
    filter: Option<Filter>,
    pub(super) help: bool,
    pub(super) detail: bool,
    /// The stacks on the whole screen, if they are.
    pub(super) stacks: Option<Scroll>,
    /// Whether stacks are shown with the frames of the runtime.
    pub(super) all_frames: bool,
    /// The picture at which it was paused, and when.
    pub(super) paused: Option<(Picture, Instant)>,
    pub(super) tasks: List<TaskKey>,
    /// What is known of any of them.
    pub(super) known: Known,
    pub(super) channels: List<ResourceKey>,
    /// The selected task as it last was, for when it has ended.
    kept: Option<Task>,
    /// The picture that was looked at last.
    seen: Option<Picture>,
    /// Whether rows are to be put in order though the picture has not changed.
    stale: bool,
    orderer: Orderer,
    /// The number of the first order since something else was chosen.
    chosen: u64,
    freshness: Freshness,
    quits: bool,
}

/// What there is a table of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum View {
    Tasks,
    Channels,
}

impl App {
    pub(super) fn new(target: &str) -> Self {
        App {
            target: target.to_owned(),
            view: View::Tasks,
            sort: Sort::default(),
            filter: None,
            help: false,
            detail: false,
            stacks: None,
            all_frames: false,
            paused: None,
            tasks: List::new(),
            known: Known::default(),
            channels: List::new(),
            kept: None,
            seen: None,
            stale: false,
            orderer: Orderer::default(),
            chosen: 0,
            freshness: Freshness::default(),
            quits: false,
        }
    }

    pub(super) fn quits(&self) -> bool {
        self.quits
    }

    /// How old the picture is that is shown; `None` before the first.
    pub(super) fn age(&self) -> Option<Duration> {
        let updated = || self.freshness.updated.map(|updated| updated.elapsed());
        match &self.paused {
            Some((_, since)) => Some(since.elapsed()),
            None => updated(),
        }
    }

    /// The share of one processor that the program used a moment ago.
    pub(super) fn cpu(&self) -> Option<f64> {
        self.freshness.cpu
    }

    /// How many rows of the table a terminal of this size shows, about; drawing
    /// corrects it.
    pub(super) fn resize(&mut self, _: u16, height: u16) {
        self.scroll(height.into());
    }

    /// Moves the rows that are shown so that the selected one is among them.
    /// `page` is how many there is room for.
    pub(super) fn scroll(&mut self, page: usize) {
        self.tasks.scroll(page);
        self.channels.scroll(page);
    }

    /// Does what the user asks for. `shared` is the picture as it is now.
    pub(super) fn act(&mut self, action: Action, shared: &Picture) {
        match action {
            Action::Quit => self.quits = true,
            Action::Help => self.help = !self.help,
            Action::Back => self.back(shared),
            Action::Detail => {
                self.help = false;
                self.detail = self.stacks.take().is_some() || !self.detail;
                self.select_one(shared);
            }
            Action::Stacks => {
                self.help = false;
                self.stacks = match self.stacks {
                    Some(_) => None,
                    None => Some(Scroll::new()),
                };
                self.select_one(shared);
            }
            Action::Frames => self.all_frames = !self.all_frames,
            Action::Channels => self.turn(shared),
            Action::Pause => match self.paused.take() {
                Some((paused, _)) => {
                    self.orderer.let_go(paused);
                    self.stale = true;
                }
                None => self.paused = Some((shared.clone(), Instant::now())),
            },
            Action::Up
            | Action::Down
            | Action::PageUp
            | Action::PageDown
            | Action::First
            | Action::Last => self.go(action, shared),
            Action::SortNext | Action::SortPrevious | Action::Reverse => self.sort(action, shared),
        }
    }

    /// One step out of where the user went in.
    fn back(&mut self, shared: &Picture) {
        if self.help {
            self.help = false;
        } else if self.stacks.is_some() {
            self.stacks = None;
        } else if self.detail {
            self.detail = false;
        } else if self.view != View::Tasks {
            self.turn(shared);
        }
    }

    /// From tasks to channels, or back.
    fn turn(&mut self, shared: &Picture) {
        self.help = false;
        self.stacks = None;
        self.detail = false;
        self.view = match self.view {
            View::Tasks => View::Channels,
            View::Channels => View::Tasks,
        };
        self.order_anew(shared);
    }

    fn go(&mut self, action: Action, shared: &Picture) {
        match (&mut self.stacks, self.view) {
            (Some(scroll), _) => scroll.go(action),
            (None, View::Channels) => self.channels.go(action),
            (None, View::Tasks) => {
                self.tasks.go(action);
                self.keep_selected(shared);
            }
        }
    }

    fn select_one(&mut self, shared: &Picture) {
        match self.view {
            View::Channels => self.channels.select_one(),
            View::Tasks => {
                self.tasks.select_one();
                self.keep_selected(shared);
            }
        }
    }

    /// Sorts the tasks; channels have but one order.
    fn sort(&mut self, action: Action, shared: &Picture) {
        if self.view == View::Channels {
            return;
        }
        let column = self.sort.column;
        let sorted_by = |column| Sort {
            column: column % COLUMNS.len(),
            reversed: false,
        };
        self.sort = match action {
            Action::SortNext => sorted_by(column + 1),
            Action::SortPrevious => sorted_by(column + COLUMNS.len() - 1),
            _ => Sort {
                reversed: !self.sort.reversed,
                ..self.sort
            },
        };
        self.order_anew(shared);
    }

    fn keep_selected(&mut self, shared: &Picture) {
        let Some(key) = self.tasks.selected() else {
            return;
        };
        match self.shown(shared).model.tasks.get(&key).cloned() {
            Some(task) => self.kept = Some(task),
            None => self.kept = self.kept.take().filter(|kept| kept.key == key),
        }
    }

    /// The picture that is shown: `shared`, or the one at which it was paused.
    pub(super) fn shown<'a>(&'a self, shared: &'a Picture) -> &'a Picture {
        self.paused.as_ref().map_or(shared, |(picture, _)| picture)
    }

    /// The selected task; how it ended, if it has.
    pub(super) fn selected(&self, picture: &Picture) -> Option<Selected> {
        let key = self.tasks.selected()?;
        if let Some(task) = picture.model.tasks.get(&key) {
            return Some(Selected::Live(task.clone()));
        }
        let ended = picture.model.ended.iter().rev();
        if let Some(ended) = ended.clone().find(|ended| ended.task.key == key) {
            return Some(Selected::Ended(ended.clone()));
        }
        self.kept.clone().map(|task| {
            Selected::Ended(EndedTask {
                ended_at: task.state_since,
                task,
                end: TaskEnd::Unknown,
            })
        })
    }

    /// The selected channel, which may be gone.
    pub(super) fn selected_channel(&self) -> Option<ResourceKey> {
        self.channels.selected()
    }
}

/// The task that is looked at in detail.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Selected {
    Live(Task),
    Ended(EndedTask),
}
