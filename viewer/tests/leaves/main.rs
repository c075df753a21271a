//! What a task waits for, for each thing that it can wait for: the name, the
//! `.await` lines on the way there, and the task's root.

#[path = "../end_to_end/support.rs"]
#[allow(dead_code, reason = "shared with the other tests")]
mod support;

mod depth;
mod leaf;
mod leaves;
mod peers;

use std::sync::{Mutex, PoisonError};

use taskmon::model::{FrameOrigin, StackCapture, WaitKind};

use leaf::Leaf;
use leaves::ALL;
use support::{Program, Watch, program, program_with, spawn_named};

/// Spawns a task for each leaf, named after it.
async fn wait_in_all() {
    for leaf in ALL {
        spawn_named(leaf.name, async move {
            depth::first((leaf.wait)()).await;
        });
    }
    std::future::pending().await
}

fn on_one_thread() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(wait_in_all());
}

fn on_two_workers() {
    support::on_two_workers(wait_in_all());
}

/// The program that waits in all leaves, as it is run.
#[derive(Clone, Copy)]
enum Run {
    OneThread,
    TwoWorkers,
    /// On one thread, at level `tasks`: Tokio tells of nothing but wakers.
    WakersOnly,
}

/// The program of the tests on one thread, and not a test of its own.
#[test]
fn one_thread() {
    drop(running(Run::OneThread));
}

/// The same on two workers.
#[test]
fn two_workers() {
    drop(running(Run::TwoWorkers));
}

/// The same at level `tasks`.
#[test]
fn wakers_only() {
    drop(running(Run::WakersOnly));
}

/// A viewer of the program, which is started by who comes first.
fn running(run: Run) -> std::sync::MutexGuard<'static, Option<(Program, Watch)>> {
    static PLACES: [Mutex<Option<(Program, Watch)>>; 3] = [const { Mutex::new(None) }; 3];
    let place = &PLACES[run as usize];
    let mut running = place.lock().unwrap_or_else(PoisonError::into_inner);
    if running.is_none() {
        let program = match run {
            Run::OneThread => program("one_thread", on_one_thread),
            Run::TwoWorkers => program("two_workers", on_two_workers),
            Run::WakersOnly => {
                program_with("wakers_only", &[("TASKMON_LEVEL", "tasks")], on_one_thread)
            }
        };
        let watch = program.watch();
        *running = Some((program, watch));
    }
    running
}

fn check(name: &str, run: Run) {
    let leaf = ALL.iter().find(|leaf| leaf.name == name).unwrap();
    let mut running = running(run);
    let (_, watch) = running.as_mut().unwrap();
    assert_eq!(
        watch.model.program.as_ref().unwrap().stack_capture,
        StackCapture::FramePointers
    );
    let task = watch.until(&format!("{name} to wait for {}", leaf.waits), |watch| {
        let mut tasks = watch.model.tasks.values();
        let task = tasks.find(|task| *task.name == *name)?;
        let waits = watch.model.pending_text(task)?;
        let alike = match run {
            // Its timer is a part of it, if the timer does not tell of itself.
            Run::WakersOnly if name == "delay_queue" => waits == "select(delay queue ×2)",
            // What is told of by wakers and what by spans is told in another order.
            Run::WakersOnly => sorted(&waits) == sorted(leaf.waits),
            Run::OneThread | Run::TwoWorkers => waits == leaf.waits,
        };
        alike.then(|| task.clone())
    });
    for wait in watch.model.pending(&task) {
        let stack = wait.stack.as_ref().expect("a stack of each wait");
        let frames = stack.frames_shown(false);
        let shown: Vec<String> = frames
            .iter()
            .map(|frame| {
                let location = frame.location.as_ref().unwrap();
                format!("{} {location}", frame.name())
            })
            .collect();
        let text = format!("{}:\n{}", wait.kind, shown.join("\n"));
        expect_path(leaf, &frames, &text);
        // What the stack says agrees with what Tokio says; of the timer of a delay
        // queue it says that it is that.
        if leaf.name == "delay_queue" && wait.kind == WaitKind::Sleep {
            continue;
        }
        assert_eq!(stack.kind.as_ref(), Some(&wait.kind), "{text}");
    }
}

/// The parts of `select(a | b)`, and how many of each.
fn sorted(waits: &str) -> Vec<&str> {
    let parts = waits.trim_start_matches("select(").trim_end_matches(')');
    let mut parts: Vec<_> = parts.split(" | ").collect();
    parts.sort_unstable();
    parts
}

/// The frames lead from the leaf's own line through six functions to the task.
fn expect_path(leaf: &Leaf, frames: &[&taskmon::model::StackFrame], text: &str) {
    // What is generated for gRPC is own code too.
    let own: Vec<_> = frames
        .iter()
        .filter(|frame| frame.origin == FrameOrigin::Own)
        .filter(|frame| !frame.name().starts_with("taskmon_proto::"))
        .collect();
    // A future of the program's own waits in its own `poll`.
    let in_leaf = match leaf.name {
        "own_future" => {
            assert_eq!(own[0].name(), "leaves::peers::Own::poll", "{text}");
            own[1]
        }
        _ => own[0],
    };
    let location = in_leaf.location.as_ref().unwrap();
    assert!(in_leaf.name().contains(leaf.name), "{text}");
    assert!(location.file.ends_with("tests/leaves/leaves.rs"), "{text}");
    assert!(
        (leaf.line..leaf.line + 20).contains(&location.line),
        "{text}"
    );
    let way: Vec<u32> = own
        .iter()
        .map(|frame| frame.location.as_ref().unwrap())
        .filter(|location| location.file.ends_with("tests/leaves/depth.rs"))
        .map(|location| location.line)
        .collect();
    assert_eq!(way, depth::LINES, "{text}");
    let root = own.last().unwrap();
    assert!(root.name().ends_with("::wait_in_all"), "{text}");
    assert_eq!(
        &*root.location.as_ref().unwrap().file,
        "viewer/tests/leaves/main.rs"
    );
}
