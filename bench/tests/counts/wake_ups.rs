//! How often the telemetry thread wakes up.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use bench::process::sleeps;
use bench::runtimes::Flavor;
use bench::subjects::Subject;
use bench::viewer::Viewer;
use bench::workloads::{Workload, spawn_idle};

use super::support::{Program, say, until, wait};

/// The program: does a little of everything, and then nothing, with many tasks.
fn idles(_: &str) {
    let address = Subject::DEFAULT.install().unwrap();
    let runtime = Flavor::TwoWorkers.build().unwrap();
    for workload in Workload::ALL {
        workload.run(&runtime, 640);
    }
    let _idle = runtime.block_on(spawn_idle(1_000));
    say(address);
    wait();
}

/// How often the thread of that name in that process went to sleep.
fn slept(pid: u32, name: &str) -> u64 {
    let read = |path| fs::read_to_string(path).unwrap_or_default();
    let thread = fs::read_dir(format!("/proc/{pid}/task"))
        .unwrap()
        .map(|thread| thread.unwrap().path())
        .find(|thread| read(thread.join("comm")).trim() == name)
        .expect("the thread is there");
    sleeps(&read(thread.join("status")))
}

#[cfg(target_os = "linux")]
#[test]
fn the_telemetry_thread_never_wakes_up_while_nobody_watches() {
    let name = "wake_ups::the_telemetry_thread_never_wakes_up_while_nobody_watches";
    let mut program = Program::start(name, "", idles);
    let address: String = program.hear().unwrap();
    let slept = || slept(program.pid(), "taskmon");
    // A viewer came and went, so there was something that could be left behind.
    let wakes_up_for_a_viewer = || {
        let viewer = Viewer::attach(&address).unwrap();
        let before = slept();
        until("the thread to wake up for a viewer", || {
            (slept() > before).then_some(())
        });
        drop(viewer);
    };
    wakes_up_for_a_viewer();
    let (mut before, mut since) = (slept(), Instant::now());
    until("the connection to be put away", || {
        let now = slept();
        if now != before {
            (before, since) = (now, Instant::now());
        }
        (since.elapsed() > Duration::from_millis(300)).then_some(())
    });
    let rested = Instant::now();
    while rested.elapsed() < Duration::from_secs(1) {
        assert_eq!(slept(), before, "it woke up with nobody there");
        thread::yield_now();
    }
    wakes_up_for_a_viewer();
}
