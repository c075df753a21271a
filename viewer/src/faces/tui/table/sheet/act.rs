//! What is done with a sheet.

use ratatui::crossterm::event::Event;
use ratatui::layout::Position;

use super::super::super::keys::{Action, Binding};
use super::super::super::targets::Pictures;
use super::super::super::views::{Reaction, Sight};
use super::super::{Filtering, Hit};
use super::{Record, Sheet};

/// The keys of every sheet.
pub(in super::super::super) const SORT_KEYS: &[Binding] = &[
    Binding::new(Action::Filter, "/", "show only some; Esc shows all again").short("filter"),
    Binding::new(
        Action::SortPrevious,
        "< Left h",
        "sort by the column before",
    )
    .short("sort"),
    Binding::new(Action::SortNext, "> Right l", "sort by the next column").short("sort"),
    Binding::new(Action::Reverse, "r", "sort the other way round"),
];

/// What was clicked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super::super) enum Clicked {
    Nothing,
    Title,
    Row,
}

impl<R: Record> Sheet<R> {
    /// Does what is the same for all sheets; [`Reaction::None`] if it is not.
    pub(in super::super::super) fn act(&mut self, action: Action, sight: &Sight<'_>) -> Reaction {
        let columns = shown_columns::<R>(sight.pictures);
        let place = columns.iter().position(|index| *index == self.column);
        let further = |by| columns[(place.unwrap_or(0) + by) % columns.len()];
        match action {
            Action::Filter => {
                self.filter.begin();
                return Reaction::Done;
            }
            Action::Back if !self.filter.clear() => return Reaction::None,
            Action::Back => {}
            Action::SortNext => self.sort_by(further(1)),
            Action::SortPrevious => self.sort_by(further(columns.len() - 1)),
            Action::Reverse => self.reversed = !self.reversed,
            _ if self.list.go(action) => return Reaction::Done,
            _ => return Reaction::None,
        }
        self.order_anew(sight.pictures);
        Reaction::Done
    }

    /// Whether a filter is typed.
    pub(in super::super::super) fn is_typing(&self) -> bool {
        self.filter.is_typing()
    }

    /// Takes what is typed.
    pub(in super::super::super) fn type_in(
        &mut self,
        event: &Event,
        sight: &Sight<'_>,
    ) -> Reaction {
        match self.filter.take(event) {
            Filtering::Edited => {}
            Filtering::Changed => self.order_anew(sight.pictures),
            Filtering::Nothing => return Reaction::None,
            Filtering::Moves(action) => {
                self.list.go(action);
            }
        }
        Reaction::Done
    }

    /// Selects the row that was clicked, or sorts by the title.
    pub(in super::super::super) fn click(
        &mut self,
        position: Position,
        sight: &Sight<'_>,
    ) -> Clicked {
        match self.at(position) {
            None => Clicked::Nothing,
            Some(Hit::Row(key)) => {
                self.list.choose(key);
                Clicked::Row
            }
            Some(Hit::Title(index)) => {
                match index == self.column {
                    true => self.reversed = !self.reversed,
                    false => self.sort_by(index),
                }
                self.order_anew(sight.pictures);
                Clicked::Title
            }
        }
    }

    fn sort_by(&mut self, column: usize) {
        (self.column, self.reversed) = (column, false);
    }
}

/// The indices of the columns that there are: of which program a row is, is told if
/// there are several.
pub(super) fn shown_columns<R: Record>(pictures: &Pictures) -> Vec<usize> {
    let columns = R::columns().iter().enumerate();
    let shown = columns.filter(|(_, it)| pictures.are_several() || it.shape.title != super::TARGET);
    shown.map(|(index, _)| index).collect()
}
