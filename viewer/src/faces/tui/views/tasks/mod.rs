//! The tasks, a row for each.
//!
//! `columns` says what is told of a task, `choice` which of them the user wants to see
//! and sorted by what, `order` finds these on a thread beside the UI's, `draw` shows
//! them, and `written` makes a file of them.

mod choice;
mod columns;
mod draw;
mod order;
#[cfg(test)]
mod tests;
mod written;

use ratatui::Frame;
use ratatui::layout::{Position, Rect};

pub(in super::super) use self::choice::{Filter, Sort};
pub use self::columns::ColumnName;
use self::columns::Known;
pub(in super::super) use self::columns::mark;
pub(super) use self::written::of;
use super::super::keys::{Action, Binding, MOVES};
use super::super::options::Options;
use super::super::table::{Hit, List, Orderer};
use super::super::targets::{Pictures, TaskOf};
use super::stacks::Subject;
use super::task::TaskPage;
use super::{Badge, Copied, Format, Link, News, Reaction, Sight, View, Writing};

const KEYS: &[Binding] = &[
    Binding::new(Action::Open, "Enter", "everything about the task").short("open"),
    Binding::new(Action::Beside, "v", "the same beside the table, or not").short("beside"),
    Binding::new(Action::Stacks, "d", "its stacks on the whole screen (dump)").short("stacks"),
    Binding::new(
        Action::SortPrevious,
        "< Left h",
        "sort by the column before",
    )
    .short("sort"),
    Binding::new(Action::SortNext, "> Right l", "sort by the next column").short("sort"),
    Binding::new(Action::Reverse, "r", "sort the other way round"),
];

/// The number of tasks.
pub(super) fn badge(pictures: &Pictures) -> Badge {
    Badge {
        text: pictures.tasks().to_string(),
        severity: None,
    }
}

/// The table of tasks.
#[derive(Debug)]
pub(in super::super) struct Tasks {
    /// What these tasks are, if they are not all.
    title: Option<String>,
    list: List<TaskOf>,
    columns: Vec<ColumnName>,
    /// What is known of any of them.
    known: Known,
    sort: Sort,
    /// Which tasks are shown, if not all.
    filter: Option<Filter>,
    orderer: Orderer<Vec<TaskOf>>,
    /// The number of the first order since something else was chosen.
    chosen: u64,
    /// Whether rows are to be put in order though the pictures have not changed.
    stale: bool,
    /// What is told of the selected task beside the table, if it is.
    beside: Option<TaskPage>,
}

impl Tasks {
    /// All tasks.
    pub(super) fn new(options: &Options) -> Self {
        Tasks {
            title: None,
            list: List::new(),
            columns: options.columns.clone(),
            known: Known::default(),
            sort: Sort::default(),
            filter: None,
            orderer: Orderer::default(),
            chosen: 0,
            stale: true,
            beside: None,
        }
    }

    /// Those that `filter` shows, which are as `title` says.
    pub(super) fn only(options: &Options, filter: Filter, title: String) -> Self {
        Tasks {
            title: Some(title),
            filter: Some(filter),
            ..Tasks::new(options)
        }
    }

    /// Whether the rows are those that were chosen, and in the order that was.
    fn has_settled(&self) -> bool {
        self.orderer.has_given(self.chosen) && !self.stale
    }

    /// Whether rows that are in order for some pictures are so for others. What a
    /// filter makes of time is not known.
    fn in_same_order(&self, before: &Pictures, now: &Pictures) -> bool {
        // Of several programs one may have stood still.
        if self.filter.is_some() || now.are_several() {
            return false;
        }
        let mut pairs = before.all().iter().zip(now.all());
        pairs.all(|(before, now)| {
            let (old, new) = (&before.picture.model, &now.picture.model);
            old.tasks.is_same(&new.tasks)
                && old.waits.is_same(&new.waits)
                && old.resources.is_same(&new.resources)
                && now.picture.alerts.concerns_same(&before.picture.alerts)
                // Its time in polls grows.
                && new.state_counts().running == 0
        })
    }

    /// Has the rows put in order that are shown.
    fn order(&mut self, pictures: &Pictures) {
        let (sort, filter) = (self.sort, self.filter.clone());
        let choose = move |pictures: &Pictures| order::in_order(pictures, sort, filter.as_ref());
        if let Some(rows) = self.orderer.order(pictures, pictures.tasks(), choose) {
            self.list.replace(rows);
        }
    }

