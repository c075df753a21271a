//! What the measured program does.

use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};
use tokio::sync::{broadcast, mpsc};
use tokio::task::{JoinSet, yield_now};

use crate::allocations;
use crate::measurement::{Measurement, Unit};

/// Something to do over and over.
struct Workload {
    name: &'static str,
    /// How often, in a full run.
    operations: u32,
    run: fn(&Runtime, u32),
}

/// All of them. What an operation is stands in the name.
const WORKLOADS: &[Workload] = &[
    Workload {
        name: "spawn + complete",
        operations: 40_000,
        run: |runtime, operations| {
            on_a_task(runtime, async move {
                for _ in 0..operations {
                    tokio::spawn(async {}).await.expect("it returns");
                }
            });
        },
    },
    Workload {
        name: "yield",
        operations: 100_000,
        run: |runtime, operations| {
            on_a_task(runtime, async move {
                for _ in 0..operations {
                    yield_now().await;
                }
            });
        },
    },
    Workload {
        name: "ping-pong over two channels of 1",
        operations: 40_000,
        run: |runtime, operations| on_a_task(runtime, ping_pong(operations)),
    },
    Workload {
        name: "message through a channel of 64",
        operations: 100_000,
        run: |runtime, operations| on_a_task(runtime, fan_in(1, 64, operations)),
    },
    Workload {
        name: "message of 64 senders on a full channel of 1",
        operations: 30_000,
        run: |runtime, operations| on_a_task(runtime, fan_in(64, 1, operations)),
    },
    Workload {
        name: "mix: spawn, lock, send, select with a timer",
        operations: 10_000,
        run: |runtime, operations| on_a_task(runtime, mix(operations)),
    },
];

fn on_a_task(runtime: &Runtime, work: impl Future<Output = ()> + Send + 'static) {
    runtime.block_on(async { tokio::spawn(work).await.expect("it returns") });
}

async fn ping_pong(rounds: u32) {
    let (ping, mut pings) = mpsc::channel(1);
    let (pong, mut pongs) = mpsc::channel(1);
    let echo = tokio::spawn(async move {
        while let Some(number) = pings.recv().await {
            if pong.send(number).await.is_err() {
                break;
            }
        }
    });
    for number in 0..rounds {
        ping.send(number).await.expect("the other side listens");
        pongs.recv().await.expect("the other side answers");
    }
    drop(ping);
    echo.await.expect("it returns");
}

async fn fan_in(senders: u32, capacity: usize, messages: u32) {
    let (sender, mut receiver) = mpsc::channel(capacity);
    let mut tasks = JoinSet::new();
    for _ in 0..senders {
        let sender = sender.clone();
        tasks.spawn(async move {
            for number in 0..messages / senders {
                sender.send(number).await.expect("the receiver listens");
            }
        });
    }
    drop(sender);
    while receiver.recv().await.is_some() {}
    while tasks.join_next().await.is_some() {}
}

async fn mix(rounds: u32) {
    let lock = std::sync::Arc::new(tokio::sync::Mutex::new(0));
    let (sender, mut receiver) = mpsc::channel(8);
    for round in 0..rounds {
        let (lock, sender) = (lock.clone(), sender.clone());
        tokio::spawn(async move {
            *lock.lock().await += 1;
            let _ = sender.send(round).await;
        });
        tokio::select! {
            _ = receiver.recv() => {}
            () = tokio::time::sleep(Duration::from_secs(10)) => {}
        }
    }
}

fn runtimes() -> [(&'static str, Runtime); 2] {
    let build = |mut builder: Builder| builder.enable_all().build().expect("a runtime");
    let mut two = Builder::new_multi_thread();
    two.worker_threads(2);
    [
        ("current_thread", build(Builder::new_current_thread())),
        ("2 workers", build(two)),
    ]
}

/// Runs every workload, `share` of the full number of operations each, and tells
/// each figure.
pub fn run_all(share: f64, mut tell: impl FnMut(Measurement)) {
    // First, while no memory that was given back can be used again.
    let tasks = ((100_000.0 * share) as usize).max(1_000);
    idle(tasks, &mut tell);
    for (name, runtime) in runtimes() {
        for workload in WORKLOADS {
            let operations = ((f64::from(workload.operations) * share) as u32).max(64);
            let per_operation = |total: f64| total / f64::from(operations);
            let mut figure = |unit, value| {
                tell(Measurement {
                    workload: workload.name.to_owned(),
                    runtime: name.to_owned(),
                    unit,
                    value,
                });
            };
            (workload.run)(&runtime, operations / 8);
            let start = Instant::now();
            (workload.run)(&runtime, operations);
            let nanos = start.elapsed().as_nanos() as f64;
            figure(Unit::NanosPerOperation, per_operation(nanos));
            let allocations = allocations::during(|| (workload.run)(&runtime, operations));
            figure(
                Unit::AllocationsPerOperation,
                per_operation(allocations as f64),
            );
        }
    }
}

/// Tasks that wait and do nothing: what each takes of memory, and all together of
/// the processor.
fn idle(tasks: usize, tell: &mut impl FnMut(Measurement)) {
    let (_, runtime) = runtimes().into_iter().next().expect("there are two");
    let (wake, _) = broadcast::channel::<()>(1);
    runtime.block_on(async {
        let before = resident_bytes();
        for _ in 0..tasks {
            let mut woken = wake.subscribe();
            tokio::spawn(async move { _ = woken.recv().await });
        }
        yield_now().await;
        let grown = resident_bytes().saturating_sub(before);
        tell(Measurement {
            workload: format!("{tasks} idle tasks"),
            runtime: String::new(),
            unit: Unit::BytesPerTask,
            value: grown as f64 / tasks as f64,
        });
        // A viewer is sent the new tasks once; what is measured is the time after.
        std::thread::sleep(Duration::from_millis(2_500));
        let (cpu, start) = (cpu_time(), Instant::now());
        // Asleep in the kernel, without a timer of the runtime's.
        std::thread::sleep(Duration::from_secs(1));
        let used = cpu_time().saturating_sub(cpu).as_secs_f64() / start.elapsed().as_secs_f64();
        tell(Measurement {
            workload: format!("{tasks} idle tasks"),
            runtime: String::new(),
            unit: Unit::CpuMicrosPerIdleSecond,
            value: used * 1e6,
        });
    });
}

/// `/proc/self/statm`; 0 where there is none.
fn resident_bytes() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm")
        .ok()
        .and_then(|text| text.split(' ').nth(1)?.parse::<u64>().ok());
    pages.unwrap_or(0) * 4_096
}

/// `getrusage(2)`, of all threads.
fn cpu_time() -> Duration {
    let mut usage = std::mem::MaybeUninit::<libc::rusage>::zeroed();
    // SAFETY: the pointer is to memory of the right size and type.
    unsafe { libc::getrusage(libc::RUSAGE_SELF, usage.as_mut_ptr()) };
    // SAFETY: all zero is a valid `rusage`.
    let usage = unsafe { usage.assume_init() };
    let time = |time: libc::timeval| {
        Duration::new(
            time.tv_sec.unsigned_abs(),
            time.tv_usec.unsigned_abs() as u32 * 1_000,
        )
    };
    time(usage.ru_utime) + time(usage.ru_stime)
}
