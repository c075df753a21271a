//! The program that is measured: it does the workloads under one subject and tells
//! the driver its figures.
//!
//! ```text
//! subject SUBJECT RUNTIME SHARE WORKLOAD,…
//! ```

use std::error::Error;
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;

use crate::allocations;
use crate::measurement::{Measurement, Unit};
use crate::process::{self, resident_bytes};
use crate::runtimes::Flavor;
use crate::subjects::Subject;
use crate::talk::{Driver, Message};
use crate::workloads::{Manner, Workload, service, spawn_idle};

/// How long a workload goes on before it is measured.
const WARMED_FOR: Duration = Duration::from_millis(50);
/// How long a workload goes on at least while a viewer is attached: long enough for
/// some updates.
pub const WATCHED_FOR: Duration = Duration::from_millis(300);

/// What it is told to do.
struct Order {
    subject: Subject,
    flavor: Flavor,
    /// Of the full number of operations.
    share: f64,
    workloads: Vec<Workload>,
}

impl Order {
    fn from_arguments(arguments: impl Iterator<Item = String>) -> Option<Self> {
        let arguments: Vec<String> = arguments.collect();
        let [subject, flavor, share, workloads] = arguments.as_slice() else {
            return None;
        };
        Some(Order {
            subject: Subject::named(subject)?,
            flavor: Flavor::named(flavor)?,
            share: share.parse().ok()?,
            workloads: workloads
                .split(',')
                .map(Workload::named)
                .collect::<Option<_>>()?,
        })
    }

    /// That share of `count`, but not too few to mean anything.
    fn share_of(&self, count: u32, at_least: u32) -> u32 {
        ((f64::from(count) * self.share) as u32).max(at_least)
    }
}

/// Does what the arguments of this process say, and tells the driver.
///
/// # Errors
///
/// If the arguments make no sense, or the system has no room for a runtime or a
/// service.
pub fn run() -> Result<(), Box<dyn Error>> {
    let order = Order::from_arguments(std::env::args().skip(1))
        .ok_or("usage: subject SUBJECT RUNTIME SHARE WORKLOAD,…")?;
    let viewers = order.subject.install();
    let runtime = order.flavor.build()?;
    let mut program = Program {
        driver: Driver::on_standard_streams(),
        order,
        runtime,
    };
    program.driver.ask_blocking(&Message::Installed { viewers });
    for workload in program.order.workloads.clone() {
        match workload.manner() {
            Manner::Operations { count } => program.operations(workload, count),
            Manner::Requests { count } => program.requests(workload, count)?,
            Manner::Tasks { count } => program.tasks(workload, count),
        }
    }
    Ok(())
}

struct Program {
    driver: Driver,
    order: Order,
    runtime: Runtime,
}

impl Program {
    fn tell(&self, workload: Workload, unit: Unit, value: f64) {
        self.driver.say(&Message::Measured(Measurement {
            workload,
            runtime: self.order.flavor,
            unit,
            value,
        }));
    }

    fn operations(&mut self, workload: Workload, count: u32) {
        let operations = self.order.share_of(count, 64);
        let runtime = &self.runtime;
        let run = |operations| workload.run(runtime, operations);
        let warming = Instant::now();
        while warming.elapsed() < WARMED_FOR {
            run(operations / 8);
        }
        let at_least = match self.order.subject.is_watched() {
            true => WATCHED_FOR,
            false => Duration::ZERO,
        };
        self.driver.say(&Message::Begun);
        let (start, mut times) = (Instant::now(), 0);
        while times == 0 || start.elapsed() < at_least {
            run(operations);
            times += 1;
        }
        let nanos = start.elapsed().as_nanos() as f64;
        self.driver.ask_blocking(&Message::Ended);
        let per_operation = nanos / f64::from(times) / f64::from(operations);
        self.tell(workload, Unit::NanosPerOperation, per_operation);
        let allocations = allocations::during(|| run(operations)) as f64;
        let per_operation = allocations / f64::from(operations);
        self.tell(workload, Unit::AllocationsPerOperation, per_operation);
    }

    /// The driver makes the load, and takes the time.
    fn requests(&mut self, workload: Workload, count: u32) -> Result<(), Box<dyn Error>> {
        let requests = self.order.share_of(count, 320);
        let runtime = &self.runtime;
        let address = runtime.block_on(async { tokio::spawn(service()).await })??;
        let driver = &mut self.driver;
        let mut ask = |message: &Message| runtime.block_on(driver.ask(message));
        ask(&Message::Serving(address));
        let request = |requests, timed| Message::Request { requests, timed };
        ask(&request(requests / 8, false));
        ask(&request(requests, true));
        let allocations = allocations::during(|| ask(&request(requests, false))) as f64;
        let per_request = allocations / f64::from(requests);
        self.tell(workload, Unit::AllocationsPerOperation, per_request);
        Ok(())
    }

    /// The driver gives a process to these alone: what memory they take can be seen
    /// only while none was given back that can be used again.
    fn tasks(&mut self, workload: Workload, count: u32) {
        let tasks = self.order.share_of(count, 1_000);
        let before = resident_bytes();
        let wake = self.runtime.block_on(spawn_idle(tasks));
        let grown = resident_bytes().saturating_sub(before);
        let each = grown as f64 / f64::from(tasks);
        self.tell(workload, Unit::BytesPerTask, each);
        // Whoever watches learns of the new tasks once; what counts is the time
        // after. A small run may know less well.
        let quiet = Duration::from_secs_f64(self.order.share.clamp(0.3, 1.0));
        std::thread::sleep(quiet);
        self.driver.say(&Message::Begun);
        let (start, before) = (Instant::now(), process::others());
        // Asleep in the kernel, without a timer of the runtime's.
        std::thread::sleep(quiet);
        let (seconds, after) = (start.elapsed().as_secs_f64(), process::others());
        self.driver.ask_blocking(&Message::Ended);
        if let Some((before, after)) = before.zip(after) {
            let cpu = after.cpu.saturating_sub(before.cpu).as_secs_f64() * 1e6;
            self.tell(workload, Unit::CpuMicrosPerIdleSecond, cpu / seconds);
            let sleeps = after.sleeps.saturating_sub(before.sleeps) as f64;
            self.tell(workload, Unit::WakeUpsPerIdleSecond, sleeps / seconds);
        }
        drop(wake);
    }
}
