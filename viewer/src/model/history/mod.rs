//! What the process and its spawn sites did over the last minutes.
//!
//! Each picture adds a step; a step that is there does not change, so that a copy of
//! the past is made in no time and stands still. Time is that of the program's own
//! clock: where it was not watched, or its clock jumped, there is a gap. `keep` says
//! which sites are kept when there are more than there is room for, `read` makes
//! series and rates of the steps.

mod keep;
mod read;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

pub use self::read::{ProcessPoint, SitePoint};

use self::keep::Places;
use super::site_tasks::SiteSums;
use super::{Model, Moment, SiteKey, SpawnSite};

/// How much of the past is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HistoryBounds {
    /// The length of a step; at least a millisecond.
    pub step: Duration,
    /// How far back it goes.
    pub reach: Duration,
    /// How many bytes the sites may take.
    pub bytes: usize,
}

/// Ten minutes in steps of a second, in 16 MiB.
impl Default for HistoryBounds {
    fn default() -> Self {
        HistoryBounds {
            step: Duration::from_secs(1),
            reach: Duration::from_secs(600),
            bytes: 16 << 20,
        }
    }
}

impl HistoryBounds {
    /// What goes back so far, in no more than an hour's steps of a second: longer ones if
    /// it is more.
    pub fn reaching(reach: Duration) -> Self {
        let steps = u32::try_from(reach.as_secs().div_ceil(3_600)).unwrap_or(u32::MAX);
        HistoryBounds {
            step: Duration::from_secs(1) * steps.max(1),
            reach,
            ..HistoryBounds::default()
        }
    }

    /// The part of each of so many programs, that all of them together take no more.
    #[must_use]
    pub fn shared_by(self, programs: usize) -> Self {
        HistoryBounds {
            bytes: self.bytes / programs.max(1),
            ..self
        }
    }

    fn step_nanos(&self) -> u64 {
        u64::try_from(self.step.as_nanos()).map_or(u64::MAX, |nanos| nanos.max(1_000_000))
    }

    /// How many steps there are at most.
    fn steps(&self) -> usize {
        let steps = self.reach.as_nanos() / u128::from(self.step_nanos());
        usize::try_from(steps)
            .unwrap_or(usize::MAX)
            .clamp(1, 1 << 20)
    }

    /// How many sites there is room for.
    fn sites(&self) -> usize {
        self.bytes / self.steps() / size_of::<SiteStep>()
    }
}

/// The last minutes of one program.
#[derive(Clone, Debug, Default)]
pub struct History {
    bounds: HistoryBounds,
    steps: VecDeque<Arc<Step>>,
    places: Arc<Places>,
    /// What was counted when the last step was begun, and in the last picture.
    begun: Option<Arc<Counted>>,
    last: Option<Arc<Counted>>,
}

/// One step, or several if the program tells of itself less often.
#[derive(Clone, Debug)]
struct Step {
    /// The numbers of the steps that it stands for, counted from [`Moment::ZERO`].
    from: u64,
    to: u64,
    /// How long it was watched for the differences below; `None` if it was not
    /// watched before it.
    watched: Option<Duration>,
    resident_bytes: u64,
    live: u64,
    cpu: Duration,
    busy: Duration,
    spawned: u64,
    ended: u64,
    polls: u64,
    wakes: u64,
    /// By the places of the sites.
    sites: Box<[SiteStep]>,
}

/// What one site did in a step.
#[derive(Clone, Copy, Debug, Default)]
struct SiteStep {
    live: u32,
    spawned: u32,
    ended: u32,
    busy_micros: u32,
}

/// Counts that only ever grow, at one moment.
#[derive(Clone, Debug, Default)]
struct Counted {
    at: Moment,
    cpu: Duration,
    busy: Duration,
    spawned: u64,
    ended: u64,
    polls: u64,
    wakes: u64,
    sites: Vec<SiteCounted>,
}

/// The same of one site.
#[derive(Clone, Copy, Debug, Default)]
struct SiteCounted {
    spawned: u64,
    ended: u64,
    busy: Duration,
}

impl History {
    /// An empty one.
    pub fn new(bounds: HistoryBounds) -> Self {
        History {
            bounds,
            ..History::default()
        }
    }

    /// What is kept.
    pub fn bounds(&self) -> HistoryBounds {
        self.bounds
    }

    /// From here on is not what went on before: the picture was lost for a while.
    pub(crate) fn interrupt(&mut self) {
        (self.begun, self.last) = (None, None);
    }

    /// How many bytes there are of steps.
    pub fn bytes(&self) -> usize {
        let bytes = |step: &Arc<Step>| size_of::<Step>() + size_of_val(&*step.sites);
        self.steps.iter().map(bytes).sum()
    }

