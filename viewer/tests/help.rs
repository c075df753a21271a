//! What `--help` says is what the documentation quotes: a change is to be seen.

use std::path::Path;
use std::process::Command;

/// Set to write the files instead of comparing with them.
const UPDATE: &str = "TASKMON_UPDATE_HELP";

fn assert_help(command: &[&str], file: &str) {
    let output = Command::new(env!("CARGO_BIN_EXE_taskmon"))
        .args(command)
        .arg("--help")
        .env_remove("COLUMNS")
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let help = String::from_utf8(output.stdout).unwrap();
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/help")
        .join(file);
    if std::env::var_os(UPDATE).is_some() {
        std::fs::write(&path, &help).unwrap();
        return;
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        help,
        expected,
        "`taskmon {} --help` is not what {} says; if that is meant, run the tests once with \
         {UPDATE}=1 and commit the file",
        command.join(" "),
        path.display(),
    );
}

#[test]
fn the_help_of_taskmon_is_as_documented() {
    assert_help(&[], "taskmon.txt");
}

#[test]
fn the_help_of_tasks_is_as_documented() {
    assert_help(&["tasks"], "tasks.txt");
}

#[test]
fn the_help_of_waits_is_as_documented() {
    assert_help(&["waits"], "waits.txt");
}

#[test]
fn the_help_of_channels_is_as_documented() {
    assert_help(&["channels"], "channels.txt");
}

#[test]
fn the_help_of_dump_is_as_documented() {
    assert_help(&["dump"], "dump.txt");
}

#[test]
fn the_help_of_alerts_is_as_documented() {
    assert_help(&["alerts"], "alerts.txt");
}

#[test]
fn the_help_of_check_is_as_documented() {
    assert_help(&["check"], "check.txt");
}

#[test]
fn the_help_of_fleet_is_as_documented() {
    assert_help(&["fleet"], "fleet.txt");
}

#[test]
fn the_help_of_demo_is_as_documented() {
    assert_help(&["demo"], "demo.txt");
}

#[test]
fn the_help_of_rules_is_as_documented() {
    assert_help(&["rules"], "rules.txt");
}

#[test]
fn the_help_of_completions_is_as_documented() {
    assert_help(&["completions"], "completions.txt");
}

#[test]
fn the_help_of_man_is_as_documented() {
    assert_help(&["man"], "man.txt");
}

#[test]
fn the_help_of_config_is_as_documented() {
    assert_help(&["config"], "config.txt");
}
