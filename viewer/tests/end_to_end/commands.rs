//! The command, as a process, on programs that are processes.

use std::process::{Command, Output};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::mpsc;
use tokio::time::interval;

use super::support::{Program, a_stuck_producer, a_task, on_two_workers, program, spawn_named};

/// Runs `taskmon` with `arguments`.
fn taskmon(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_taskmon"));
    command.args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn stuck(test: &str) -> Program {
    program(test, a_stuck_producer)
}

fn healthy(test: &str) -> Program {
    program(test, || {
        on_two_workers(async {
            let mut ticks = interval(Duration::from_millis(10));
            loop {
                ticks.tick().await;
            }
        });
    })
}

#[test]
fn check_fails_with_the_stuck_send_as_json() {
    let program = stuck("commands::check_fails_with_the_stuck_send_as_json");
    let target = program.target.to_string();
    let mut watch = program.watch();
    watch.expect_alert("send-stall");
    let output = taskmon(&[
        "check",
        &target,
        "--for",
        "1s",
        "--send-threshold",
        "200ms",
        "--poll-threshold",
        "10s",
        "--format",
        "json",
    ]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert_eq!(text(&output.stderr), "");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["version"], 1);
    assert_eq!(report["target"], target.as_str());
    let [alert] = report["alerts"].as_array().unwrap().as_slice() else {
        panic!("one alert: {report:#}");
    };
    assert_eq!(alert["rule"], "send-stall");
    assert_eq!(alert["severity"], "error");
    assert_eq!(alert["tasks"], 1);
    assert!(alert["longest_ms"].as_u64().unwrap() >= 200);
    assert!(
        alert["message"]
            .as_str()
            .unwrap()
            .contains("to send on ch#1")
    );
    let since = alert["since"].as_str().unwrap();
    humantime::parse_rfc3339(since).unwrap();
    let site = &alert["site"];
    assert!(site["file"].as_str().unwrap().ends_with("support.rs"));
    assert!(site["line"].is_u64() && site["column"].is_u64());
    let function = site["function"].as_str().unwrap();
    assert!(
        function.ends_with("support::a_stuck_producer"),
        "{function}"
    );
    assert_eq!(alert["site_role"], "waits");
    let example = &alert["example"];
    assert_eq!(example["name"], "producer");
    assert_eq!(example["wait"], "mpsc send");
    assert!(example["task"].is_u64());
    assert_eq!(report["tasks"]["live"], 2);
    assert_eq!(report["tasks"]["waiting"], 2);
}

#[test]
fn check_reports_in_text_and_alerts_and_tasks_look_once() {
    let program = stuck("commands::check_reports_in_text_and_alerts_and_tasks_look_once");
    let target = program.target.to_string();
    program.watch().expect_alert("send-stall");
    let thresholds = ["--send-threshold", "100ms", "--poll-threshold", "10s"];
    let run = |command: &[&str]| taskmon(&[command, &thresholds].concat());

    let check = run(&["check", &target, "--for", "100ms"]);
    assert_eq!(check.status.code(), Some(1));
    let said = text(&check.stdout);
    assert!(
        said.starts_with("error: send-stall: waiting at viewer/tests/end_to_end/support.rs:"),
        "{said}"
    );
    assert!(
        said.contains("\"producer\" [mpsc send] on ch#1 (3/3 full, 1 sender waiting)"),
        "{said}"
    );
    assert!(
        said.contains("1 error in ") && said.contains("; 2 live tasks"),
        "{said}"
    );

    let alerts = run(&["alerts", &target]);
    assert_eq!(alerts.status.code(), Some(1));
    let lines: Vec<_> = text(&alerts.stdout).lines().collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[1].contains("send-stall"), "{lines:?}");
    let alerts = run(&["alerts", &target, "--json"]);
    let report: Value = serde_json::from_slice(&alerts.stdout).unwrap();
    assert_eq!(report["alerts"][0]["rule"], "send-stall");

    let tasks = run(&["tasks", &target]);
    assert_eq!(tasks.status.code(), Some(0));
    let table: Vec<_> = text(&tasks.stdout).lines().collect();
    assert_eq!(table.len(), 3, "{table:?}");
    assert!(
        table[1].contains(" error "),
        "the stuck one is first and marked: {table:?}"
    );
    assert!(table[1].contains("producer") && table[1].contains("mpsc send"));

    let tasks = run(&["tasks", &target, "--json"]);
    let list: Value = serde_json::from_slice(&tasks.stdout).unwrap();
    let first = &list["tasks"][0];
    assert_eq!(first["name"], "producer");
    assert_eq!(first["state"], "waiting");
    assert_eq!(first["waits"][0]["kind"], "mpsc send");
    let channel = &first["waits"][0]["resource"];
    assert_eq!(channel["name"], "ch#1");
    assert_eq!(
        (&channel["capacity"], &channel["senders_waiting"]),
        (&3.into(), &1.into())
    );
    assert_eq!(list["program"]["pid"], program.pid());
}

#[test]
fn check_passes_on_a_healthy_program() {
    let program = healthy("commands::check_passes_on_a_healthy_program");
    let target = program.target.to_string();
    for format in ["text", "json"] {
        let output = taskmon(&[
            "check",
            &target,
            "--for",
            "1s",
            "--poll-threshold",
            "10s",
            "--format",
            format,
        ]);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
    }
}

