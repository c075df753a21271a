//! Finds rows and puts them in order without keeping the UI waiting.

use std::fmt;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use super::super::targets::Pictures;

/// Up to so many things are gone through at once, which takes less than a
/// millisecond; more of them on a thread beside the UI's.
const AT_ONCE: usize = 2_000;

/// What makes rows of pictures.
type Choose<R> = Box<dyn FnOnce(&Pictures) -> R + Send>;

/// Makes rows of one kind. Its thread starts when it is first needed and ends with it.
pub(in super::super) struct Orderer<R> {
    beside: Option<Beside<R>>,
    /// The number of the last order that was asked for.
    asked: u64,
    /// The number of the last order whose rows were given.
    given: u64,
}

/// The thread's two ends.
struct Beside<R> {
    orders: Sender<(u64, Pictures, Choose<R>)>,
    rows: Receiver<(u64, R)>,
}

impl<R> Default for Orderer<R> {
    fn default() -> Self {
        Orderer {
            beside: None,
            asked: 0,
            given: 0,
        }
    }
}

impl<R> fmt::Debug for Orderer<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (asked, given) = (self.asked, self.given);
        write!(f, "Orderer {{ asked: {asked}, given: {given} }}")
    }
}

impl<R: Send + 'static> Orderer<R> {
    /// The rows that `choose` makes of `pictures`, if it has to go through few things;
    /// else they are given by [`Orderer::rows`] as soon as they are made. `candidates`
    /// is how many things it goes through.
    pub(in super::super) fn order(
        &mut self,
        pictures: &Pictures,
        candidates: usize,
        choose: impl FnOnce(&Pictures) -> R + Send + 'static,
    ) -> Option<R> {
        self.asked += 1;
        let choose = match candidates {
            0..=AT_ONCE => Box::new(choose),
            _ => self.send(pictures, Box::new(choose)).err()?,
        };
        self.given = self.asked;
        Some(choose(pictures))
    }

    /// Rows that have been made since.
    pub(in super::super) fn rows(&mut self) -> Option<R> {
        let (number, rows) = self.beside.as_ref()?.rows.try_iter().last()?;
        // Rows that were given at once meanwhile are of newer pictures.
        let newer = number > self.given;
        self.given = self.given.max(number);
        newer.then_some(rows)
    }

    /// The number of the last order that was asked for.
    pub(in super::super) fn asked(&self) -> u64 {
        self.asked
    }

    /// Whether rows were given that are as new as those asked for with this number.
    pub(in super::super) fn has_given(&self, number: u64) -> bool {
        self.given >= number
    }

    /// Gives `choose` back if there is nobody to send it to.
    fn send(&mut self, pictures: &Pictures, choose: Choose<R>) -> Result<(), Choose<R>> {
        if self.beside.is_none() {
            self.beside = Beside::start();
        }
        let Some(beside) = &self.beside else {
            return Err(choose);
        };
        let order = (self.asked, pictures.clone(), choose);
        beside.orders.send(order).map_err(|error| {
            let (_, _, choose) = error.0;
            self.beside = None;
            choose
        })
    }
}

impl<R: Send + 'static> Beside<R> {
    /// `None` if the system has no thread for it.
    fn start() -> Option<Self> {
        let (orders, work) = channel();
        let (done, rows) = channel();
        thread::Builder::new()
            .name("taskmon-rows".to_owned())
            .spawn(move || put_in_order(&work, &done))
            .ok()?;
        Some(Beside { orders, rows })
    }
}

/// Until the UI ends.
fn put_in_order<R>(work: &Receiver<(u64, Pictures, Choose<R>)>, done: &Sender<(u64, R)>) {
    while let Ok(first) = work.recv() {
        // Only the newest of several orders is still of use.
        let newest = work.try_iter().last().unwrap_or(first);
        let (number, pictures, choose) = newest;
        if done.send((number, choose(&pictures))).is_err() {
            return;
        }
    }
}
