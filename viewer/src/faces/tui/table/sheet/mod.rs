//! A whole table: rows of one kind, of all programs, with a filter and an order.
//!
//! A [`Record`] says what a row is and what its columns are; a [`Sheet`] makes the rows
//! on the thread beside the UI's, and does for every view what is the same: it sorts,
//! filters, selects, draws and writes.

mod act;
mod draw;
mod write;

use std::cmp::{Ordering, Reverse};
use std::fmt;

use ratatui::layout::{Alignment, Position};
use ratatui::style::Style;

pub(in super::super) use self::act::{Clicked, SORT_KEYS};
use super::super::targets::{Of, Pictures, Seen};
use super::super::theme::Theme;
use super::super::views::{News, Sight};
use super::{FilterLine, Hit, Keeps, List, Orderer, Shape};
use crate::filter::Filter;

/// A row of a sheet, with all that is told of it.
pub(in super::super) trait Record: Clone + fmt::Debug + Send + 'static {
    /// What tells it from the others of its program.
    type Key: Copy + PartialEq + fmt::Debug + Send + 'static;

    /// Its name, the same from picture to picture.
    fn key(&self) -> Of<Self::Key>;

    /// What is told of it. By the first, rows are sorted at first.
    fn columns() -> &'static [Column<Self>];

    /// What is said if there are none.
    fn none() -> &'static str;

    /// How many things are gone through to find them in one program.
    fn candidates(seen: &Seen) -> usize;
}

/// One column of a sheet.
pub(in super::super) struct Column<R> {
    pub(in super::super) shape: Shape,
    pub(in super::super) cell: fn(&R, &Cell<'_>) -> String,
    pub(in super::super) rank: fn(&R) -> Rank,
    pub(in super::super) style: fn(&R, Theme) -> Style,
}

impl<R> Column<R> {
    /// One that is as plain as most.
    pub(in super::super) const fn new(
        shape: Shape,
        cell: fn(&R, &Cell<'_>) -> String,
        rank: fn(&R) -> Rank,
    ) -> Self {
        Column {
            shape,
            cell,
            rank,
            style: |_, _| Style::new(),
        }
    }

    pub(in super::super) const fn styled(self, style: fn(&R, Theme) -> Style) -> Self {
        Column { style, ..self }
    }
}

/// A shape without much ado.
pub(in super::super) const fn shape(
    title: &'static str,
    width: u16,
    grows: u16,
    gives_way: u8,
    alignment: Alignment,
    keeps: Keeps,
) -> Shape {
    Shape {
        title,
        width,
        grows,
        gives_way,
        alignment,
        keeps,
    }
}

/// What a cell is drawn with.
pub(in super::super) struct Cell<'a> {
    /// The program that the row is of.
    pub(in super::super) seen: &'a Seen,
    pub(in super::super) theme: Theme,
    pub(in super::super) width: u16,
}

/// What rows are sorted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Rank {
    /// The largest first.
    Number(u64),
    /// In their order.
    Text(String),
}

impl Rank {
    fn compare(&self, other: &Rank) -> Ordering {
        match (self, other) {
            (Rank::Number(one), Rank::Number(other)) => Reverse(one).cmp(&Reverse(other)),
            (Rank::Text(one), Rank::Text(other)) => one.cmp(other),
            (Rank::Number(_), Rank::Text(_)) => Ordering::Less,
            (Rank::Text(_), Rank::Number(_)) => Ordering::Greater,
        }
    }
}

/// The title of the column that says of which program a row is.
const TARGET: &str = "TARGET";

/// That column.
pub(in super::super) const fn target<R: Record>() -> Column<R> {
    Column::new(
        shape(TARGET, 12, 1, 3, Alignment::Left, Keeps::End),
        |_, cell| cell.seen.name.to_string(),
        |row| Rank::Number(u64::from(u16::MAX - row.key().target)),
    )
}

/// The rows that were found.
#[derive(Debug)]
struct Found<R> {
    rows: Vec<R>,
    /// How many there are without the filter.
    of: usize,
}

/// Adds those rows of one program that the filter shows, and says how many there are
/// without it.
pub(in super::super) type Find<R> = fn(u16, &Seen, &Filter, &mut Vec<R>) -> usize;