#[test]
fn check_tells_when_the_program_goes_away() {
    let mut program = stuck("commands::check_tells_when_the_program_goes_away");
    let target = program.target.to_string();
    let check = Command::new(env!("CARGO_BIN_EXE_taskmon"))
        .args(["check", &target, "--for", "5m", "--send-threshold", "10ms"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut watch = program.watch();
    watch.until("the check to watch", |watch| {
        (watch.model.process.watchers == 2).then_some(())
    });
    watch.expect_alert("send-stall");
    watch.refresh();
    program.kill();
    let output = check.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    let said = text(&output.stderr);
    assert_eq!(
        said,
        format!("taskmon: lost the connection to {target}: the program ended, or closed it\n")
    );
}

#[test]
fn what_a_program_calls_its_tasks_does_nothing_to_a_terminal() {
    let program = program(
        "commands::what_a_program_calls_its_tasks_does_nothing_to_a_terminal",
        || {
            on_two_workers(async {
                let (sender, receiver) = mpsc::channel(1);
                std::mem::forget(receiver);
                spawn_named("\u{1b}[2J\r\n\u{9b}31mred\u{7}\u{202e}", async move {
                    loop {
                        sender.send(1).await.unwrap();
                    }
                });
            });
        },
    );
    let target = program.target.to_string();
    program.watch().expect_alert("send-stall");
    for arguments in [
        &["tasks", &target][..],
        &[
            "check",
            &target,
            "--for",
            "100ms",
            "--send-threshold",
            "10ms",
        ],
    ] {
        let output = taskmon(arguments);
        let shown = text(&output.stdout);
        assert!(
            shown.contains(r"\u{1b}[2J\r\n\u{9b}31mred\u{7}\u{202e}"),
            "{shown}"
        );
        let mut harmful = shown.chars().filter(|c| c.is_control() && *c != '\n');
        assert_eq!(harmful.next(), None);
    }
    // JSON has escapes of its own, and keeps the name as it is.
    let output = taskmon(&["tasks", &target, "--json"]);
    assert!(!text(&output.stdout).contains('\u{1b}'));
    let list: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut tasks = list["tasks"].as_array().unwrap().iter();
    assert!(tasks.any(|task| task["name"] == "\u{1b}[2J\r\n\u{9b}31mred\u{7}\u{202e}"));
    program.watch().expect(a_task().that_waits_for("mpsc send"));
}

#[test]
fn someone_who_has_seen_enough_may_close_the_pipe() {
    let program = stuck("commands::someone_who_has_seen_enough_may_close_the_pipe");
    let mut tasks = Command::new(env!("CARGO_BIN_EXE_taskmon"))
        .args(["tasks", &program.target.to_string()])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(tasks.stdout.take());
    let output = tasks.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(text(&output.stderr), "");
}

/// The demo, without its UI, as a process; it ends with this value.
struct Demo(std::process::Child);

impl Demo {
    /// Starts it, and gives its address.
    fn start(arguments: &[&str]) -> (Self, String) {
        let mut demo = Command::new(env!("CARGO_BIN_EXE_taskmon"))
            .args(["demo", "--headless"])
            .args(arguments)
            .env("TASKMON_LEVEL", "all")
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        let mut address = String::new();
        let mut out = std::io::BufReader::new(demo.stdout.take().unwrap());
        std::io::BufRead::read_line(&mut out, &mut address).unwrap();
        (Demo(demo), address.trim().to_owned())
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn check_demo(arguments: &[&str]) -> (Option<i32>, Value) {
    let (_demo, address) = Demo::start(arguments);
    let output = taskmon(&[
        "check",
        &address,
        "--for",
        "4s",
        // The fixed shop gives up after a second.
        "--send-threshold",
        "2s",
        "--poll-threshold",
        "10s",
        "--format",
        "json",
    ]);
    let report = serde_json::from_slice(&output.stdout).unwrap();
    (output.status.code(), report)
}

#[test]
fn the_demo_leaks_stuck_tasks_and_its_alert_names_the_line() {
    let (code, report) = check_demo(&[]);
    assert_eq!(code, Some(1), "{report:#}");
    let alert = &report["alerts"][0];
    assert_eq!(alert["rule"], "send-stall");
    assert_eq!(alert["severity"], "error");
    assert!(alert["tasks"].as_u64().unwrap() > 3, "{alert:#}");
    assert_eq!(alert["example"]["wait"], "mpsc send");
    let shop = include_str!("../../src/demo/shop.rs");
    let send = shop
        .lines()
        .position(|line| line.contains("sender.send(product).await.is_ok()"));
    assert_eq!(alert["site"]["line"], send.unwrap() + 1);
    let file = alert["site"]["file"].as_str().unwrap();
    assert!(file.ends_with("demo/shop.rs"), "{file}");
}

#[test]
fn the_fixed_demo_raises_no_alert() {
    let (code, report) = check_demo(&["--fixed"]);
    assert_eq!(code, Some(0), "{report:#}");
    assert!(report["tasks"]["ended"].as_u64().unwrap() > 5, "{report:#}");
}

#[cfg(unix)]
#[test]
fn the_demo_ends_when_it_is_told_to() {
    let (mut demo, _) = Demo::start(&[]);
    let kill = Command::new("kill").arg(demo.0.id().to_string()).status();
    assert!(kill.unwrap().success());
    assert!(demo.0.wait().unwrap().success());
}
