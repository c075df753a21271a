//! How many connections there are at once.
//!
//! Whoever has not yet been let in is a newcomer. There are few places for them, and
//! one too many takes that of the newcomer who came first: who connects and says
//! nothing keeps nobody out who has something to show.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::task::AbortHandle;

/// How many newcomers there may be.
const NEWCOMERS: usize = 32;

/// All places.
pub(in crate::server) struct Places {
    taken: Mutex<Taken>,
    /// How many may be let in.
    most: usize,
}

#[derive(Default)]
struct Taken {
    /// Those who came first are first.
    newcomers: VecDeque<Newcomer>,
    let_in: usize,
    next: u64,
}

struct Newcomer {
    number: u64,
    connection: Option<AbortHandle>,
}

/// The place of one connection, given back when it is dropped.
pub(super) struct Place {
    places: Arc<Places>,
    number: u64,
    is_let_in: Mutex<bool>,
}

impl Places {
    /// Places for `most` that are let in, and some newcomers.
    pub(in crate::server) fn new(most: usize) -> Self {
        Places {
            taken: Mutex::default(),
            most,
        }
    }

    /// A place for a newcomer.
    pub(super) fn enter(self: &Arc<Self>) -> Place {
        let mut taken = self.taken();
        if taken.newcomers.len() >= NEWCOMERS
            && let Some(first) = taken.newcomers.pop_front()
            && let Some(connection) = first.connection
        {
            connection.abort();
        }
        let number = taken.next;
        taken.next += 1;
        taken.newcomers.push_back(Newcomer {
            number,
            connection: None,
        });
        Place {
            places: Arc::clone(self),
            number,
            is_let_in: Mutex::new(false),
        }
    }

    /// Tells which task serves the newcomer with this number, so that it can end.
    pub(super) fn serves(&self, number: u64, connection: AbortHandle) {
        let mut taken = self.taken();
        let mut newcomers = taken.newcomers.iter_mut();
        if let Some(newcomer) = newcomers.find(|it| it.number == number) {
            newcomer.connection = Some(connection);
        }
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// Lets the newcomer in, if there is room. True also for one who is in.
    pub(super) fn let_in(&self) -> bool {
        let mut is_let_in = self.is_let_in();
        if *is_let_in {
            return true;
        }
        let mut taken = self.places.taken();
        if taken.let_in >= self.places.most {
            return false;
        }
        taken.newcomers.retain(|it| it.number != self.number);
        taken.let_in += 1;
        *is_let_in = true;
        true
    }

    fn is_let_in(&self) -> MutexGuard<'_, bool> {
        self.is_let_in
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let is_let_in = *self.is_let_in();
        let mut taken = self.places.taken();
        match is_let_in {
            true => taken.let_in -= 1,
            false => taken.newcomers.retain(|it| it.number != self.number),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_who_are_let_in_are_counted() {
        let places = Arc::new(Places::new(2));
        let all = [places.enter(), places.enter(), places.enter()];
        assert!(all[0].let_in() && all[0].let_in() && all[1].let_in());
        assert!(!all[2].let_in());
        let [first, _second, third] = all;
        drop(first);
        assert!(third.let_in());
        assert_eq!(places.taken().newcomers.len(), 0);
    }

    #[tokio::test]
    async fn one_newcomer_too_many_takes_the_place_of_the_first() {
        let places = Arc::new(Places::new(1));
        let mut waiting = Vec::new();
        for _ in 0..=NEWCOMERS {
            let place = places.enter();
            let number = place.number();
            let connection = tokio::spawn(async move {
                let _place = place;
                std::future::pending::<()>().await;
            });
            places.serves(number, connection.abort_handle());
            waiting.push(connection);
        }
        let first = waiting.remove(0).await.unwrap_err();
        assert!(first.is_cancelled());
        assert!(waiting.iter().all(|it| !it.is_finished()));
        assert_eq!(places.taken().newcomers.len(), NEWCOMERS);
    }
}
