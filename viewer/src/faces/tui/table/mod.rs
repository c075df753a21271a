//! What every table of the UI is made of.
//!
//! `list` knows its rows and which of them is selected, `shape` makes room for its
//! columns, `draw` draws the rows that are seen, `filter_line` says which these are, and
//! `orderer` finds rows and puts them in order on a thread beside the UI's, with `texts`
//! cheap to sort by.

pub(super) mod draw;
mod filter_line;
mod list;
mod orderer;
mod shape;
pub(super) mod sheet;
mod texts;

pub(super) use self::filter_line::{FilterLine, Filtering};
pub(super) use self::list::{Hit, List, Scroll};
pub(super) use self::orderer::Orderer;
pub(super) use self::shape::{Keeps, Shape, layout};
pub(super) use self::texts::Texts;
