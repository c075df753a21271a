//! What it costs to take the stack of a wait.
//!
//!     cargo bench -p taskmon-subscriber --bench captured_wait
//!
//! measures frame pointers, which the repository's configuration asks for. The
//! unwinder is measured by a build without them:
//!
//!     RUSTFLAGS='--cfg tokio_unstable' \
//!         cargo bench -p taskmon-subscriber --bench captured_wait --target-dir target/unwinder
//!
//! A number after `--` is how many rounds to run. Each round runs every operation
//! in a process with stacks off and in one with stacks on, so that what the machine
//! does meanwhile strikes both alike; the difference is what the stacks cost. A
//! task's leaf future is reached through six async functions, none of which the
//! compiler can put into another.

use std::error::Error;
use std::fmt;
use std::hint::black_box;
use std::pin::Pin;
use std::process::{Command, ExitCode};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use taskmon_proto::v1::taskmon_client::TaskmonClient;
use taskmon_proto::v1::{StackCapture, Totals, WatchRequest, update};
use taskmon_subscriber::Builder;
use tokio::runtime::Runtime;
use tonic::transport::Endpoint;
use tracing::subscriber::NoSubscriber;

/// Said to a process of ours that is to measure and not to start others.
const MEASURE: &str = "--measure";
const ROUNDS: usize = 11;
/// How many times an operation is timed in one process. The middle one counts.
const SAMPLES: usize = 41;
const POLLS: u32 = 2_000;
const CLONES: usize = 1_000;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let mut rounds = ROUNDS;
    let done = match arguments.next().as_deref() {
        Some(MEASURE) => measure(),
        first => {
            let numbers = first.into_iter().map(str::to_owned).chain(arguments);
            for number in numbers {
                // Cargo says what kind of a run this is.
                rounds = number.parse().unwrap_or(rounds).max(1);
            }
            compare(rounds)
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("captured_wait: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What is measured.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Operation {
    /// A poll whose leaf begins to wait, at the stack of the poll before.
    WaitAnew,
    /// A poll whose leaf puts a new waker in the place of its old one.
    WaitOn,
    /// A waker cloned and dropped, again and again at one stack.
    OneStack,
    /// The same, each time at another stack, none of which was there before.
    NewStacks,
    /// The same at the same stacks, once they are known.
    KnownStacks,
}

impl Operation {
    const ALL: [Operation; 5] = [
        Operation::WaitAnew,
        Operation::WaitOn,
        Operation::OneStack,
        Operation::NewStacks,
        Operation::KnownStacks,
    ];
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Operation::WaitAnew => "a poll that begins a wait, known stack",
            Operation::WaitOn => "a poll that goes on with a wait, known stack",
            Operation::OneStack => "a clone and a drop, known stack",
            Operation::NewStacks => "a clone and a drop, new stack",
            Operation::KnownStacks => "a clone and a drop, one of 64 known stacks",
        })
    }
}

