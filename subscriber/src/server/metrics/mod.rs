//! Sums of the tables for Prometheus.
//!
//! A scrape comes in; one pass over the tables ([`pass`]) sums everything up, waits
//! get their names ([`waits`]) and totals their past ([`ledger`]); out goes a
//! [`Picture`], as text ([`exposition`]). Nothing runs between scrapes.

mod bounded;
mod exposition;
mod label;
mod ledger;
mod pass;
mod picture;
mod places;
mod waits;
mod words;

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use hyper::body::Bytes;
use tokio::sync::Mutex;

use super::service::Shared;
use super::symbol_keeper::Wanted;
pub(super) use exposition::Format;
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
            .get_or_init(|| exposition::write(&self.picture, format))
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