    /// Takes in a picture that is newer than the last. One that is not complete says
    /// nothing.
    pub(super) fn record(&mut self, model: &Model, sums: &SiteSums) {
        let is_newer = self.last.as_ref().is_none_or(|last| model.now > last.at);
        if !model.complete || !is_newer {
            return;
        }
        let number = model.now.nanos() / self.bounds.step_nanos();
        if !self.places.are_of_all(&model.sites) {
            let room = self.bounds.sites();
            Arc::make_mut(&mut self.places).settle(&model.sites, room, number);
        }
        let counted = Arc::new(self.count(model, sums));
        let last_to = self.steps.back().map(|step| step.to);
        if last_to == Some(number) {
            // The same step goes on.
            self.steps.pop_back();
        } else {
            self.begun = self.last.take();
        }
        let before = self.steps.back().map(|step| step.to);
        let from = before.filter(|before| number - before <= self.stride(model));
        let begun = self.begun.as_deref().filter(|_| from.is_some());
        let step = Step::between(begun, &counted, model);
        self.steps.push_back(Arc::new(Step {
            from: from.map_or(number, |before| before + 1),
            to: number,
            sites: self.site_steps(begun, &counted, model),
            ..step
        }));
        let oldest = (number + 1).saturating_sub(self.bounds.steps() as u64);
        while self.steps.front().is_some_and(|step| step.to < oldest) {
            self.steps.pop_front();
        }
        self.last = Some(counted);
    }

    /// How many steps there may be from one picture to the next if nothing is amiss.
    fn stride(&self, model: &Model) -> u64 {
        let interval = model
            .program
            .as_ref()
            .map_or(Duration::ZERO, |it| it.interval);
        // No program sends less often, whatever it says.
        let nanos = interval.min(Duration::from_secs(60)).as_nanos() as u64;
        // Updates may be late by as much again.
        (2 * nanos / self.bounds.step_nanos()).max(2)
    }

    fn count(&self, model: &Model, sums: &SiteSums) -> Counted {
        let of_ended = |count: fn(&SpawnSite) -> u64| {
            let counts = model.sites.values().map(count);
            counts.fold(0, u64::saturating_add)
        };
        let busy_of_ended: Duration = model.sites.values().map(|site| site.busy).sum();
        let sites = self.places.keys().map(|key| {
            let site = model.sites.get(key).copied().unwrap_or_default();
            let live = sums.sites.get(key);
            SiteCounted {
                spawned: site.spawned,
                ended: site.spawned.saturating_sub(site.live()),
                busy: site.busy + live.map_or(Duration::ZERO, |live| live.busy),
            }
        });
        Counted {
            at: model.now,
            cpu: model.process.cpu,
            busy: busy_of_ended.saturating_add(sums.all.busy),
            spawned: model.totals.tasks_spawned,
            ended: model.totals.tasks_ended,
            polls: of_ended(|site| site.polls).saturating_add(sums.all.polls),
            wakes: model.wakes_of_ended.saturating_add(sums.all.wakes),
            sites: sites.collect(),
        }
    }

    fn site_steps(
        &self,
        begun: Option<&Counted>,
        counted: &Counted,
        model: &Model,
    ) -> Box<[SiteStep]> {
        let less = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
        let sites = self.places.keys().zip(&counted.sites).enumerate();
        let steps = sites.map(|(place, (key, now))| {
            let before = begun
                .and_then(|begun| begun.sites.get(place))
                .unwrap_or(now);
            let live = model.sites.get(key).map_or(0, SpawnSite::live);
            let micros = now.busy.saturating_sub(before.busy).as_micros();
            SiteStep {
                live: less(live),
                spawned: less(now.spawned.saturating_sub(before.spawned)),
                ended: less(now.ended.saturating_sub(before.ended)),
                busy_micros: u32::try_from(micros).unwrap_or(u32::MAX),
            }
        });
        steps.collect()
    }
}

impl Step {
    fn between(before: Option<&Counted>, now: &Counted, model: &Model) -> Self {
        let from = before.unwrap_or(now);
        Step {
            from: 0,
            to: 0,
            watched: before.map(|before| now.at.since(before.at)),
            resident_bytes: model.process.resident_bytes,
            live: model.tasks.len() as u64,
            cpu: now.cpu.saturating_sub(from.cpu),
            busy: now.busy.saturating_sub(from.busy),
            spawned: now.spawned.saturating_sub(from.spawned),
            ended: now.ended.saturating_sub(from.ended),
            polls: now.polls.saturating_sub(from.polls),
            wakes: now.wakes.saturating_sub(from.wakes),
            sites: Box::default(),
        }
    }
}

/// Sites by how many tasks they have, to choose by.
type Sites = BTreeMap<SiteKey, SpawnSite>;
