//! Runs a target on one input after the other.

use std::fs;
use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, Once, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use fastrand::Rng;

use crate::kept;
use crate::memory;
use crate::targets::Target;

/// An input takes longer than this only if it takes for ever.
const LONGEST: Duration = Duration::from_secs(30);
/// No input that is made is longer.
const LARGEST: usize = 256 << 10;

/// What was done.
#[derive(Clone, Copy, Debug, Default)]
pub struct Done {
    /// How many inputs were run.
    pub executions: u64,
    /// How long the slowest took.
    pub slowest: Duration,
    /// The most memory that one took, in bytes.
    pub memory: usize,
    /// How many bytes all of them had.
    pub bytes: u64,
}

/// Something did not hold.
#[derive(Debug)]
pub struct Failure {
    /// What made the input.
    pub seed: u64,
    /// Where the input is.
    pub input: PathBuf,
    /// What did not hold.
    pub reason: String,
}

/// Runs inputs of `target` for `time`, or the first `most` of them. They are made of
/// `seed` and the numbers after it, so that each can be made again alone.
///
/// # Errors
///
/// If an input cannot be kept, or the seeds cannot be read.
pub fn run(
    target: &mut dyn Target,
    seed: u64,
    time: Duration,
    most: u64,
) -> io::Result<(Done, Option<Failure>)> {
    let seeds = target.seeds()?;
    let begun = Instant::now();
    let mut done = Done::default();
    // Where it is found should this process not survive it, or hang.
    let running = kept::place_for(target.name(), 0);
    let running = running.with_extension(format!("{}.running", std::process::id()));
    if let Some(folder) = running.parent() {
        fs::create_dir_all(folder)?;
    }
    let watch = Watch::default();
    let failure = thread::scope(|scope| {
        let watching = scope.spawn(|| watch.until_done());
        let failure = (|| {
            while begun.elapsed() < time && done.executions < most {
                let seed = seed.wrapping_add(done.executions);
                let mut input = target.make(&mut Rng::with_seed(seed), &seeds);
                input.truncate(LARGEST);
                fs::write(&running, &input)?;
                watch.begin();
                let one = one(target, &input);
                done.executions += 1;
                done.bytes += input.len() as u64;
                match one {
                    Ok(one) => {
                        done.slowest = done.slowest.max(one.slowest);
                        done.memory = done.memory.max(one.memory);
                    }
                    Err(reason) => {
                        let place = kept::place_for(target.name(), seed);
                        fs::rename(&running, &place)?;
                        return Ok(Some(Failure {
                            seed,
                            input: place,
                            reason,
                        }));
                    }
                }
            }
            fs::remove_file(&running)?;
            Ok(None)
        })();
        watch.end();
        // It ends the process if anything.
        let _ = watching.join();
        failure
    });
    failure.map(|failure| (done, failure))
}

/// Runs `target` on one input.
///
/// # Errors
///
/// What did not hold.
pub fn one(target: &mut dyn Target, input: &[u8]) -> Result<Done, String> {
    listen_to_panics();
    panics().clear();
    let begun = Instant::now();
    let (run, memory) =
        memory::during(|| panic::catch_unwind(AssertUnwindSafe(|| target.run(input))));
    let slowest = begun.elapsed();
    // Also those that some thread or task kept to itself.
    if let Some(first) = panics().drain(..).next() {
        return Err(first);
    }
    if run.is_err() {
        return Err("it unwound".to_owned());
    }
    let most = target.memory(input.len());
    if memory > most {
        return Err(format!("it took {memory} bytes, and {most} are the bound"));
    }
    Ok(Done {
        executions: 1,
        slowest,
        memory,
        bytes: input.len() as u64,
    })
}

static PANICS: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn panics() -> std::sync::MutexGuard<'static, Vec<String>> {
    PANICS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn listen_to_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            panics().push(panic.to_string());
            before(panic);
        }));
    });
}

/// Ends the process if an input takes too long.
#[derive(Default)]
struct Watch {
    /// Counts inputs; [`u64::MAX`] when there are no more.
    begun: AtomicU64,
}

impl Watch {
    fn begin(&self) {
        self.begun.fetch_add(1, Ordering::Relaxed);
    }

    fn end(&self) {
        self.begun.store(u64::MAX, Ordering::Relaxed);
    }

    fn until_done(&self) {
        let (mut last, mut since) = (0, Instant::now());
        loop {
            let now = self.begun.load(Ordering::Relaxed);
            if now == u64::MAX {
                return;
            }
            if now != last {
                (last, since) = (now, Instant::now());
            } else if since.elapsed() > LONGEST {
                eprintln!("an input takes longer than {LONGEST:?}: see the file *.running");
                std::process::abort();
            }
            thread::sleep(Duration::from_millis(100));
        }
    }
}
