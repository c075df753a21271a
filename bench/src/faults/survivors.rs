//! The viewers that outlive everything, each at the end of a way of its own, and
//! whether they show what is true.

use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use taskmon::client::{Link, Picture, Target, Watcher, look};
use taskmon::model::Model;
use taskmon::rules::Thresholds;
use tokio::sync::watch;
use tokio::time::sleep;

use super::injected::Injected;
use super::picture::Pictured;
use super::proxy::Proxy;
use super::weather::{Way, Weather};
use crate::scale::Outcome;

/// How often they ask for an update: often, so that much goes wrong in between.
const INTERVAL: Duration = Duration::from_millis(200);
/// How long a viewer may take until it shows what is true, once the weather is fine.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often it is told what still differs.
const TELL_EVERY: Duration = Duration::from_secs(10);
/// How often they are held against a fresh one meanwhile.
const EVERY: Duration = Duration::from_millis(100);

/// All of them.
pub struct Survivors {
    target: Target,
    weather: watch::Sender<Weather>,
    viewers: Vec<Survivor>,
}

struct Survivor {
    way: Way,
    watcher: Watcher,
    _proxy: Proxy,
}

/// What came of holding them against a fresh viewer.
#[derive(Clone, Debug)]
pub struct Compared {
    /// What the fresh one shows.
    pub fresh: Model,
    /// How many viewers were held against it.
    pub viewers: usize,
    /// How many tasks, waits, resources and sites each of them shows.
    pub things: usize,
    /// Ended tasks that the fresh one knows and one of them does not.
    pub ended_not_known: usize,
    /// How long it took until all were the same.
    pub took: Duration,
    /// What differed to the last, in words.
    pub differences: Vec<String>,
}

impl Survivors {
    /// Has one attach to the program at `address` on each [`Way`].
    ///
    /// # Errors
    ///
    /// If there is no port left.
    pub async fn attach(address: &str, injected: &Arc<Injected>) -> Outcome<Self> {
        let weather = watch::Sender::new(Weather::Fine);
        let mut viewers = Vec::new();
        for (seed, way) in (0..).zip(Way::ALL) {
            let injected = Arc::clone(injected);
            let proxy = Proxy::open(address, way, weather.subscribe(), injected, seed).await?;
            let watcher = Watcher::start(proxy.address().parse()?, Thresholds::default(), INTERVAL);
            viewers.push(Survivor {
                way,
                watcher,
                _proxy: proxy,
            });
        }
        Ok(Survivors {
            target: address.parse()?,
            weather,
            viewers,
        })
    }

    /// From now on all ways are like this.
    pub fn weather(&self, weather: Weather) {
        self.weather.send_replace(weather);
    }

    /// Holds all of them against a viewer that has just come, until all show the same
    /// or have had time enough. The program must rest.
    ///
    /// # Errors
    ///
    /// If no fresh viewer sees anything in that time.
    pub async fn compare(&self) -> Outcome<Compared> {
        let (begun, mut told) = (Instant::now(), Duration::ZERO);
        loop {
            let fresh = match look(&self.target).await {
                Ok(fresh) => fresh,
                Err(error) if begun.elapsed() > PATIENCE => return Err(error.into()),
                Err(error) => {
                    eprintln!("a fresh viewer: {error}");
                    sleep(EVERY).await;
                    continue;
                }
            };
            let pictured = Pictured::of(&fresh);
            let mut differences = Vec::new();
            let mut ended_not_known = 0;
            for viewer in &self.viewers {
                let (own, differing) = viewer.differences_to(&pictured);
                ended_not_known += own.ended_not_known(&pictured);
                differences.extend(differing);
            }
            let took = begun.elapsed();
            if differences.is_empty() || took > PATIENCE {
                return Ok(Compared {
                    viewers: self.viewers.len(),
                    things: pictured.things(),
                    fresh,
                    ended_not_known,
                    took,
                    differences,
                });
            }
            if took > told + TELL_EVERY {
                told = took;
                // Whoever waits wants to know what for.
                for difference in &differences {
                    eprintln!("after {took:.0?}: {difference}");
                }
            }
            sleep(EVERY).await;
        }
    }
}

impl Survivor {
    /// What it shows, and what of it is otherwise than in `fresh`.
    fn differences_to(&self, fresh: &Pictured) -> (Pictured, Vec<String>) {
        let picture: Picture = {
            let picture = self.watcher.picture();
            let locked = picture.lock().unwrap_or_else(PoisonError::into_inner);
            locked.clone()
        };
        let own = Pictured::of(&picture.model);
        let mut differences = own.differences_to(fresh);
        if !matches!(picture.link, Link::Live) {
            differences.insert(0, format!("not connected: {:?}", picture.link));
        }
        let name = self.way.name;
        let differences = differences.into_iter();
        let differences = differences.map(|it| format!("the viewer on {name}: {it}"));
        (own, differences.collect())
    }
}
