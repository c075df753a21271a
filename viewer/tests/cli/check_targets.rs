//! `taskmon check` of several programs, and until it is quiet.

use std::sync::atomic::Ordering::Relaxed;

use serde_json::json;
use taskmon_proto::v1 as wire;

use crate::support::{
    Running, Script, TestServer, Then, healthy, hello, no_longer_stuck, page, stuck, taskmon,
    wait_for,
};

fn program(snapshot: wire::Page, then: Then) -> TestServer {
    TestServer::program(Script::new([hello(), page(snapshot)], then))
}

#[test]
fn what_several_programs_have_at_one_site_is_one_alert() {
    let servers = [stuck(), healthy(), stuck()].map(|it| program(it, Then::Ticks));
    let [a, b, c] = servers.each_ref().map(TestServer::target);
    let run = taskmon(&["check", &a, &b, &c, "--for", "200ms", "--format", "json"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    let report = run.json();
    assert_eq!(report["alerts"].as_array().unwrap().len(), 1);
    assert_eq!(report["alerts"][0]["tasks"], 2);
    assert_eq!(report["alerts"][0]["programs"], json!([0, 2]));
    assert_eq!(report["programs"].as_array().unwrap().len(), 3);
    assert_eq!(report["tasks"]["live"], 6);
    let targets = format!("http://{a}, http://{b}, http://{c}");
    assert_eq!(report["target"], targets.as_str());
}

#[test]
fn one_program_that_is_lost_does_not_end_the_watch_of_another() {
    let lost = program(healthy(), Then::End);
    let script = Script::new([hello(), page(stuck())], Then::Ticks);
    let sent = script.sent.clone();
    let other = TestServer::program(script);
    let run = Running::start(&["check", &lost.target(), &other.target(), "--for", "10m"]);
    wait_for("many pictures", || (sent.load(Relaxed) > 100).then_some(()));
    run.interrupt();
    let run = run.end();
    assert_eq!(run.code, Some(3), "{run:?}");
    assert!(run.stdout.contains("error: send-stall: "), "{run:?}");
    assert!(run.stdout.contains("the look ended early: "), "{run:?}");
}

#[test]
fn the_watch_ends_when_every_program_is_lost() {
    let servers = [healthy(), healthy()].map(|it| program(it, Then::End));
    let [a, b] = servers.each_ref().map(TestServer::target);
    let run = taskmon(&["check", &a, &b, "--for", "10m"]);
    assert_eq!(run.code, Some(3), "{run:?}");
    assert_eq!(run.stdout.matches("the look ended early").count(), 2);
}

#[test]
fn a_sigterm_reports_what_was_found_so_far() {
    let script = Script::new([hello(), page(stuck())], Then::Ticks);
    let sent = script.sent.clone();
    let server = TestServer::program(script);
    let run = Running::start(&["check", &server.target(), "--for", "10m"]);
    wait_for("some pictures", || (sent.load(Relaxed) > 50).then_some(()));
    run.terminate();
    let run = run.end();
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(
        run.stdout.contains("note: the watch was interrupted\n"),
        "{run:?}"
    );
}

#[test]
fn a_watch_until_quiet_ends_when_nothing_happens() {
    let server = program(healthy(), Then::Ticks);
    let target = server.target();
    let run = taskmon(&["check", &target, "--until-quiet=100ms", "--for", "10m"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(run.stdout.lines().count(), 1, "{run:?}");
}

#[test]
fn what_was_wrong_before_it_became_quiet_fails() {
    let script = Script::new(
        [hello(), page(stuck()), page(no_longer_stuck())],
        Then::Ticks,
    );
    let server = TestServer::program(script);
    let target = server.target();
    let run = taskmon(&["check", &target, "--until-quiet=100ms", "--for", "10m"]);
    assert_eq!(run.code, Some(1), "{run:?}");
}

#[test]
fn a_program_with_an_alert_does_not_become_quiet() {
    let server = program(stuck(), Then::Ticks);
    let target = server.target();
    let run = taskmon(&["check", &target, "--until-quiet=10ms", "--for", "300ms"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    let note = "note: it did not become quiet in the time that it had\n";
    assert!(run.stdout.contains(note), "{run:?}");
}