/// A table of records.
#[derive(Debug)]
pub(in super::super) struct Sheet<R: Record> {
    find: Find<R>,
    list: List<Of<R::Key>>,
    found: Found<R>,
    filter: FilterLine,
    /// The index of the column that it is sorted by.
    column: usize,
    reversed: bool,
    orderer: Orderer<Found<R>>,
    /// The number of the first order since something else was chosen.
    chosen: u64,
}

impl<R: Record> Sheet<R> {
    /// Those rows that `find` finds for `filter`.
    pub(in super::super) fn new(filter: FilterLine, find: Find<R>) -> Self {
        let found = Found {
            rows: Vec::new(),
            of: 0,
        };
        Sheet {
            find,
            list: List::new(),
            found,
            filter,
            column: 0,
            reversed: false,
            orderer: Orderer::default(),
            // None has been asked for yet.
            chosen: 1,
        }
    }

    /// The row that is selected, as it was last found.
    pub(in super::super) fn selected(&self) -> Option<&R> {
        let key = self.list.selected()?;
        let at_place = self.found.rows.get(self.list.place());
        let found = at_place.filter(|row| row.key() == key);
        found.or_else(|| self.found.rows.iter().find(|row| row.key() == key))
    }

    /// Its name, also if it is gone.
    pub(in super::super) fn selected_key(&self) -> Option<Of<R::Key>> {
        self.list.selected()
    }

    /// Selects the first row unless one is selected.
    pub(in super::super) fn select_one(&mut self) {
        self.list.select_one();
    }

    /// How many rows there are.
    pub(in super::super) fn rows(&self) -> usize {
        self.found.rows.len()
    }

    /// Whether the rows are those that were chosen, and in the order that was.
    pub(in super::super) fn is_settled(&self) -> bool {
        self.orderer.has_given(self.chosen)
    }

    /// Looks for rows if there is news. True if it is to be drawn anew.
    pub(in super::super) fn look(&mut self, sight: &Sight<'_>, news: News<'_>) -> bool {
        let arrived = self.orderer.rows().map(|found| self.replace(found));
        match news {
            News::Nothing => {}
            News::All => self.order_anew(sight.pictures),
            News::Pictures(_) => self.order(sight.pictures),
        }
        arrived.is_some() || !matches!(news, News::Nothing)
    }

    /// Looks for what is found by `find` from now on.
    pub(in super::super) fn find_by(&mut self, find: Find<R>, sight: &Sight<'_>) {
        self.find = find;
        self.order_anew(sight.pictures);
    }

    fn order_anew(&mut self, pictures: &Pictures) {
        self.order(pictures);
        self.chosen = self.orderer.asked();
    }

    fn order(&mut self, pictures: &Pictures) {
        let candidates = pictures.all().iter().map(R::candidates).sum();
        let filter = self.filter.filter().clone();
        let (find, column, reversed) = (self.find, self.column, self.reversed);
        let choose = move |pictures: &Pictures| {
            let mut rows = Vec::new();
            let of = pictures
                .iter()
                .map(|(target, seen)| find(target, seen, &filter, &mut rows))
                .sum();
            if let Some(column) = R::columns().get(column) {
                sort(&mut rows, column, reversed);
            }
            Found { rows, of }
        };
        if let Some(found) = self.orderer.order(pictures, candidates, choose) {
            self.replace(found);
        }
    }

    fn replace(&mut self, found: Found<R>) {
        self.list.replace(found.rows.iter().map(R::key).collect());
        self.found = found;
    }

    /// What was drawn there.
    fn at(&self, position: Position) -> Option<Hit<Of<R::Key>>> {
        self.list.at(position)
    }
}

/// Those that are equal stay in the order in which they were found.
fn sort<R>(rows: &mut Vec<R>, column: &Column<R>, reversed: bool) {
    let ranked = std::mem::take(rows).into_iter();
    let mut ranked: Vec<(Rank, R)> = ranked.map(|row| ((column.rank)(&row), row)).collect();
    ranked.sort_by(|(one, _), (other, _)| match reversed {
        false => one.compare(other),
        true => other.compare(one),
    });
    rows.extend(ranked.into_iter().map(|(_, row)| row));
}
