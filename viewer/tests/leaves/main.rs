//! What a task waits for, for each thing that it can wait for: the name, the
//! `.await` lines on the way there, and the task's root.

#[path = "../end_to_end/support.rs"]
#[allow(dead_code, reason = "shared with the other tests")]
mod support;

mod depth;
mod leaves;

use std::sync::{Mutex, PoisonError};

use taskmon::model::{FrameOrigin, StackCapture, TaskState};

use leaves::{ALL, Leaf};
use support::{Program, Watch, a_task, program, spawn_named};

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

/// The program of the tests on one thread, and not a test of its own.
#[test]
fn one_thread() {
    drop(running(false));
}

/// The same on two workers.
#[test]
fn two_workers() {
    drop(running(true));
}

/// A viewer of the program, which is started by who comes first.
fn running(workers: bool) -> std::sync::MutexGuard<'static, Option<(Program, Watch)>> {
    static ONE: Mutex<Option<(Program, Watch)>> = Mutex::new(None);
    static TWO: Mutex<Option<(Program, Watch)>> = Mutex::new(None);
    let place = if workers { &TWO } else { &ONE };
    let mut running = place.lock().unwrap_or_else(PoisonError::into_inner);
    if running.is_none() {
        let program = match workers {
            false => program("one_thread", on_one_thread),
            true => program("two_workers", on_two_workers),
        };
        let watch = program.watch();
        *running = Some((program, watch));
    }
    running
}

fn check(name: &str, workers: bool) {
    let leaf = ALL.iter().find(|leaf| leaf.name == name).unwrap();
    let mut running = running(workers);
    let (_, watch) = running.as_mut().unwrap();
    assert_eq!(
        watch.model.program.as_ref().unwrap().stack_capture,
        StackCapture::FramePointers
    );
    let expected = a_task()
        .named(leaf.name)
        .that_is(TaskState::Waiting)
        .that_waits_for(leaf.waits);
    let task = watch.expect(expected);
    for wait in watch.model.waits_of(&task) {
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
        if leaf.name == "delay_queue" {
            continue;
        }
        assert_eq!(stack.kind.as_ref(), Some(&wait.kind), "{text}");
    }
}

/// The frames lead from the leaf's own line through six functions to the task.
fn expect_path(leaf: &Leaf, frames: &[&taskmon::model::StackFrame], text: &str) {
    // What is generated for gRPC is own code too.
    let own: Vec<_> = frames
        .iter()
        .filter(|frame| frame.origin == FrameOrigin::Own)
        .filter(|frame| !frame.name().starts_with("taskmon_proto::"))
        .collect();
    let in_leaf = own[0].location.as_ref().unwrap();
    assert!(in_leaf.file.ends_with("tests/leaves/leaves.rs"), "{text}");
    let lines = leaf.line..leaf.line + 20;
    // A future of the program's own waits in its own `poll`.
    if leaf.name != "own_future" {
        assert!(own[0].name().contains(leaf.name), "{text}");
        assert!(lines.contains(&in_leaf.line), "{text}");
    }
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
