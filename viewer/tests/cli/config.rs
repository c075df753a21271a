//! `taskmon.toml`, from where it is found to what it does to a check.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;

use crate::support::{Run, Script, TestServer, Then, hello, page, stuck};

/// A folder with a `taskmon.toml` in it. It is removed afterwards.
struct Project(PathBuf);

impl Project {
    fn with(config: &str) -> Project {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("taskmon-config-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(folder.join("src/deep")).unwrap();
        std::fs::write(folder.join("taskmon.toml"), config).unwrap();
        Project(folder)
    }

    /// Runs `taskmon` in a folder of the project.
    fn taskmon(&self, folder: &str, args: &[&str]) -> Run {
        let output = Command::new(env!("CARGO_BIN_EXE_taskmon"))
            .args(args)
            .current_dir(self.0.join(folder))
            .stdin(Stdio::null())
            .output()
            .unwrap();
        Run {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
            memory: 0,
        }
    }

    /// Checks a program with a send that is stuck at `src/producer.rs:41`.
    fn check(&self, more: &[&str]) -> Run {
        let server = TestServer::program(Script::new([hello(), page(stuck())], Then::Silence));
        let check = ["check", &server.target(), "--for", "50ms"];
        self.taskmon(".", &[&check[..], more].concat())
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_threshold_in_the_file_decides_unless_an_option_does() {
    let project = Project::with("rules.send-stall.threshold = \"2m\"");
    let run = project.check(&[]);
    assert_eq!((run.code, &*run.stderr), (Some(0), ""), "{run:?}");
    let run = project.check(&["--send-threshold", "1s"]);
    assert_eq!(run.code, Some(1), "{run:?}");
}

#[test]
fn a_severity_in_the_file_is_that_of_every_face() {
    let project = Project::with("rules.send-stall.severity = \"warning\"");
    let server = TestServer::program(Script::new([hello(), page(stuck())], Then::Silence));
    let target = server.target();
    for command in ["alerts", "check", "tasks", "dump"] {
        let more = match command {
            "check" => &["--for", "50ms"][..],
            "alerts" => &[],
            _ => &["--json"],
        };
        let run = project.taskmon(".", &[&[command, &target], more].concat());
        assert!(run.stdout.contains("warning"), "{command}: {run:?}");
        assert!(!run.stdout.contains("\"error\""), "{command}: {run:?}");
    }
    let project = Project::with("rules.send-stall.severity = \"off\"");
    assert_eq!(project.check(&[]).code, Some(0));
}

#[test]
fn what_is_allowed_does_not_fail() {
    let project = Project::with(
        "[[allow]]\nrule = \"send-stall\"\nfile = \"src/*.rs\"\nlines = \"40-42\"\n\
         function = \"new_producer\"\nreason = \"known\"\nuntil = 9999-12-31",
    );
    let run = project.check(&[]);
    assert_eq!((run.code, &*run.stderr), (Some(0), ""), "{run:?}");
}

#[test]
fn an_entry_that_allows_nothing_is_mentioned() {
    let project = Project::with(
        "\n[[allow]]\nrule = \"send-stall\"\nfile = \"src/other.rs\"\nreason = \"known\"",
    );
    let run = project.check(&[]);
    assert_eq!(run.code, Some(1), "{run:?}");
    let said = "taskmon: taskmon.toml:2: nothing was seen that this entry allows: \
                send-stall in src/other.rs\n";
    assert_eq!(run.stderr, said);
}

#[test]
fn an_entry_that_has_expired_does_not_allow_and_says_so() {
    let project = Project::with(
        "[[allow]]\nrule = \"send-stall\"\nfile = \"src/*.rs\"\nreason = \"known\"\n\
         until = 2020-02-29",
    );
    let run = project.check(&[]);
    assert_eq!(run.code, Some(1), "{run:?}");
    let said = "taskmon: taskmon.toml:1: this entry expired on 2020-02-29 and no longer allows \
                send-stall in src/*.rs (known)\n";
    assert_eq!(run.stderr, said);
}

#[test]
fn what_makes_no_sense_is_wrong_usage_and_told_with_its_place() {
    let project = Project::with("[rules]\nsend-stall = { treshold = \"2s\" }");
    for command in ["tasks", "dump", "alerts", "check", "rules"] {
        let run = project.taskmon(".", &[command]);
        assert_eq!(
            (run.code, &*run.stdout),
            (Some(2), ""),
            "{command}: {run:?}"
        );
        let said = "taskmon: taskmon.toml:2:16: unknown key `treshold`; expected one of";
        assert!(run.stderr.starts_with(said), "{command}: {run:?}");
        assert_eq!(run.stderr.lines().count(), 1);
    }
}

#[test]
fn a_file_is_found_above_the_working_directory_and_another_can_be_named() {
    let project = Project::with("rules.lost-waker.severity = \"off\"");
    let severity = |args: &[&str]| {
        let run = project.taskmon("src/deep", &[&["rules", "--json"], args].concat());
        assert_eq!(run.code, Some(0), "{run:?}");
        let said = run.json();
        let rules = said["rules"].as_array().unwrap().clone();
        let mut rules = rules.into_iter();
        let rule = rules.find(|rule| rule["name"] == "lost-waker").unwrap();
        (rule["severity"].clone(), said["config"].clone())
    };
    let (said, config) = severity(&[]);
    assert_eq!(said, "off");
    assert!(config.as_str().unwrap().ends_with("taskmon.toml"));
    std::fs::write(project.0.join("src/deep/other.toml"), "").unwrap();
    let (said, config) = severity(&["--config", "other.toml"]);
    assert_eq!(
        (said, config),
        (Value::from("error"), Value::from("other.toml"))
    );
    let run = project.taskmon(".", &["rules", "--config", "no.toml"]);
    assert_eq!(run.code, Some(2));
    assert_eq!(run.stderr, "taskmon: there is no file no.toml\n");
}
