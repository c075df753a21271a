//! `taskmon check -- COMMAND` on programs that end by themselves.

use std::process::{Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::mpsc;

use super::support::{PROGRAM, be_the_program_of, spawn_named, until_told};

/// Checks `main` as the program of the test called `test`.
fn check(test: &str, options: &[&str], main: fn()) -> (Output, Value) {
    be_the_program_of(test, main);
    let this = std::env::current_exe().unwrap();
    let report = tempfile::NamedTempFile::new().unwrap();
    let output = format!("json={}", report.path().display());
    let mut child = Command::new(env!("CARGO_BIN_EXE_taskmon"))
        .args(["check", "--poll-threshold", "1m", "--output", &output])
        .args(options)
        .arg("--")
        .arg(this)
        .args([test, "--exact", "--nocapture", "--test-threads=1"])
        .env(PROGRAM, test)
        // Open for as long as the program runs.
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let stdin = child.stdin.take();
    let output = child.wait_with_output().unwrap();
    drop(stdin);
    let report = std::fs::read_to_string(report.path()).unwrap();
    let report = serde_json::from_str(&report).unwrap_or_else(|error| {
        panic!("{error}: {output:?}");
    });
    (output, report)
}

fn on_a_runtime(program: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(program);
    // Its stuck tasks are not waited for.
    runtime.shutdown_background();
}

/// Waits until the check watches this program too, and the names of functions are
/// read, for which nothing is sent in a debug build for seconds.
async fn until_watched() {
    let (_sender, mut receiver) = mpsc::channel::<()>(1);
    let waiting = spawn_named("waiting", async move { receiver.recv().await });
    until_told("the check", |model| model.process.watchers >= 2).await;
    // What the check was to be sent before this, it was sent.
    until_told("another picture", |_| true).await;
    waiting.abort();
}

/// A send that is stuck for `time`, and is then the end of the program.
async fn a_stuck_send_for(time: Duration) {
    until_watched().await;
    let (sender, receiver) = mpsc::channel(1);
    spawn_named("producer", async move {
        for number in 0.. {
            sender.send(number).await?;
        }
        Ok::<_, mpsc::error::SendError<i32>>(())
    });
    until_told("the stuck send", |model| {
        let mut tasks = model.tasks.values();
        let producer = tasks.find(|task| &*task.name == "producer");
        producer.is_some_and(|producer| model.lasted(producer) >= time)
    })
    .await;
    drop(receiver);
}

#[test]
fn what_was_stuck_in_the_last_moment_before_the_end_is_found() {
    let test = "check::what_was_stuck_in_the_last_moment_before_the_end_is_found";
    let (output, report) = check(test, &["--send-threshold", "1s"], || {
        on_a_runtime(a_stuck_send_for(Duration::from_millis(1_300)));
    });
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let alert = &report["alerts"][0];
    assert_eq!(alert["rule"], "send-stall");
    assert_eq!(alert["example"]["name"], "producer");
    assert!(
        alert["site"]["file"]
            .as_str()
            .unwrap()
            .ends_with("check.rs")
    );
}

#[test]
fn a_program_that_ends_well_passes() {
    let test = "check::a_program_that_ends_well_passes";
    let (output, report) = check(test, &["--send-threshold", "30s"], || {
        on_a_runtime(a_stuck_send_for(Duration::from_millis(300)));
    });
    assert_eq!(output.status.code(), Some(0), "{output:?} {report:#}");
    assert_eq!(report["verdict"], "fine");
    assert_eq!(report["programs"].as_array().unwrap().len(), 1);
    assert_eq!(report["programs"][0]["error"], Value::Null);
}

#[test]
fn a_program_that_starts_itself_again_is_two_programs() {
    let test = "check::a_program_that_starts_itself_again_is_two_programs";
    let (output, report) = check(test, &["--send-threshold", "1m"], || {
        const CHILD: &str = "TASKMON_TEST_CHILD";
        if std::env::var_os(CHILD).is_none() {
            let status = Command::new(std::env::current_exe().unwrap())
                .args(std::env::args_os().skip(1))
                .env(CHILD, "1")
                .status();
            assert!(status.unwrap().success());
        }
        on_a_runtime(until_watched());
    });
    assert_eq!(output.status.code(), Some(0), "{output:?} {report:#}");
    assert!(!String::from_utf8_lossy(&output.stderr).contains("cannot listen"));
    let pids = report["programs"].as_array().unwrap().iter();
    let pids: std::collections::HashSet<_> = pids.map(|it| it["pid"].as_u64()).collect();
    assert_eq!(pids.len(), 2, "{report:#}");
}
