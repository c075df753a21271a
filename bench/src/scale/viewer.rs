//! The real viewer, but for its terminal, in a process of its own.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use taskmon::client::{Link, Picture, Target, Watcher};
use taskmon::faces::tui::Headless;
use taskmon::model::{Model, SiteKey, TaskKind};
use taskmon::rules::Thresholds;
use tokio::runtime::Runtime;

use super::Outcome;
use super::child::{requests, tell_driver};
use super::frames::{FRAME, Frames};

/// The terminal of a user with a large screen.
const SCREEN: (u16, u16) = (200, 60);
/// How long anything may take to come.
const PATIENCE: Duration = Duration::from_secs(120);

/// The viewer has a whole picture.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Attached {
    /// Seconds from before it connected to the first whole picture.
    pub picture: f64,
    /// And to rows on the screen.
    pub rows: f64,
    /// Tasks that it shows.
    pub tasks: usize,
}

/// Updates have come while nothing else was done.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Rested {
    /// How many.
    pub updates: usize,
    /// By how many milliseconds each came later after the one before than it
    /// should have.
    pub late: Vec<f64>,
}

/// Frames of a kind, and how long what was asked for took to be on the screen.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Drawn {
    /// The frames.
    pub frames: Frames,
    /// Milliseconds, for each time that something was asked for.
    pub settled: Vec<f64>,
}

/// The counts of the picture that the viewer has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Tasks that were ever spawned, by the program's totals.
    pub spawned: u64,
    /// Of these, tasks that have ended.
    pub ended: u64,
    /// Tasks in the picture.
    pub alive: u64,
    /// Tasks, waits and resources that found no room.
    pub unrecorded: u64,
    /// Tasks that were spawned where the driver's own count, by their sites.
    pub own: u64,
    /// Things that made no sense.
    pub oddities: u64,
}

/// Attaches to `address`, and does what the driver asks.
///
/// # Errors
///
/// If nothing can be seen there or the driver is gone.
pub fn run(address: &str) -> Outcome<()> {
    let mut viewer = Viewer::attach(address)?;
    for request in requests() {
        let (what, argument) = request.split_once(' ').unwrap_or((&request, ""));
        match what {
            "rest" => tell_driver(&viewer.rest(argument.parse()?)?)?,
            "sort" => tell_driver(&viewer.sort()?)?,
            "filter" => tell_driver(&viewer.filter()?)?,
            "select" => tell_driver(&viewer.select())?,
            "pause" => tell_driver(&viewer.pause())?,
            "watch" => tell_driver(&viewer.watch(argument.parse()?))?,
            "counts" => tell_driver(&viewer.counts(argument))?,
            _ => return Err(format!("no request {request:?}").into()),
        }
    }
    Ok(())
}

struct Viewer {
    ui: Headless,
    picture: Arc<Mutex<Picture>>,
    _watcher: Watcher,
    _runtime: Runtime,
}

impl Viewer {
    fn attach(address: &str) -> Outcome<Self> {
        let target: Target = address.parse()?;
        // As `taskmon` does.
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("taskmon-client")
            .enable_all()
            .build()?;
        let _entered = runtime.enter();
        let begun = Instant::now();
        let watcher = Watcher::start(target, Thresholds::default(), Duration::ZERO);
        let picture = watcher.picture();
        let ui = Headless::new(address, watcher.picture(), SCREEN.0, SCREEN.1);
        drop(_entered);
        let mut viewer = Viewer {
            ui,
            picture,
            _watcher: watcher,
            _runtime: runtime,
        };
        viewer.until("a whole picture", |viewer| {
            matches!(viewer.now().link, Link::Live)
        })?;
        let seconds = begun.elapsed().as_secs_f64();
        viewer.until("rows", |viewer| {
            viewer.ui.turn();
            viewer.ui.is_settled() && (viewer.ui.rows() > 0 || viewer.now().model.tasks.is_empty())
        })?;
        tell_driver(&Attached {
            picture: seconds,
            rows: begun.elapsed().as_secs_f64(),
            tasks: viewer.ui.rows(),
        })?;
        Ok(viewer)
    }

