//! The user's own file: where it is sought, what `taskmon config` prints, and how a wrong
//! one is told.

use std::process::{Command, Stdio};

use crate::support::{Run, taskmon};

/// Runs `taskmon` with this file, if any, and this home.
fn with(args: &[&str], file: Option<&str>, home: &str) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_taskmon"));
    command
        .args(args)
        .stdin(Stdio::null())
        .env("HOME", home)
        .env_remove("XDG_CONFIG_HOME")
        .env_remove("TASKMON_CONFIG");
    if let Some(file) = file {
        command.env("TASKMON_CONFIG", file);
    }
    let output = command.output().unwrap();
    Run {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
        memory: 0,
    }
}

#[test]
fn what_config_prints_is_a_file_that_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.toml");
    let printed = taskmon(&["config"]);
    assert_eq!(printed.code, Some(0));
    std::fs::write(&file, &printed.stdout).unwrap();
    // A terminal is needed for the UI: that there is none is told after the file is read.
    let run = with(&[], file.to_str(), "/");
    assert_eq!(run.code, Some(3), "{run:?}");
    assert!(run.stderr.contains("cannot show the UI"), "{run:?}");
}

#[test]
fn a_file_that_makes_no_sense_is_told_with_its_place_and_is_2() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.toml");
    std::fs::write(&file, "[look]\ntheem = \"dark\"\n").unwrap();
    let path = file.to_str().unwrap();
    for args in [&[][..], &["demo"]] {
        let run = with(args, Some(path), "/");
        assert_eq!(run.code, Some(2), "{run:?}");
        let said = format!("taskmon: {path}:2:1: unknown key `theem`; expected one of `theme`");
        assert!(run.stderr.starts_with(&said), "{run:?}");
        assert!(run.stderr.contains("did you mean `theme`?"), "{run:?}");
        assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
    }
}

#[test]
fn a_file_that_is_named_must_be_there() {
    let run = with(&[], Some("/no/such.toml"), "/");
    assert_eq!(run.code, Some(2));
    assert_eq!(run.stderr, "taskmon: there is no file /no/such.toml\n");
}

#[test]
fn what_judges_for_others_does_not_go_by_the_users_own_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.toml");
    std::fs::write(&file, "rules.send-stall.threshold = \"77s\"").unwrap();
    let run = with(&["rules"], file.to_str(), "/");
    assert_eq!(run.code, Some(0));
    assert!(!run.stdout.contains("77s"), "{run:?}");
}

#[cfg(all(unix, not(target_os = "macos")))]
#[test]
fn where_it_is_sought_is_told() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join(".config/taskmon");
    let file = folder.join("config.toml");
    let at = home.path().to_str().unwrap();
    let run = with(&["config", "--path"], None, at);
    assert_eq!(run.stdout, format!("{}  (not there)\n", file.display()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(&file, "").unwrap();
    let run = with(&["config", "--path"], None, at);
    assert_eq!(run.stdout, format!("{}  (this is read)\n", file.display()));
    let run = with(&["config", "--path"], Some("other.toml"), at);
    assert_eq!(run.stdout, "other.toml  (not there)\n");
}
