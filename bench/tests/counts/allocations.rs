//! What a poll, a wake and a send allocate, once the program is warm: as much as
//! without taskmon.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};

use bench::runtimes::Flavor;
use bench::workloads::Workload;
use taskmon_subscriber::{Builder, Level};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::{Interest, NoSubscriber, Subscriber};
use tracing::{Dispatch, Event, Metadata};
use tracing_subscriber::filter::LevelFilter;

use super::support::{Program, say};

const WORKLOADS: [Workload; 4] = [
    Workload::Yield,
    Workload::PingPong,
    Workload::Stream,
    Workload::FanIn,
];
const OPERATIONS: u32 = 6_400;
/// How often a workload is run to get warm: each thread has to have met each way to
/// each wait once.
const ROUNDS: u32 = 30;

static ALL: AtomicU64 = AtomicU64::new(0);
static BY_TASKMON: AtomicU64 = AtomicU64::new(0);
static CALLS: AtomicU64 = AtomicU64::new(0);

thread_local! {
    static IS_IN_TASKMON: Cell<bool> = const { Cell::new(false) };
}

/// The system's allocator, which counts, and knows whether it is taskmon that
/// allocates.
pub struct Allocator;

// SAFETY: hands everything to the system's allocator, unchanged.
unsafe impl GlobalAlloc for Allocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALL.fetch_add(1, Ordering::Relaxed);
        if IS_IN_TASKMON.get() {
            BY_TASKMON.fetch_add(1, Ordering::Relaxed);
        }
        // SAFETY: by the contract of this very function.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: by the contract of this very function.
        unsafe { System.dealloc(memory, layout) }
    }
}

/// Tells the allocator while `S` is being called.
struct Marked<S>(S);

impl<S> Marked<S> {
    fn call<T>(&self, call: impl FnOnce(&S) -> T) -> T {
        CALLS.fetch_add(1, Ordering::Relaxed);
        let before = IS_IN_TASKMON.replace(true);
        let result = call(&self.0);
        IS_IN_TASKMON.set(before);
        result
    }
}

impl<S: Subscriber> Subscriber for Marked<S> {
    fn on_register_dispatch(&self, dispatch: &Dispatch) {
        self.0.on_register_dispatch(dispatch);
    }

    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        self.0.register_callsite(metadata)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        self.0.max_level_hint()
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        self.call(|it| it.enabled(metadata))
    }

    fn event_enabled(&self, event: &Event<'_>) -> bool {
        self.call(|it| it.event_enabled(event))
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.call(|it| it.new_span(span))
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        self.call(|it| it.record(span, values));
    }

    fn record_follows_from(&self, span: &Id, follows: &Id) {
        self.call(|it| it.record_follows_from(span, follows));
    }

    fn event(&self, event: &Event<'_>) {
        self.call(|it| it.event(event));
    }

    fn enter(&self, span: &Id) {
        self.call(|it| it.enter(span));
    }

    fn exit(&self, span: &Id) {
        self.call(|it| it.exit(span));
    }

    fn clone_span(&self, span: &Id) -> Id {
        self.call(|it| it.clone_span(span))
    }

    fn try_close(&self, span: Id) -> bool {
        self.call(|it| it.try_close(span))
    }
}

/// What a warm program allocates for `OPERATIONS` of a workload.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Count {
    all: u64,
    by_taskmon: u64,
    /// How often taskmon was called.
    calls: u64,
}

impl FromStr for Count {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut numbers = text.split(' ').map(str::parse);
        let mut next = || numbers.next().unwrap_or(Ok(0));
        Ok(Count {
            all: next()?,
            by_taskmon: next()?,
            calls: next()?,
        })
    }
}

/// The program: all workloads on both runtimes.
fn count(variant: &str) {
    if let Ok(level) = Level::from_str(variant) {
        let builder = Builder::new().bind("127.0.0.1:0").level(level);
        let (taskmon, telemetry) = builder.stacks(true).around(NoSubscriber::default());
        assert!(telemetry.address().is_some());
        tracing::subscriber::set_global_default(Marked(taskmon)).unwrap();
    }
    for flavor in Flavor::ALL {
        let runtime = flavor.build().unwrap();
        for workload in WORKLOADS {
            let counts = [&ALL, &BY_TASKMON, &CALLS];
            let read = || counts.map(|count| count.load(Ordering::SeqCst));
            let mut rounds = Vec::new();
            for _ in 0..ROUNDS {
                let before = read();
                workload.run(&runtime, OPERATIONS);
                let after = read();
                rounds.push([0, 1, 2].map(|index| after[index] - before[index]));
                // Two more, for what the first round after the last new one still
                // has to make room for.
                let is_warm = |round: &[u64; 3]| round[1] == 0;
                if rounds.len() > 3 && rounds[rounds.len() - 2..].iter().all(is_warm) {
                    break;
                }
            }
            let least = |index: usize| rounds.iter().map(|round| round[index]).min().unwrap();
            say(format!("{} {} {}", least(0), least(1), least(2)));
        }
    }
}

/// Runs the program of `test`: the counts of each workload, on each runtime.
fn counts(test: &str, variant: &str) -> Vec<(Flavor, Workload, Count)> {
    let mut program = Program::start(test, variant, count);
    let mut counts = Vec::new();
    for flavor in Flavor::ALL {
        for workload in WORKLOADS {
            let count = program.hear().expect("it counts");
            counts.push((flavor, workload, count));
        }
    }
    counts
}

fn adds_nothing(test: &str, level: &str) {
    let floor = counts(test, "floor");
    let watched = counts(test, level);
    for ((flavor, workload, floor), (.., watched)) in floor.into_iter().zip(watched) {
        let what = format!("{} on {}, level {level}", workload.name(), flavor.title());
        assert_eq!(watched.by_taskmon, 0, "{what}: {watched:?}");
        // Someone has to be woken at least as often as the largest channel is full.
        let wakes = u64::from(OPERATIONS / 64);
        assert!(watched.calls > wakes, "{what}: {watched:?}");
        assert_eq!(floor.calls, 0, "{what}: {floor:?}");
        // With two workers, how many blocks a channel takes is a matter of luck.
        if flavor == Flavor::CurrentThread {
            assert_eq!(watched.all, floor.all, "{what}");
        }
    }
}

#[test]
fn a_warm_poll_wake_and_send_allocate_nothing_at_level_tasks() {
    adds_nothing(
        "allocations::a_warm_poll_wake_and_send_allocate_nothing_at_level_tasks",
        "tasks",
    );
}

#[test]
fn a_warm_poll_wake_and_send_allocate_nothing_at_level_channels() {
    adds_nothing(
        "allocations::a_warm_poll_wake_and_send_allocate_nothing_at_level_channels",
        "channels",
    );
}
