//! Puts rows in order without keeping the UI waiting.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use super::{Choice, Rows};
use crate::client::Picture;

/// Up to so many rows are put in order at once, which takes less than a
/// millisecond; more of them on a thread beside the UI's.
const AT_ONCE: usize = 2_000;

/// Puts rows in order. Its thread starts when it is first needed and ends with it.
#[derive(Debug, Default)]
pub(in super::super) struct Orderer {
    beside: Option<Beside>,
    /// The number of the last order that was asked for.
    asked: u64,
    /// The number of the last order whose rows were given.
    given: u64,
}

/// The thread's two ends.
#[derive(Debug)]
struct Beside {
    orders: Sender<Work>,
    rows: Receiver<(u64, Rows)>,
}

enum Work {
    Order(u64, Choice, Picture),
    /// A picture that nobody looks at any more: if it is large, giving back its
    /// memory takes time too.
    LetGo(Picture),
}

impl Orderer {
    /// The rows of `picture`, if there are few; else they are given by
    /// [`Orderer::rows`] as soon as they are in order.
    pub(in super::super) fn order(&mut self, picture: &Picture, choice: Choice) -> Option<Rows> {
        self.asked += 1;
        let work = match choice.candidates(picture) {
            0..=AT_ONCE => Err(choice),
            _ => self.send(choice, picture),
        };
        let choice = work.err()?;
        self.given = self.asked;
        Some(choice.rows(picture))
    }

    /// Rows that have been put in order since.
    pub(in super::super) fn rows(&mut self) -> Option<Rows> {
        let (number, rows) = self.beside.as_ref()?.rows.try_iter().last()?;
        // Rows that were given at once meanwhile are of a newer picture.
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

    /// Drops a picture that is not shown any more.
    pub(in super::super) fn let_go(&self, picture: Picture) {
        if let Some(beside) = &self.beside {
            // If the thread is gone, it is dropped here.
            let _ = beside.orders.send(Work::LetGo(picture));
        }
    }

    /// Gives `choice` back if there is nobody to send it to.
    fn send(&mut self, choice: Choice, picture: &Picture) -> Result<(), Choice> {
        if self.beside.is_none() {
            self.beside = Beside::start();
        }
        let Some(beside) = &self.beside else {
            return Err(choice);
        };
        let work = Work::Order(self.asked, choice, picture.clone());
        match beside.orders.send(work) {
            Ok(()) => Ok(()),
            Err(error) => {
                self.beside = None;
                match error.0 {
                    Work::Order(_, choice, _) => Err(choice),
                    Work::LetGo(_) => Ok(()),
                }
            }
        }
    }
}

impl Beside {
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
fn put_in_order(work: &Receiver<Work>, done: &Sender<(u64, Rows)>) {
    while let Ok(first) = work.recv() {
        // Only the newest of several orders is still of use.
        let mut newest = None;
        for work in std::iter::once(first).chain(work.try_iter()) {
            match work {
                Work::Order(number, choice, picture) => newest = Some((number, choice, picture)),
                Work::LetGo(picture) => drop(picture),
            }
        }
        let Some((number, choice, picture)) = newest else {
            continue;
        };
        if done.send((number, choice.rows(&picture))).is_err() {
            return;
        }
    }
}
