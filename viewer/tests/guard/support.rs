//! What the tests share.

use std::process::Command;
use std::time::Duration;

use taskmon::testing::{Guard, Leaks};

/// Set in a process of its own: the name of its test.
const PROCESS: &str = "TASKMON_TEST_PROCESS";
/// A deadline for those who know that there is a leak, and long enough for what ends by
/// itself.
pub const SHORT: Duration = Duration::from_millis(300);

/// The leaks that there must be.
pub async fn leaks(guard: Guard) -> Leaks {
    let found = guard.deadline(SHORT).check_no_leaks().await;
    found.expect_err("there are leaks")
}

/// The names of the tasks that were left, in the order in which they were spawned.
pub fn names(leaks: &Leaks) -> Vec<&str> {
    leaks.tasks().iter().map(|task| &*task.name).collect()
}

/// Spawns a task with a name.
pub fn spawn_named<F>(name: &str, future: F) -> tokio::task::JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let task = tokio::task::Builder::new().name(name);
    task.spawn(future).unwrap()
}

/// Waits for what cannot come, as long as the test runs.
pub async fn forever() {
    std::future::pending().await
}

/// Runs `main` in a process of its own, which is this test binary again with only the
/// test called `test` (with its path from the crate's root). Gives what it printed, and
/// whether it ended well.
pub fn in_a_process(test: &str, main: impl FnOnce()) -> (String, bool) {
    if std::env::var(PROCESS).as_deref() == Ok(test) {
        main();
        std::process::exit(0);
    }
    let output = Command::new(std::env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture", "--test-threads=1"])
        .env(PROCESS, test)
        .env_remove("RUST_LOG")
        .output()
        .unwrap();
    let printed = [output.stdout, output.stderr].concat();
    let printed = String::from_utf8_lossy(&printed).into_owned();
    assert!(printed.contains("running 1 test"), "{printed}");
    (printed, output.status.success())
}

/// A runtime as `#[tokio::test]` makes it.
pub fn runtime(workers: usize) -> tokio::runtime::Runtime {
    let mut builder = match workers {
        0 => tokio::runtime::Builder::new_current_thread(),
        _ => tokio::runtime::Builder::new_multi_thread(),
    };
    builder
        .worker_threads(workers.max(1))
        .enable_all()
        .build()
        .unwrap()
}