    fn order_anew(&mut self, pictures: &Pictures) {
        self.order(pictures);
        self.chosen = self.orderer.asked();
        self.stale = false;
    }

    /// Sorts by that column, or the other way round if that is so already.
    fn sort_by(&mut self, column: ColumnName) {
        self.sort = match self.sort.column == column {
            true => Sort {
                reversed: !self.sort.reversed,
                column,
            },
            false => Sort::by(column),
        };
    }

    /// Sorts by the column that is so many further.
    fn sort_further(&mut self, by: usize) {
        let place = self.columns.iter().position(|it| *it == self.sort.column);
        if !self.columns.is_empty() {
            let place = (place.unwrap_or(0) + by) % self.columns.len();
            self.sort = Sort::by(self.columns[place]);
        }
    }

    /// What is beside the table is about the task that is selected.
    fn follow(&mut self, sight: &Sight<'_>) {
        if self.beside.is_some()
            && let Some(task) = self.list.selected()
        {
            let beside = self.beside.get_or_insert_with(|| TaskPage::new(task));
            if beside.task() != task {
                *beside = TaskPage::new(task);
            }
            beside.keep(sight);
        }
    }

    fn open(&mut self) -> Reaction {
        self.list.select_one();
        match self.list.selected() {
            Some(task) => Reaction::Open(Link::Task(task)),
            None => Reaction::None,
        }
    }
}

impl View for Tasks {
    fn title(&self, _: &Sight<'_>) -> String {
        self.title.clone().unwrap_or_else(|| "tasks".to_owned())
    }

    fn keys(&self) -> Vec<&'static [Binding]> {
        vec![KEYS, MOVES]
    }

    fn look(&mut self, sight: &Sight<'_>, news: News<'_>) -> bool {
        let arrived = self.orderer.rows().map(|rows| self.list.replace(rows));
        let moved = match news {
            News::Nothing => false,
            News::All => {
                self.stale = true;
                true
            }
            News::Pictures(before) => !self.in_same_order(before, sight.pictures),
        };
        self.known = Known::of(sight.pictures);
        let draws = arrived.is_some() || self.stale || !matches!(news, News::Nothing);
        if self.stale {
            self.order_anew(sight.pictures);
        } else if moved {
            self.order(sight.pictures);
        }
        self.follow(sight);
        draws
    }

    fn keep(&mut self, sight: &Sight<'_>) {
        if let Some(beside) = &mut self.beside {
            beside.keep(sight);
        }
    }

    fn act(&mut self, action: Action, sight: &Sight<'_>) -> Reaction {
        match action {
            Action::Open => return self.open(),
            Action::Stacks => {
                self.list.select_one();
                return match self.list.selected() {
                    Some(task) => Reaction::Open(Link::Stacks(Subject::Task(task))),
                    None => Reaction::None,
                };
            }
            Action::Beside => {
                self.list.select_one();
                self.beside = match self.beside {
                    Some(_) => None,
                    None => self.list.selected().map(TaskPage::new),
                };
                self.follow(sight);
            }
            Action::Back if self.beside.is_some() => self.beside = None,
            Action::SortNext => self.sort_further(1),
            Action::SortPrevious => self.sort_further(self.columns.len().saturating_sub(1)),
            Action::Reverse => self.sort.reversed = !self.sort.reversed,
            Action::Up
            | Action::Down
            | Action::PageUp
            | Action::PageDown
            | Action::First
            | Action::Last => {
                self.list.go(action);
                self.follow(sight);
            }
            _ => return Reaction::None,
        }
        if matches!(
            action,
            Action::SortNext | Action::SortPrevious | Action::Reverse
        ) {
            self.order_anew(sight.pictures);
        }
        Reaction::Done
    }

    fn click(&mut self, position: Position, twice: bool, sight: &Sight<'_>) -> Reaction {
        match self.list.at(position) {
            None => return Reaction::None,
            Some(Hit::Title(index)) => {
                if let Some(name) = self.columns.get(index) {
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
        let (table, beside) = super::super::draw::split(area, self.beside.is_some());
        draw::draw(frame, table, self, sight);
        if let (Some(area), Some(page)) = (beside, &mut self.beside) {
            page.draw_beside(frame, area, sight);
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
