//! `taskmon check`, from a fine program to one that is cut off.

use std::sync::atomic::Ordering::Relaxed;

use serde_json::json;
use tonic::Status;

use crate::support::{
    Running, Script, TestServer, Then, healthy, hello, no_longer_stuck, page, stuck, taskmon,
    wait_for,
};

#[test]
fn a_healthy_program_passes() {
    let server = TestServer::program(Script::new([hello(), page(healthy())], Then::Ticks));
    let run = taskmon(&["check", &server.target(), "--for", "200ms"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stdout.starts_with("no alerts in "), "{run:?}");
    assert!(run.stdout.ends_with("; 2 live tasks\n"), "{run:?}");
    assert_eq!(run.stderr, "");
}

#[test]
fn a_stuck_send_fails_with_a_report_that_names_it() {
    let server = TestServer::program(Script::new([hello(), page(stuck())], Then::Silence));
    let target = server.target();
    let run = taskmon(&["check", &target, "--for", "200ms", "--format", "json"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    let mut report = run.json();
    assert!(report["alerts"][0]["advice"].take().is_string());
    assert!(report["alerts"][0]["fingerprint"].take().is_string());
    assert!(report["began"].take().is_string());
    for watched in ["/watched_ms", "/programs/0/watched_ms"] {
        assert!(report.pointer_mut(watched).unwrap().take().is_u64());
    }
    let tasks = json!({
        "live": 2, "running": 0, "scheduled": 0, "waiting": 2, "lost": 0,
        "spawned": 9, "ended": 7,
    });
    assert_eq!(
        report,
        json!({
            "version": 1,
            "verdict": "alerts",
            "target": format!("http://{target}"),
            "began": null,
            "watched_ms": null,
            "fail_on": "warning",
            "alerts": [{
                "fails": true,
                "in_baseline": false,
                "fingerprint": null,
                "programs": [0],
                "rule": "send-stall",
                "severity": "error",
                "site": {
                    "file": "src/producer.rs", "line": 41, "column": 26,
                    "function": "shop::producer::new_producer",
                },
                "site_role": "waits",
                "tasks": 1,
                "longest_ms": 60_000,
                "since": "2023-11-14T22:14:00.000Z",
                "ended": null,
                "message": "1 task has waited 1m00s to send on ch#18 (3/3 full); \
                            nothing was taken from it since",
                "advice": null,
                "example": {
                    "task": 4_702,
                    "name": "newProducer",
                    "wait": "mpsc send",
                    "resource": "ch#18 (3/3 full, 1 sender waiting)",
                    "stack": [{
                        "function": "shop::producer::new_producer", "file": "src/producer.rs",
                        "line": 41, "column": 26, "inlined": false, "origin": "own",
                    }],
                    "spawned_at": {
                        "file": "src/api.rs", "line": 61, "column": 14, "function": null,
                    },
                },
            }],
            "tasks": tasks,
            "programs": [{
                "target": format!("http://{target}"), "name": "shop", "pid": 4_242,
                "watched_ms": null, "tasks": tasks, "error": null,
            }],
            "notes": [],
        })
    );
    let run = taskmon(&["check", &target, "--for", "200ms"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(
        run.stdout
            .starts_with("error: send-stall: waiting at src/producer.rs:41:26\n")
    );
}

#[test]
fn a_threshold_decides_what_is_stuck() {
    let server = TestServer::program(Script::new([hello(), page(stuck())], Then::Silence));
    let check = ["check", &server.target(), "--for", "50ms"];
    let run = taskmon(&[&check[..], &["--send-threshold", "2m"]].concat());
    assert_eq!(run.code, Some(0), "{run:?}");
}

#[test]
fn a_stall_that_ended_meanwhile_fails_too() {
    let script = Script::new(
        [hello(), page(stuck()), page(no_longer_stuck())],
        Then::Ticks,
    );
    let server = TestServer::program(script);
    let run = taskmon(&[
        "check",
        &server.target(),
        "--for",
        "500ms",
        "--format",
        "json",
    ]);
    assert_eq!(run.code, Some(1), "{run:?}");
    let alert = &run.json()["alerts"][0];
    assert_eq!(alert["ended"], "2023-11-14T22:15:01.000Z");
    assert_eq!(alert["tasks"], 1);
}

#[test]
fn a_connection_that_is_cut_reports_what_was_found_and_is_3() {
    let script = Script::new([hello(), page(stuck())], Then::Ticks);
    let sent = script.sent.clone();
    let server = TestServer::program(script);
    let target = server.target();
    let run = Running::start(&["check", &target, "--for", "10m", "--format", "json"]);
    wait_for("the first difference", || {
        (sent.load(Relaxed) > 5).then_some(())
    });
    drop(server);
    let run = run.end();
    assert_eq!(run.code, Some(3), "{run:?}");
    assert!(run.stderr.contains("connection"), "{run:?}");
    let report = run.json();
    assert_eq!(report["alerts"][0]["rule"], "send-stall");
    assert!(report["error"].as_str().unwrap().contains("connection"));
}

#[test]
fn a_program_that_ends_meanwhile_is_3() {
    for then in [Then::End, Then::Fail(Status::internal("\u{1b}[2Jgone"))] {
        let server = TestServer::program(Script::new([hello(), page(healthy())], then));
        let run = taskmon(&["check", &server.target(), "--for", "10m"]);
        assert_eq!(run.code, Some(3), "{run:?}");
        assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
        assert!(run.stdout.contains("the look ended early: "), "{run:?}");
        assert!(!run.stdout.contains('\u{1b}') && !run.stderr.contains('\u{1b}'));
    }
}

#[test]
fn a_snapshot_that_is_never_whole_is_not_judged() {
    let mut part = stuck();
    part.last = false;
    let server = TestServer::program(Script::new([hello(), page(part)], Then::End));
    let run = taskmon(&["check", &server.target(), "--for", "1s"]);
    assert_eq!(run.code, Some(3), "{run:?}");
    assert_eq!(run.stdout, "");
}

#[test]
fn ctrl_c_reports_what_was_found_so_far() {
    let script = Script::new([hello(), page(stuck())], Then::Ticks);
    let sent = script.sent.clone();
    let server = TestServer::program(script);
    let run = Running::start(&["check", &server.target(), "--for", "10m"]);
    wait_for("some differences", || {
        (sent.load(Relaxed) > 50).then_some(())
    });
    run.interrupt();
    let run = run.end();
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stdout.contains("send-stall"), "{run:?}");
}
