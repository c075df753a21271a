//! Which tasks and channels the tables show, and in which order.
//!
//! A picture comes in, and what the user has chosen; the names of the rows go out.
//! `tasks` chooses and sorts, `texts` makes texts cheap to sort by, and `orderer`
//! sees to it that the UI never waits for either.

mod orderer;
mod tasks;
#[cfg(test)]
mod tests;
mod texts;

use std::fmt;
use std::sync::Arc;

pub(super) use self::orderer::Orderer;
use crate::client::Picture;
use crate::model::{ResourceKey, Task, TaskKey};

/// What the table is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sort {
    /// Index of the column; the first puts first where to look.
    pub(super) column: usize,
    pub(super) reversed: bool,
}

/// Whether a task of a picture is shown.
type Shows = dyn Fn(&Picture, &Task) -> bool + Send + Sync;

/// Which tasks the table shows.
#[derive(Clone)]
pub(super) struct Filter(Arc<Shows>);

impl Filter {
    /// Those of which `shows` is true. It is asked on a thread beside the UI's.
    pub(super) fn new(shows: impl Fn(&Picture, &Task) -> bool + Send + Sync + 'static) -> Self {
        Filter(Arc::new(shows))
    }

    fn shows(&self, picture: &Picture, task: &Task) -> bool {
        (self.0)(picture, task)
    }
}

impl fmt::Debug for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Filter")
    }
}

/// What the user has chosen to see.
#[derive(Clone, Debug)]
pub(super) enum Choice {
    Tasks(Sort, Option<Filter>),
    Channels,
}

impl Choice {
    /// How many things there are to choose from.
    fn candidates(&self, picture: &Picture) -> usize {
        match self {
            Choice::Tasks(..) => picture.model.tasks.len(),
            Choice::Channels => picture.model.resources.len(),
        }
    }

    fn rows(&self, picture: &Picture) -> Rows {
        match self {
            Choice::Tasks(sort, filter) => {
                Rows::Tasks(tasks::in_order(picture, *sort, filter.as_ref()))
            }
            Choice::Channels => {
                let channels = picture.model.channels();
                let keys = channels.iter().map(|channel| channel.resource.key);
                Rows::Channels(keys.collect())
            }
        }
    }
}

/// The rows of a table, in their order.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Rows {
    Tasks(Vec<TaskKey>),
    Channels(Vec<ResourceKey>),
}
