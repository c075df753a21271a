//! `taskmon check -- COMMAND`. The programs with taskmon are `taskmon demo`.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::json;
use tempfile::TempDir;

use crate::support::{Running, taskmon, wait_for};

const TASKMON: &str = env!("CARGO_BIN_EXE_taskmon");
/// Thresholds that the demo's leak is soon beyond, and a busy machine never.
const SOON: [&str; 4] = ["--send-threshold", "200ms", "--poll-threshold", "1m"];

/// A script to check, in a folder of its own.
struct Shell {
    folder: TempDir,
    running: Running,
}

impl Shell {
    /// Runs `script` under `taskmon check` with `options`; `$TASKMON` is taskmon,
    /// and `demo` the shop that leaks, until standard input closes.
    fn check(options: &[&str], script: &str) -> Shell {
        let folder = TempDir::new().unwrap();
        let demo = "demo() { \"$TASKMON\" demo --headless --until-stdin-closes; }\n";
        let script = format!("{demo}{script}");
        let command = ["--", "sh", "-c", &script];
        let check = [&["check"], &SOON[..], options, &command].concat();
        let running = Running::start_with(&check, |command| {
            command
                .env("TASKMON", TASKMON)
                .current_dir(&folder)
                .stdin(Stdio::piped())
        });
        Shell { folder, running }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Waits for a line in a file that the script writes.
    fn line(&self, name: &str) -> String {
        let path = self.path(name);
        wait_for(name, || {
            let text = fs::read_to_string(&path).ok()?;
            text.split_once('\n').map(|(line, _)| line.to_owned())
        })
    }

    /// Waits until the shop at the address in this file has been leaking for
    /// longer than the check lets pass.
    fn wait_until_stuck(&self, address: &str) {
        let address = self.line(address);
        wait_for("a stuck send", || {
            let alerts = ["alerts", &address, "--send-threshold", "800ms"];
            (taskmon(&alerts).code == Some(1)).then_some(())
        });
    }
}

#[test]
fn alerts_in_a_command_that_succeeds_are_1() {
    let mut shell = Shell::check(&["--output", "json=report.json"], "demo >address");
    shell.wait_until_stuck("address");
    drop(shell.running.stdin());
    let report = shell.path("report.json");
    let run = shell.running.end();
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(
        run.stdout.starts_with("error: send-stall: waiting at "),
        "{run:?}"
    );
    let report = fs::read_to_string(report).unwrap();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["verdict"], "alerts");
    assert_eq!(report["command"]["exit_code"], 0);
    assert_eq!(report["programs"][0]["name"], "taskmon");
    assert_eq!(report["alerts"][0]["programs"], json!([0]));
}

#[test]
fn a_command_that_fails_ends_with_its_own_code_though_there_were_alerts() {
    let mut shell = Shell::check(&[], "demo >address; exit 7");
    shell.wait_until_stuck("address");
    drop(shell.running.stdin());
    let run = shell.running.end();
    assert_eq!(run.code, Some(7), "{run:?}");
    assert!(run.stdout.contains("error: send-stall: "), "{run:?}");
    assert!(
        run.stdout.contains("\nthe command exited with 7\n"),
        "{run:?}"
    );
}

#[test]
fn every_process_of_a_command_is_watched() {
    let script = "exec 3<&0; demo <&3 >first & demo <&3 >second; wait";
    let mut shell = Shell::check(&["--format", "json"], script);
    shell.wait_until_stuck("first");
    shell.wait_until_stuck("second");
    drop(shell.running.stdin());
    let run = shell.running.end();
    assert_eq!(run.code, Some(1), "{run:?}");
    let report = run.json();
    assert_eq!(
        report["programs"].as_array().unwrap().len(),
        2,
        "{report:#}"
    );
    let programs = report["alerts"][0]["programs"].as_array().unwrap();
    assert_eq!(programs.len(), 2, "{report:#}");
}

