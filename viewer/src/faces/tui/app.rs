//! What the user has chosen to see.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::columns::COLUMNS;
use super::keys::Action;
use super::rows::{self, Sort};
use crate::client::{Link, Picture};
use crate::model::{EndedTask, Moment, Task, TaskEnd, TaskKey};

/// The state of the UI.
#[derive(Debug)]
pub(super) struct App {
    pub(super) target: String,
    pub(super) sort: Sort,
    pub(super) help: bool,
    pub(super) detail: bool,
    /// The picture at which it was paused, and when.
    pub(super) paused: Option<(Box<Picture>, Instant)>,
    /// The tasks in the order of the table.
    pub(super) rows: Vec<TaskKey>,
    /// Whether any of them has a name.
    pub(super) named: bool,
    selected: Option<TaskKey>,
    /// The selected task as it last was, for when it has ended.
    kept: Option<Task>,
    /// Where the selected task was in the table.
    place: usize,
    /// The first row that is shown, and how many are.
    pub(super) top: usize,
    pub(super) page: usize,
    /// The version of the picture that was looked at last.
    version: Option<u64>,
    /// When the last update arrived.
    updated: Option<Instant>,
    /// Processor time at an earlier update.
    cpu_before: Option<(Moment, Duration)>,
    /// The share of one processor that was used between the last two updates.
    pub(super) cpu: Option<f64>,
    quits: bool,
}

impl App {
    pub(super) fn new(target: &str) -> Self {
        App {
            target: target.to_owned(),
            sort: Sort::default(),
            help: false,
            detail: false,
            paused: None,
            rows: Vec::new(),
            named: false,
            selected: None,
            kept: None,
            place: 0,
            top: 0,
            page: 1,
            version: None,
            updated: None,
            cpu_before: None,
            cpu: None,
            quits: false,
        }
    }

    pub(super) fn quits(&self) -> bool {
        self.quits
    }

    /// Takes in what has changed in the picture. True if something has.
    pub(super) fn look(&mut self, picture: &Mutex<Picture>) -> bool {
        let shared = picture.lock().unwrap_or_else(PoisonError::into_inner);
        if self.version == Some(shared.version) {
            return false;
        }
        self.version = Some(shared.version);
        self.measure(&shared);
        if self.paused.is_some() {
            return true;
        }
        let values = rows::values(&shared, self.sort);
        self.named = shared
            .model
            .tasks
            .values()
            .any(|task| !task.name.is_empty());
        if let Some(task) = self.selected.and_then(|key| shared.model.tasks.get(&key)) {
            self.kept = Some(task.clone());
        }
        drop(shared);
        self.rows = rows::in_order(values, self.sort);
        self.find_selected();
        true
    }

    fn measure(&mut self, picture: &Picture) {
        let (now, cpu) = (picture.model.now, picture.model.process.cpu);
        if let Some((before, used)) = self.cpu_before
            && now > before
        {
            let share = cpu.saturating_sub(used).as_secs_f64() / now.since(before).as_secs_f64();
            self.cpu = Some(share);
        }
        if self.cpu_before.is_none_or(|(before, _)| now != before) {
            self.cpu_before = Some((now, cpu));
            if matches!(picture.link, Link::Live) {
                self.updated = Some(Instant::now());
            }
        }
    }

    /// How old the picture is that is shown; `None` before the first.
    pub(super) fn age(&self) -> Option<Duration> {
        match &self.paused {
            Some((_, since)) => Some(since.elapsed()),
            None => self.updated.map(|updated| updated.elapsed()),
        }
    }

    /// How many rows of the table a terminal of this size shows, about; drawing
    /// corrects it.
    pub(super) fn resize(&mut self, _: u16, height: u16) {
        self.page = usize::from(height).max(1);
    }

    /// Does what the user asks for. `shared` is the picture as it is now.
    pub(super) fn act(&mut self, action: Action, shared: &Picture) {
        match action {
            Action::Quit => self.quits = true,
            Action::Help => self.help = !self.help,
            Action::Back if self.help => self.help = false,
            Action::Back => self.detail = false,
            Action::Detail => {
                self.help = false;
                self.detail = !self.detail;
                if self.selected.is_none() {
                    self.select(0, shared);
                }
            }
            Action::Pause => {
                self.paused = match self.paused.take() {
                    Some(_) => None,
                    None => Some((Box::new(shared.clone()), Instant::now())),
                };
                self.version = None;
            }
            Action::Up => self.select(self.place.saturating_sub(1), shared),
            Action::Down if self.selected.is_none() => self.select(0, shared),
            Action::Down => self.select(self.place + 1, shared),
            Action::PageUp => self.select(self.place.saturating_sub(self.page), shared),
            Action::PageDown => self.select(self.place + self.page, shared),
            Action::First => self.select(0, shared),
            Action::Last => self.select(usize::MAX, shared),
            Action::SortNext => self.sort_by((self.sort.column + 1) % COLUMNS.len(), shared),
            Action::SortPrevious => {
                self.sort_by(
                    (self.sort.column + COLUMNS.len() - 1) % COLUMNS.len(),
                    shared,
                );
            }
            Action::Reverse => {
                self.sort.reversed = !self.sort.reversed;
                self.rows.reverse();
                self.find_selected();
            }
        }
    }

    fn sort_by(&mut self, column: usize, shared: &Picture) {
        self.sort = Sort {
            column,
            reversed: false,
        };
        let values = rows::values(self.shown(shared), self.sort);
        self.rows = rows::in_order(values, self.sort);
        self.find_selected();
    }

    fn select(&mut self, place: usize, shared: &Picture) {
        let Some(last) = self.rows.len().checked_sub(1) else {
            return;
        };
        self.place = place.min(last);
        let key = self.rows[self.place];
        self.selected = Some(key);
        self.kept = self.shown(shared).model.tasks.get(&key).cloned();
    }

    /// The selection stays on its task while rows move.
    fn find_selected(&mut self) {
        if let Some(selected) = self.selected
            && let Some(place) = self.rows.iter().position(|key| *key == selected)
        {
            self.place = place;
        }
        self.place = self.place.min(self.rows.len().saturating_sub(1));
    }

    /// The picture that is shown: `shared`, or the one at which it was paused.
    pub(super) fn shown<'a>(&'a self, shared: &'a Picture) -> &'a Picture {
        self.paused.as_ref().map_or(shared, |(picture, _)| picture)
    }

    /// The selected task; how it ended, if it has.
    pub(super) fn selected(&self, picture: &Picture) -> Option<Selected> {
        let key = self.selected?;
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

    pub(super) fn is_selected(&self, key: TaskKey) -> bool {
        self.selected == Some(key)
    }

    /// Moves the rows that are shown so that the selected one is among them.
    /// `page` is how many there is room for.
    pub(super) fn scroll(&mut self, page: usize) {
        self.page = page.max(1);
        let last_top = self.rows.len().saturating_sub(self.page);
        self.top = self.top.min(last_top);
        if self.selected.is_some() {
            self.top = self
                .top
                .clamp((self.place + 1).saturating_sub(self.page), self.place);
        }
    }
}

/// The task that is looked at in detail.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Selected {
    Live(Task),
    Ended(EndedTask),
}
