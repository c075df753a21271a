//! The tasks, a row for each.
//!
//! `columns` says what is told of a task, and `chooser` lets the user choose of that.
//! `choice` is which tasks the user wants to see and in which order, `order` and `tree`
//! find these on a thread beside the UI's, `draw` shows them, `act` does what is asked
//! for, and `written` makes a file of them.

mod act;
mod choice;
mod chooser;
mod columns;
mod draw;
mod order;
#[cfg(test)]
mod tests;
mod tree;
mod written;

use ratatui::Frame;
use ratatui::crossterm::event::Event;
use ratatui::layout::{Position, Rect};

use self::act::{KEYS, TREE_KEYS};
use self::choice::Choice;
pub use self::choice::Sort;
use self::chooser::Chooser;
use self::columns::Known;
pub(in super::super) use self::columns::mark;
pub use self::columns::{ColumnError, ColumnName};
use self::order::Rows;
use self::tree::{Branch, Folds};
pub(super) use self::written::of;
use super::super::keys::{Action, Binding, MOVES};
use super::super::options::Options;
use super::super::table::{FilterLine, Filtering, Hit, List, Orderer};
use super::super::targets::{Pictures, TaskOf};
use super::task::TaskPage;
use super::{Badge, Copied, Format, Link, News, Reaction, Sight, View, Writing};
use crate::filter::{Filter, Subject};

/// The number of tasks.
pub(super) fn badge(pictures: &Pictures) -> Badge {
    Badge {
        text: pictures.tasks().to_string(),
        severity: None,
    }
}

/// How many of the columns there are that are shown unless the user chooses others.
pub(in super::super) fn usual_columns(pictures: &Pictures) -> usize {
    columns::known(ColumnName::DEFAULT, Known::of(pictures)).count()
}

/// The keys of the ways in which the table can be seen, beside the one that it is in at
/// first.
pub(super) fn further_keys() -> [(&'static str, Vec<&'static [Binding]>); 2] {
    [
        ("Tasks, as a tree", vec![TREE_KEYS, KEYS, MOVES]),
        ("Tasks, columns", vec![chooser::KEYS, MOVES]),
    ]
}

/// The table of tasks.
#[derive(Debug)]
pub(in super::super) struct Tasks {
    /// What these tasks are, if they are not all.
    title: Option<String>,
    list: List<TaskOf>,
    /// Of a tree, what is told of each row besides.
    branches: Vec<Branch>,
    /// How many tasks the filter shows.
    matches: usize,
    columns: Vec<ColumnName>,
    /// The columns on the screen, while the user chooses.
    chooser: Option<Chooser>,
    /// What is known of any of the tasks.
    known: Known,
    sort: Sort,
    filter: FilterLine,
    /// What is folded of the tree, if it is one.
    tree: Option<Folds>,
    orderer: Orderer<Rows>,
    /// The number of the first order since something else was chosen.
    chosen: u64,
    /// What is told of the selected task beside the table, if it is.
    beside: Option<TaskPage>,
}

impl Tasks {
    /// All tasks.
    pub(super) fn new(options: &Options) -> Self {
        Tasks {
            title: None,
            list: List::new(),
            branches: Vec::new(),
            matches: 0,
            columns: options.columns.clone(),
            chooser: None,
            known: Known::default(),
            sort: options.sort,
            filter: FilterLine::new(Subject::Tasks),
            tree: None,
            orderer: Orderer::default(),
            // None has been asked for yet.
            chosen: 1,
            beside: None,
        }
    }

    /// Those that `filter` shows, which are as `title` says.
    pub(super) fn only(options: &Options, filter: Filter, title: String) -> Self {
        Tasks {
            title: Some(title),
            filter: FilterLine::of(filter),
            ..Tasks::new(options)
        }
    }

    /// Whether the rows are those that were chosen, and in the order that was.
    fn has_settled(&self) -> bool {
        self.orderer.has_given(self.chosen)
    }

    /// The columns from left to right. In a tree the number of a task is where its
    /// branch is, before all that is told of it.
    fn shown_columns(&self) -> Vec<ColumnName> {
        let is_moved = |name: &ColumnName| self.tree.is_some() && *name == ColumnName::Id;
        let shown = self.columns.iter().copied();
        let mut shown: Vec<ColumnName> = shown.filter(|name| !is_moved(name)).collect();
        if self.tree.is_some() {
            let place = usize::from(shown.first() == Some(&ColumnName::Alert));
            shown.insert(place, ColumnName::Id);
        }
        shown
    }

    /// Whether rows that are in order for some pictures are so for others. What a
    /// filter makes of time is not known.
    fn in_same_order(&self, before: &Pictures, now: &Pictures) -> bool {
        // Of several programs one may have stood still.
        if !self.filter.filter().is_all() || now.are_several() {
            return false;
        }
        let mut pairs = before.all().iter().zip(now.all());
        pairs.all(|(before, now)| {
            let (old, new) = (&before.picture.model, &now.picture.model);
            let states = new.state_counts();
            old.tasks.is_same(&new.tasks)
                && old.waits.is_same(&new.waits)
                && old.resources.is_same(&new.resources)
                && now.picture.alerts.concerns_same(&before.picture.alerts)
                // Their times in polls and before them grow.
                && states.running + states.scheduled == 0
        })
    }