/// Runs `rounds` with and without stacks, and prints a table.
fn compare(rounds: usize) -> Result<(), Box<dyn Error>> {
    let mut capture = String::new();
    let mut off = vec![Vec::new(); Operation::ALL.len()];
    let mut on = off.clone();
    for round in 1..=rounds {
        eprint!("\rround {round} of {rounds}");
        for (stacks, all) in [("off", &mut off), ("on", &mut on)] {
            let child = Command::new(std::env::current_exe()?)
                .arg(MEASURE)
                .env("TASKMON_STACKS", stacks)
                .output()?;
            let complaints = String::from_utf8_lossy(&child.stderr);
            if !child.status.success() {
                return Err(complaints.into());
            }
            eprint!("{complaints}");
            let output = String::from_utf8(child.stdout)?;
            let (first, rest) = output.split_once('\n').ok_or("nothing measured")?;
            capture = first.to_owned();
            for (values, line) in all.iter_mut().zip(rest.lines()) {
                values.push(line.parse::<f64>()?);
            }
        }
    }
    eprintln!();
    println!("Stacks by {capture}; ns, the median of {rounds} rounds.\n");
    println!("| | stacks off | stacks on | the stack | |");
    println!("|---|---:|---:|---:|---:|");
    for ((operation, off), on) in Operation::ALL.iter().zip(&off).zip(&on) {
        let pairs = off.iter().zip(on);
        let differences: Vec<f64> = pairs.map(|(off, on)| on - off).collect();
        let middle = median(&differences);
        let away: Vec<f64> = differences.iter().map(|it| (it - middle).abs()).collect();
        println!(
            "| {operation} | {:.0} | {:.0} | {middle:.0} | ±{:.0} |",
            median(off),
            median(on),
            median(&away)
        );
    }
    Ok(())
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Measures every operation in this process, and prints a line for each after one
/// that says how stacks are taken.
fn measure() -> Result<(), Box<dyn Error>> {
    let telemetry = Builder::new()
        .bind("127.0.0.1:0")
        .init_with(NoSubscriber::default());
    let address = telemetry.address().ok_or("no address")?.to_owned();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let figures = Operation::ALL.map(|operation| nanos(&runtime, operation));
    let (capture, totals) = runtime.block_on(ask(address))?;
    if totals.stacks_unrecorded + totals.stacks_over_budget > 0 {
        // So a process with bad luck has figures that are too good.
        eprintln!(
            "left out: {} stacks for want of time, {} for want of room",
            totals.stacks_over_budget, totals.stacks_unrecorded
        );
    }
    println!(
        "{}",
        match capture {
            StackCapture::FramePointers => "frame pointers",
            StackCapture::Unwinder => "the unwinder",
            StackCapture::Off | StackCapture::Unspecified => "nothing",
        }
    );
    for figure in figures {
        println!("{figure}");
    }
    Ok(())
}

/// How taskmon takes stacks, and what it has left out. What was measured must be
/// what it says: a task that waits in the leaf is shown with all six functions.
async fn ask(address: String) -> Result<(StackCapture, Totals), Box<dyn Error>> {
    let _waits = tokio::spawn(serve(Leaf::new(Operation::WaitOn, false)));
    tokio::task::yield_now().await;
    let channel = Endpoint::from_shared(format!("http://{address}"))?
        .connect()
        .await?;
    let request = WatchRequest {
        interval_millis: 50,
        stacks: true,
    };
    let mut updates = TaskmonClient::new(channel)
        .watch(request)
        .await?
        .into_inner();
    let mut capture = StackCapture::Unspecified;
    let mut missing = vec!["serve", "handle", "order", "reserve", "query", "fetch"];
    let mut totals = Totals::default();
    // Names are looked up little by little.
    for _ in 0..100 {
        let message = updates.message().await?.and_then(|message| message.update);
        match message {
            Some(update::Update::Hello(hello)) => capture = hello.stack_capture(),
            Some(update::Update::Page(page)) => {
                for frame in &page.frames {
                    let path = frame.function.replace("::{async_fn#0}", "");
                    let path = path.replace("::{{closure}}", "");
                    missing.retain(|name| !path.ends_with(name));
                }
                if !page.last {
                    continue;
                }
                totals = page.totals.unwrap_or_default();
                if missing.is_empty() || capture == StackCapture::Off {
                    return Ok((capture, totals));
                }
            }
            None => break,
        }
    }
    Err(format!("not on the stack of a wait: {missing:?}; {totals:?}").into())
}

fn nanos(runtime: &Runtime, operation: Operation) -> f64 {
    let samples = match operation {
        // There is one first time; the unwinder has its budget for a second.
        Operation::NewStacks => {
            std::thread::sleep(Duration::from_secs(1));
            1
        }
        _ => SAMPLES,
    };
    let samples: Vec<f64> = (0..samples).map(|_| sample(runtime, operation)).collect();
    median(&samples)
}

/// Nanoseconds of one operation.
fn sample(runtime: &Runtime, operation: Operation) -> f64 {
    let leaf = Leaf::new(operation, true);
    let start = Instant::now();
    let task = runtime.block_on(async { tokio::spawn(serve(leaf)).await });
    let all = start.elapsed();
    let (time, operations) = match (operation, task) {
        (Operation::WaitAnew | Operation::WaitOn, Ok(_)) => (all, POLLS as usize),
        (Operation::OneStack, Ok(in_leaf)) => (in_leaf, CLONES),
        (Operation::NewStacks, Ok(in_leaf)) => (in_leaf, WAYS),
        (Operation::KnownStacks, Ok(in_leaf)) => (in_leaf, KNOWN_WAYS),
        (_, Err(_)) => return f64::NAN,
    };
    time.as_nanos() as f64 / operations as f64
}

/// Not to be inlined by the compiler, as a future behind a trait is not.
type Boxed = Pin<Box<dyn Future<Output = Duration> + Send>>;

async fn serve(leaf: Leaf) -> Duration {
    let next: Boxed = Box::pin(handle(leaf));
    black_box(next.await)
}

async fn handle(leaf: Leaf) -> Duration {
    let next: Boxed = Box::pin(order(leaf));
    black_box(next.await)
}

async fn order(leaf: Leaf) -> Duration {
    let next: Boxed = Box::pin(reserve(leaf));
    black_box(next.await)
}

async fn reserve(leaf: Leaf) -> Duration {
    let next: Boxed = Box::pin(query(leaf));
    black_box(next.await)
}

async fn query(leaf: Leaf) -> Duration {
    let next: Boxed = Box::pin(fetch(leaf));
    black_box(next.await)
}

async fn fetch(leaf: Leaf) -> Duration {
    black_box(leaf.await)
}

/// A future that does with its waker what Tokio's do. Gives the time that it
/// took for that.
struct Leaf {
    operation: Operation,
    /// Whether it wakes its task, to be polled again at once.
    wakes: bool,
    polls: u32,
    kept: Option<Waker>,
}

impl Leaf {
    fn new(operation: Operation, wakes: bool) -> Self {
        Leaf {
            operation,
            wakes,
            polls: 0,
            kept: None,
        }
    }
}

impl Future for Leaf {
    type Output = Duration;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Duration> {
        let waker = context.waker();
        let start = Instant::now();
        match self.operation {
            Operation::WaitAnew => self.kept = None,
            Operation::WaitOn => {}
            Operation::OneStack => {
                for _ in 0..CLONES {
                    clone_and_drop(waker);
                }
                return Poll::Ready(start.elapsed());
            }
            Operation::NewStacks | Operation::KnownStacks => {
                let ways = match self.operation {
                    Operation::NewStacks => WAYS,
                    _ => KNOWN_WAYS,
                };
                for number in 0..ways {
                    way::<0>(number, LEVELS, waker);
                }
                return Poll::Ready(start.elapsed());
            }
        }
        if self.polls == POLLS {
            return Poll::Ready(start.elapsed());
        }
        self.polls += 1;
        self.kept = Some(waker.clone());
        if self.wakes {
            waker.wake_by_ref();
        }
        Poll::Pending
    }
}

#[inline(never)]
fn clone_and_drop(waker: &Waker) {
    drop(black_box(waker.clone()));
}

const LEVELS: u32 = 3;
const BRANCHES: usize = 8;
/// How many ways there are through [`way`].
const WAYS: usize = BRANCHES.pow(LEVELS);
/// How many of them are gone again and again: so few that the unwinder's
/// fingerprints hardly ever take the places of one another.
const KNOWN_WAYS: usize = 64;

/// Calls [`clone_and_drop`] through so many functions, which are those that
/// `number` says; `N` is the one that this is.
#[inline(never)]
fn way<const N: usize>(number: usize, levels: u32, waker: &Waker) {
    if levels == 0 {
        clone_and_drop(waker);
    } else {
        let (next, rest) = (number % BRANCHES, number / BRANCHES);
        match next {
            0 => way::<0>(rest, levels - 1, waker),
            1 => way::<1>(rest, levels - 1, waker),
            2 => way::<2>(rest, levels - 1, waker),
            3 => way::<3>(rest, levels - 1, waker),
            4 => way::<4>(rest, levels - 1, waker),
            5 => way::<5>(rest, levels - 1, waker),
            6 => way::<6>(rest, levels - 1, waker),
            _ => way::<7>(rest, levels - 1, waker),
        }
    }
    // Makes a function of its own of each `N`, and no tail call.
    black_box(N);
}
