//! What is done with the table of tasks.

use super::super::super::keys::{Action, Binding};
use super::super::stacks::Subject;
use super::super::task::TaskPage;
use super::super::{Link, Reaction, Sight};
use super::choice::Sort;
use super::chooser::Chooser;
use super::tree::Folds;
use super::{ColumnName, Tasks, columns};

/// The keys of the table.
pub(super) const KEYS: &[Binding] = &[
    Binding::new(Action::Open, "Enter", "everything about the task").short("open"),
    Binding::new(Action::Filter, "/", "show only some; Esc shows all again").short("filter"),
    Binding::new(
        Action::Tree,
        "t",
        "below those that spawned them, or in a row",
    )
    .short("tree"),
    Binding::new(Action::Beside, "v", "all about the task beside the table").short("beside"),
    Binding::new(Action::Stacks, "d", "its stacks on the whole screen (dump)").short("stacks"),
    Binding::new(
        Action::SortPrevious,
        "< Left h",
        "sort by the column before",
    )
    .short("sort"),
    Binding::new(Action::SortNext, "> Right l", "sort by the next column").short("sort"),
    Binding::new(Action::Reverse, "r", "sort the other way round"),
    Binding::new(Action::Columns, "C", "choose the columns"),
];

/// The keys of the tree, which come before those of the table.
pub(super) const TREE_KEYS: &[Binding] = &[
    Binding::new(Action::Unfold, "+ = Right l", "show what is below the task").short("fold"),
    Binding::new(Action::Fold, "- Left h", "fold that, or go up").short("fold"),
    Binding::new(Action::FoldAll, "*", "show what is below all, or not").short("all"),
];

impl Tasks {
    pub(super) fn asked(&mut self, action: Action, sight: &Sight<'_>) -> Reaction {
        if let Some(reaction) = self.choose_columns(action) {
            return reaction;
        }
        match action {
            Action::Open | Action::Stacks => return self.open(action),
            Action::Beside => {
                self.list.select_one();
                self.beside = match self.beside {
                    Some(_) => None,
                    None => self.list.selected().map(TaskPage::new),
                };
                self.follow(sight);
                return Reaction::Done;
            }
            Action::Back if self.beside.is_some() => {
                self.beside = None;
                return Reaction::Done;
            }
            Action::Back if !self.filter.clear() => return Reaction::None,
            Action::Filter => {
                self.filter.begin();
                return Reaction::Done;
            }
            Action::Columns => {
                self.chooser = Some(Chooser::new(&self.columns));
                return Reaction::Done;
            }
            // From here on other rows are shown, or in another order.
            Action::Back => {}
            Action::Tree => {
                self.tree = match self.tree {
                    Some(_) => None,
                    None => Some(Folds::default()),
                };
            }
            Action::Unfold | Action::Fold | Action::FoldAll => {
                if !self.fold(action) {
                    self.follow(sight);
                    return Reaction::Done;
                }
            }
            Action::SortNext => self.sort_further(1),
            Action::SortPrevious => self.sort_further(-1),
            Action::Reverse => self.sort.reversed = !self.sort.reversed,
            _ => {
                if !self.list.go(action) {
                    return Reaction::None;
                }
                self.follow(sight);
                return Reaction::Done;
            }
        }
        self.order_anew(sight.pictures);
        Reaction::Done
    }

    fn open(&mut self, action: Action) -> Reaction {
        self.list.select_one();
        match (self.list.selected(), action) {
            (Some(task), Action::Stacks) => Reaction::Open(Link::Stacks(Subject::Task(task))),
            (Some(task), _) => Reaction::Open(Link::Task(task)),
            (None, _) => Reaction::None,
        }
    }

    /// What becomes of an action while the user chooses columns; `None` if it means
    /// nothing then.
    fn choose_columns(&mut self, action: Action) -> Option<Reaction> {
        let chooser = self.chooser.as_mut()?;
        if chooser.act(action, &mut self.columns) {
            return Some(Reaction::Done);
        }
        match action {
            // What is seen is not to be left for a key that is not meant for it.
            Action::Back | Action::Columns => self.chooser = None,
            Action::Help | Action::Quit | Action::Pause => return Some(Reaction::None),
            _ => {}
        }
        Some(Reaction::Done)
    }

    /// Folds or unfolds. False if that changes nothing but maybe the selection.
    fn fold(&mut self, action: Action) -> bool {
        let (Some(folds), Some(task)) = (&mut self.tree, self.list.selected()) else {
            self.list.select_one();
            return false;
        };
        if action == Action::FoldAll {
            folds.turn_all();
            return true;
        }
        let place = self.list.place();
        let Some(branch) = self.branches.get(place) else {
            return false;
        };
        match (action, branch.is_open) {
            (Action::Unfold, false) if branch.below > 0 => folds.turn(task),
            (Action::Unfold, _) => return false,
            (_, true) => folds.turn(task),
            (_, false) => {
                let mut above = self.branches[..place].iter();
                let above = above.rposition(|above| above.depth < branch.depth);
                if let Some(above) = above.and_then(|above| self.list.rows.get(above)) {
                    self.list.choose(*above);
                }
                return false;
            }
        }
        true
    }

    /// Sorts by that column, or the other way round if that is so already.
    pub(super) fn sort_by(&mut self, column: ColumnName) {
        self.sort = match self.sort.column == column {
            true => Sort {
                reversed: !self.sort.reversed,
                column,
            },
            false => Sort::by(column),
        };
    }

    /// Sorts by the column that is so many further to the right, of those that there are.
    fn sort_further(&mut self, by: isize) {
        let shown = self.shown_columns();
        let columns: Vec<ColumnName> = columns::known(&shown, self.known)
            .map(|(_, name)| name)
            .collect();
        let place = columns.iter().position(|it| *it == self.sort.column);
        let further = place.unwrap_or(0).cast_signed() + by;
        if let Some(place) = further.checked_rem_euclid(columns.len().cast_signed()) {
            self.sort = Sort::by(columns[place.cast_unsigned()]);
        }
    }
}
