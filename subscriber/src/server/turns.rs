//! Snapshots one after another.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// How much time there is from the beginning of one snapshot to that of the next.
///
/// A difference costs what has changed, but a snapshot everything: a client that
/// attaches and goes, over and over, has no more of them than this.
const BETWEEN: Duration = Duration::from_millis(25);

/// Whose turn it is.
#[derive(Default)]
pub(super) struct Turns {
    /// When the next may begin, if one has begun already.
    next: Mutex<Option<Instant>>,
}

impl Turns {
    /// Waits until a snapshot may begin.
    pub(super) async fn next(&self) {
        while let Some(next) = self.take(Instant::now()) {
            sleep_until(next).await;
        }
    }

    /// Takes the turn at `now`; or gives when there may be one.
    fn take(&self, now: Instant) -> Option<Instant> {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(next) = next.filter(|next| *next > now) {
            return Some(next);
        }
        *next = Some(now + BETWEEN);
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_are_apart_and_those_not_taken_are_not_kept() {
        let turns = Turns::default();
        let now = Instant::now();
        assert_eq!(turns.take(now), None);
        assert_eq!(turns.take(now), Some(now + BETWEEN));
        assert_eq!(turns.take(now), Some(now + BETWEEN));
        assert_eq!(turns.take(now + BETWEEN), None);
        let later = now + 100 * BETWEEN;
        assert_eq!(turns.take(later), None);
        assert_eq!(turns.take(later), Some(later + BETWEEN));
    }
}
