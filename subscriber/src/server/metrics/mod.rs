//! Sums of the tables for Prometheus.
//!
//! A scrape comes in; one pass over the tables ([`pass`]) sums everything up, waits
//! get their names ([`waits`]) and totals their past ([`ledger`]); out goes a
//! [`Picture`], as text ([`exposition`], [`format`](mod@format)). Nothing runs between scrapes.

mod bounded;
mod exposition;
mod families;
mod format;
mod label;
mod ledger;
mod pass;
mod picture;
mod places;
mod poll_times;
mod waits;
mod words;

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use hyper::body::Bytes;
use tokio::sync::Mutex;

use super::service::Shared;
use super::symbol_keeper::Wanted;
use exposition::Exposition;
pub(super) use format::Format;
use ledger::Ledger;
use picture::Picture;

/// A picture is shown to whoever asks within this time, or within so many times as
/// long as it took to make: at most a fifth of the thread goes into pictures,
/// however many ask.
const FRESH: Duration = Duration::from_millis(100);
const FRESH_TIMES: u32 = 4;
/// After so long without a scrape, what is kept for the next is given back.
const IDLE: Duration = Duration::from_secs(600);

/// What lasts from one scrape to the next.
#[derive(Default)]
pub(super) struct Metrics {
    /// Held while a picture is made: one at a time, and who comes meanwhile gets
    /// the same if it was begun after they came.
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    ledger: Ledger,
    last: Option<Arc<Shown>>,
    /// The names of stacks.
    wanted: Option<Wanted>,
    scrapes: u64,
    /// Whether someone waits to give it back.
    waiting: bool,
}

/// A picture, and its texts once someone wants them.
pub(super) struct Shown {
    picture: Arc<Picture>,
    begun: Instant,
    ended: Instant,
    texts: [OnceLock<Option<Bytes>>; 2],
}

impl Shown {
    /// `None` if it cannot be written.
    pub(super) fn text(&self, format: Format) -> Option<Bytes> {
        self.texts[format as usize]
            .get_or_init(|| format::write(Exposition(Arc::clone(&self.picture)), format))
            .clone()
    }

    fn serves(&self, asked: Instant) -> bool {
        let fresh = FRESH.max((self.ended - self.begun) * FRESH_TIMES);
        self.begun >= asked || self.ended.elapsed() < fresh
    }
}

impl Metrics {
    /// The program as it is now.
    pub(super) async fn scrape(&self, shared: &Arc<Shared>) -> Arc<Shown> {
        let asked = Instant::now();
        let mut kept = self.kept.lock().await;
        kept.scrapes += 1;
        if let Some(last) = kept.last.as_ref().filter(|last| last.serves(asked)) {
            return Arc::clone(last);
        }
        let shown = Arc::new(kept.look(shared).await);
        kept.last = Some(Arc::clone(&shown));
        if !std::mem::replace(&mut kept.waiting, true) {
            tokio::spawn(give_back(Arc::clone(shared), IDLE));
        }
        shown
    }
}

impl Kept {
    async fn look(&mut self, shared: &Arc<Shared>) -> Shown {
        let begun = Instant::now();
        let wanted = self.wanted.get_or_insert_with(|| shared.symbols.want());
        let picture = Picture::take(shared, wanted, &mut self.ledger).await;
        Shown {
            picture: Arc::new(picture),
            begun,
            ended: Instant::now(),
            texts: Default::default(),
        }
    }
}

/// Gives back what is kept, but for the ledger, when nobody has asked for a while.
async fn give_back(shared: Arc<Shared>, idle: Duration) {
    let mut before = None;
    loop {
        {
            let mut kept = shared.metrics.kept.lock().await;
            if before == Some(kept.scrapes) {
                kept.waiting = false;
                kept.last = None;
                kept.wanted = None;
                return;
            }
            before = Some(kept.scrapes);
        }
        tokio::time::sleep(idle).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::service::TaskmonService;
    use crate::until::until;

    fn scrape(shared: &Arc<Shared>) -> tokio::task::JoinHandle<Arc<Shown>> {
        let shared = Arc::clone(shared);
        tokio::spawn(async move { shared.metrics.scrape(&shared).await })
    }

    #[tokio::test]
    async fn who_comes_while_a_picture_is_made_gets_the_same() {
        let service = TaskmonService::of_nothing();
        let shared = service.shared();
        let scrapes: Vec<_> = (0..20).map(|_| scrape(shared)).collect();
        let mut shown = Vec::new();
        for scrape in scrapes {
            shown.push(scrape.await.unwrap());
        }
        assert!(shown.iter().all(|it| Arc::ptr_eq(it, &shown[0])));
        // It is shown anew once it is no longer fresh.
        until("a time when it is not", || !shown[0].serves(Instant::now())).await;
        let later = scrape(shared).await.unwrap();
        assert!(!Arc::ptr_eq(&later, &shown[0]));
        assert!(later.begun > shown[0].ended);
    }

    #[tokio::test]
    async fn who_gives_up_keeps_nobody_waiting() {
        let service = TaskmonService::of_nothing();
        let shared = service.shared();
        let gone = scrape(shared);
        tokio::task::yield_now().await;
        gone.abort();
        let shown = scrape(shared).await.unwrap();
        assert!(shown.text(Format::OpenMetrics).is_some());
    }

    #[tokio::test]
    async fn what_is_kept_for_the_next_scrape_is_given_back() {
        let service = TaskmonService::of_nothing();
        let shared = service.shared();
        scrape(shared).await.unwrap();
        assert!(shared.metrics.kept.lock().await.last.is_some());
        give_back(Arc::clone(shared), Duration::from_millis(1)).await;
        let kept = shared.metrics.kept.lock().await;
        assert!(kept.last.is_none() && kept.wanted.is_none() && !kept.waiting);
    }
}
