//! Since when a program is quiet.

use tokio::time::Instant;

use crate::model::Model;
use crate::rules::AlertBook;

/// Since when no alert has been active and no task was spawned or ended.
#[derive(Clone, Debug, Default)]
pub(super) struct Quiet {
    since: Option<Instant>,
    /// Tasks that were ever spawned and that ended, when it was last looked at.
    tasks: Option<(u64, u64)>,
}

impl Quiet {
    /// Takes a whole picture and what was found wrong in it.
    pub(super) fn update(&mut self, model: &Model, book: &AlertBook, now: Instant) {
        let tasks = Some((model.totals.tasks_spawned, model.totals.tasks_ended));
        let still = self.tasks == tasks && book.active().is_empty();
        self.tasks = tasks;
        self.since = match (still, self.since) {
            (true, Some(since)) => Some(since),
            (true, None) => Some(now),
            (false, _) => None,
        };
    }

    /// Since when it is quiet; `None` if it is not.
    pub(super) fn since(&self) -> Option<Instant> {
        self.since
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::model::WaitKind;
    use crate::model::sample::Sample;

    struct Look {
        quiet: Quiet,
        sample: Sample,
        book: AlertBook,
        begun: Instant,
        at: Duration,
    }

    impl Look {
        fn new() -> Self {
            Look {
                quiet: Quiet::default(),
                sample: Sample::new(),
                book: AlertBook::default(),
                begun: Instant::now(),
                at: Duration::ZERO,
            }
        }

        /// A look a second later: the seconds after which it became quiet.
        fn again(&mut self) -> Option<u64> {
            self.at += Duration::from_secs(1);
            self.book.update(&self.sample.model);
            let now = self.begun + self.at;
            self.quiet.update(&self.sample.model, &self.book, now);
            Some(self.quiet.since()?.duration_since(self.begun).as_secs())
        }
    }

    #[test]
    fn it_is_quiet_from_the_second_look_without_a_change() {
        let mut look = Look::new();
        assert_eq!(look.again(), None);
        assert_eq!(look.again(), Some(2));
        assert_eq!(look.again(), Some(2));
    }

    #[test]
    fn a_task_that_comes_or_goes_begins_it_anew() {
        let mut look = Look::new();
        look.again();
        look.again();
        look.sample.model.totals.tasks_spawned += 1;
        assert_eq!(look.again(), None);
        assert_eq!(look.again(), Some(4));
        look.sample.model.totals.tasks_ended += 1;
        assert_eq!(look.again(), None);
    }

    #[test]
    fn an_active_alert_is_never_quiet() {
        let mut look = Look::new();
        let task = look.sample.task(1);
        look.sample.wait(task, WaitKind::MpscSend, 90);
        for _ in 0..5 {
            assert_eq!(look.again(), None);
        }
    }
}