#[test]
fn a_target_that_is_just_starting_is_waited_for() {
    let folder = TempDir::new().unwrap();
    let target = format!("unix:{}/shop.sock", folder.path().display());
    let connect = ["check", &target, "--connect-within", "1m", "--for", "100ms"];
    let check = Running::start(&[&connect[..], &["--poll-threshold", "1m"]].concat());
    let demo = ["demo", "--headless", "--fixed", "--until-stdin-closes"];
    let mut shop = Running::start_with(&demo, |command| {
        command.env("TASKMON_BIND", &target).stdin(Stdio::piped())
    });
    let run = check.end();
    assert_eq!(run.code, Some(0), "{run:?}");
    drop(shop.stdin());
    assert_eq!(shop.end().code, Some(0));
}

#[test]
fn standard_streams_are_those_of_the_command() {
    let script = "read line; echo \"out: $line\"; echo \"err: $line\" >&2";
    let mut shell = Shell::check(&["--allow-unwatched"], script);
    shell.running.stdin().write_all(b"in\n").unwrap();
    let run = shell.running.end();
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stdout.starts_with("out: in\nno alerts in "), "{run:?}");
    assert_eq!(run.stderr, "err: in\n");
}

#[test]
fn a_command_in_which_nothing_was_watched_does_not_pass_unless_that_is_wanted() {
    let run = taskmon(&["check", "--", "true"]);
    assert_eq!(run.code, Some(3), "{run:?}");
    assert!(run.stderr.contains("nothing was watched"), "{run:?}");
    assert!(run.stdout.contains("note: nothing was watched"), "{run:?}");
    let run = taskmon(&["check", "--allow-unwatched", "--", "true"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stdout.contains("note: nothing was watched"), "{run:?}");
}

#[test]
fn a_command_that_a_signal_ends_is_128_and_its_number() {
    let run = taskmon(&["check", "--", "sh", "-c", "kill -KILL $$"]);
    assert_eq!(run.code, Some(137), "{run:?}");
    assert!(
        run.stdout.contains("the command was ended by signal 9"),
        "{run:?}"
    );
}

#[test]
fn a_command_that_cannot_be_run_is_what_shells_make_of_it() {
    let run = taskmon(&["check", "--", "no-such-program"]);
    assert_eq!(run.code, Some(127), "{run:?}");
    assert!(
        run.stderr.contains("there is no program no-such-program"),
        "{run:?}"
    );
    let run = taskmon(&["check", "--", "/"]);
    assert_eq!(run.code, Some(126), "{run:?}");
}

#[test]
fn signals_are_passed_on() {
    for (signal, code) in [("TERM", 9), ("INT", 10)] {
        let script =
            format!("trap 'exit {code}' {signal}; echo >ready; while :; do sleep 0.05; done");
        let shell = Shell::check(&[], &script);
        shell.line("ready");
        match signal {
            "TERM" => shell.running.terminate(),
            _ => shell.running.interrupt(),
        }
        let run = shell.running.end();
        assert_eq!(run.code, Some(code), "{run:?}");
        assert!(
            run.stdout.contains("note: the watch was interrupted"),
            "{run:?}"
        );
    }
}

fn is_alive(pid: &str) -> bool {
    let stat = fs::read_to_string(Path::new("/proc").join(pid).join("stat"));
    // One that nobody has waited for yet is dead too.
    stat.is_ok_and(|stat| !stat.contains(") Z "))
}

#[test]
fn a_command_that_hangs_is_killed_with_all_of_its_processes_and_shows_its_tasks() {
    let script = "sh -c 'trap \"\" TERM; echo $$ >child; sleep 600; sleep 600' & \
                  \"$TASKMON\" demo --headless >address";
    let shell = Shell::check(&["--timeout", "10s"], script);
    shell.wait_until_stuck("address");
    let child = shell.line("child");
    assert!(is_alive(&child));
    let run = shell.running.end();
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(
        run.stdout
            .contains("the command did not end within 10s and was killed")
    );
    assert!(run.stdout.contains(" [mpsc send, "), "{run:?}");
    assert!(
        run.stdout
            .contains("\n  taskmon::demo::shop::new_producer  "),
        "{run:?}"
    );
    wait_for("the end of the child", || (!is_alive(&child)).then_some(()));
}