    /// Has the rows put in order that are shown.
    fn order(&mut self, pictures: &Pictures) {
        let choice = Choice {
            filter: self.filter.filter().clone(),
            sort: self.sort,
            tree: self.tree.clone(),
        };
        let choose = move |pictures: &Pictures| order::rows(pictures, &choice);
        if let Some(rows) = self.orderer.order(pictures, pictures.tasks(), choose) {
            self.replace(rows);
        }
    }

    fn order_anew(&mut self, pictures: &Pictures) {
        self.order(pictures);
        self.chosen = self.orderer.asked();
    }

    fn replace(&mut self, rows: Rows) {
        self.list.replace(rows.tasks);
        self.branches = rows.branches;
        self.matches = rows.matches;
    }

    /// What is beside the table is about the task that is selected.
    fn follow(&mut self, sight: &Sight<'_>) {
        if let (Some(beside), Some(task)) = (&mut self.beside, self.list.selected()) {
            if beside.task() != task {
                *beside = TaskPage::new(task);
            }
            beside.keep(sight);
        }
    }
}

impl View for Tasks {
    fn title(&self, _: &Sight<'_>) -> String {
        self.title.clone().unwrap_or_else(|| "tasks".to_owned())
    }

    fn keys(&self) -> Vec<&'static [Binding]> {
        match (&self.chooser, &self.tree) {
            (Some(_), _) => vec![chooser::KEYS, MOVES],
            (None, Some(_)) => vec![TREE_KEYS, KEYS, MOVES],
            (None, None) => vec![KEYS, MOVES],
        }
    }

    fn look(&mut self, sight: &Sight<'_>, news: News<'_>) -> bool {
        let arrived = self.orderer.rows().map(|rows| self.replace(rows));
        match news {
            News::Nothing => {}
            News::All => self.order_anew(sight.pictures),
            News::Pictures(before) if self.in_same_order(before, sight.pictures) => {}
            News::Pictures(_) => self.order(sight.pictures),
        }
        if !matches!(news, News::Nothing) {
            self.known = Known::of(sight.pictures);
            self.follow(sight);
        }
        arrived.is_some() || !matches!(news, News::Nothing)
    }

    fn keep(&mut self, sight: &Sight<'_>) {
        if let Some(beside) = &mut self.beside {
            beside.keep(sight);
        }
    }

    fn act(&mut self, action: Action, sight: &Sight<'_>) -> Reaction {
        self.asked(action, sight)
    }

    fn is_typing(&self) -> bool {
        self.filter.is_typing()
    }

    fn type_in(&mut self, event: &Event, sight: &Sight<'_>) -> Reaction {
        match self.filter.take(event) {
            Filtering::Edited => {}
            Filtering::Changed => self.order_anew(sight.pictures),
            Filtering::Nothing => return Reaction::None,
            Filtering::Moves(action) => {
                self.list.go(action);
                self.follow(sight);
            }
        }
        Reaction::Done
    }

    fn click(&mut self, position: Position, twice: bool, sight: &Sight<'_>) -> Reaction {
        if self.chooser.take().is_some() {
            return Reaction::Done;
        }
        match self.list.at(position) {
            None => return Reaction::None,
            Some(Hit::Title(index)) => {
                if let Some(name) = self.shown_columns().get(index) {
                    self.sort_by(*name);
                    self.order_anew(sight.pictures);
                }
            }
            Some(Hit::Row(task)) if twice => return Reaction::Open(Link::Task(task)),
            Some(Hit::Row(task)) => {
                self.list.choose(task);
                self.follow(sight);
            }
        }
        Reaction::Done
    }

    fn draw(&mut self, frame: &mut Frame<'_>, area: Rect, sight: &Sight<'_>) {
        let of = (self.matches, sight.pictures.tasks());
        let matches = self.has_settled().then_some(of);
        let area = self.filter.draw(frame, area, matches, sight.theme);
        let (table, beside) = super::super::draw::split(area, self.beside.is_some());
        draw::draw(frame, table, self, sight);
        if let (Some(area), Some(page)) = (beside, &mut self.beside) {
            page.draw_beside(frame, area, sight);
        }
        if let Some(chooser) = &mut self.chooser {
            chooser.draw(frame, area, &self.columns, sight);
        }
    }

    fn copied(&self, sight: &Sight<'_>) -> Option<Copied> {
        let (seen, task) = sight.pictures.task(self.list.selected()?)?;
        Some(Copied {
            what: "the task",
            text: written::line(&self.columns, self.known, seen, task),
        })
    }

    fn written(&self, format: Format, sight: &Sight<'_>) -> Writing {
        written::all(self, format, sight)
    }

    fn is_settled(&self) -> bool {
        self.has_settled()
    }

    fn rows(&self) -> usize {
        self.list.rows.len()
    }
}