    fn now(&self) -> MutexGuard<'_, Picture> {
        self.picture.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn until(&mut self, what: &str, is_there: impl Fn(&mut Self) -> bool) -> Outcome<()> {
        let deadline = Instant::now() + PATIENCE;
        while !is_there(self) {
            if Instant::now() > deadline {
                let link = format!("{:?}", self.now().link);
                return Err(format!("the viewer waits in vain for {what}: {link}").into());
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    }

    /// Waits for so many updates, and shows each as a UI does that nobody touches.
    fn rest(&mut self, updates: usize) -> Outcome<Rested> {
        let mut arrivals: Vec<Instant> = Vec::new();
        let mut version = self.now().version;
        let mut drawn = Instant::now();
        while arrivals.len() <= updates {
            let before = version;
            self.until("an update", |viewer| viewer.now().version != before)?;
            arrivals.push(Instant::now());
            version = self.now().version;
            while drawn.elapsed() < FRAME {
                std::thread::sleep(Duration::from_millis(1));
            }
            self.ui.turn();
            drawn = Instant::now();
        }
        let program = self.now().model.program.clone();
        let interval = program.ok_or("no program")?.interval;
        let late = arrivals.windows(2).map(|pair| {
            let taken = pair[1].duration_since(pair[0]);
            1e3 * taken.saturating_sub(interval).as_secs_f64()
        });
        Ok(Rested {
            updates,
            late: late.collect(),
        })
    }

    /// Draws frames, of which each shows something new, while `ask` asks for `times`
    /// things, one after the other, each as soon as the last is on the screen.
    fn drawn(&mut self, what: &str, times: usize, ask: impl Fn(&mut Headless, usize)) -> Drawn {
        /// How many frames there are at least for each thing.
        const FRAMES: usize = 15;
        let mut settled = Vec::new();
        let (mut asked, mut frames, mut begun) = (0, FRAMES, Instant::now());
        let ui = &mut self.ui;
        let frames = Frames::draw(what, |number| {
            if ui.is_settled() && settled.len() < asked {
                settled.push(1e3 * begun.elapsed().as_secs_f64());
            }
            frames += 1;
            if settled.len() == asked && frames > FRAMES {
                if asked == times {
                    return true;
                }
                begun = Instant::now();
                ask(ui, asked);
                asked += 1;
                frames = 0;
            }
            // The user goes on meanwhile.
            ui.press(if number.is_multiple_of(8) { 'k' } else { 'j' });
            ui.turn();
            false
        });
        Drawn { frames, settled }
    }

    /// Sorts by each column, and then by each the other way round.
    fn sort(&mut self) -> Outcome<Drawn> {
        let columns = self.ui.columns();
        let drawn = self.drawn("sorting by each column", 2 * columns, |ui, number| {
            ui.press(if number.is_multiple_of(2) { '>' } else { 'r' });
        });
        // The column of the alerts has no title: after once around it has the sign.
        let lines = self.ui.lines();
        let titles = lines.iter().find(|line| line.contains("STATE"));
        match titles.is_some_and(|titles| titles.starts_with(['▼', '▲'])) {
            true => Ok(drawn),
            false => Err(format!("not sorted by alerts in the end: {titles:?}").into()),
        }
    }

    /// Shows some tasks only, in several ways.
    fn filter(&mut self) -> Outcome<Drawn> {
        const FILTERS: [&str; 6] = [
            "name:99",
            "wait:recv",
            "for:>3s",
            "site:idle",
            "state:running",
            "",
        ];
        let drawn = self.drawn("filtering", 2 * FILTERS.len(), |ui, number| {
            // What was typed before is cleared, and each letter more is a filter too.
            ui.press('/');
            ui.press('\u{1b}');
            ui.press('/');
            FILTERS[number % FILTERS.len()]
                .chars()
                .for_each(|letter| ui.press(letter));
            ui.press('\n');
        });
        let (rows, tasks) = (self.ui.rows(), self.now().model.tasks.len());
        match rows.abs_diff(tasks) < 10_000 {
            true => Ok(drawn),
            false => Err(format!("without a filter there are {rows} rows of {tasks} tasks").into()),
        }
    }

    /// Moves the selection, from one end to the other too.
    fn select(&mut self) -> Drawn {
        // With the details of what is selected, and without.
        let keys = ['G', 'v', 'g', 'v'];
        self.drawn("moving the selection", 16, |ui, number| {
            ui.press(keys[number % keys.len()]);
        })
    }

    /// Stops and goes on.
    fn pause(&mut self) -> Drawn {
        self.drawn("pausing and going on", 6, |ui, _| ui.press(' '))
    }

    /// Draws for so many seconds.
    fn watch(&mut self, seconds: u64) -> Drawn {
        let end = Instant::now() + Duration::from_secs(seconds);
        let ui = &mut self.ui;
        let frames = Frames::draw("", |number| {
            ui.press(if number.is_multiple_of(2) { 'k' } else { 'j' });
            ui.turn();
            Instant::now() > end
        });
        Drawn {
            frames,
            settled: Vec::new(),
        }
    }

    /// What the newest picture counts; of tasks that were spawned in a file that
    /// ends in `file` too.
    fn counts(&mut self, file: &str) -> Counts {
        let model: Arc<Model> = Arc::clone(&self.now().model);
        let (totals, sites) = (&model.totals, model.sites.iter());
        let is_own =
            |key: &SiteKey| key.kind == TaskKind::Task && key.location.file.ends_with(file);
        // What the driver itself waits for there is not spawned.
        let own = sites.filter(|(key, _)| is_own(key));
        Counts {
            spawned: totals.tasks_spawned,
            ended: totals.tasks_ended,
            alive: model.tasks.len() as u64,
            unrecorded: totals.tasks_unrecorded
                + totals.operations_unrecorded
                + totals.resources_unrecorded,
            own: own.map(|(_, site)| site.spawned).sum(),
            oddities: model.oddities,
        }
    }
}
