//! Runs a program, and `taskmon check` on it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{DEADLINE, Program, program};

/// Long enough to see most of what is stuck. What takes more, as growth does, and a
/// busy machine get another look, twice as long.
const FIRST_LOOK: Duration = Duration::from_secs(1);
/// For how long a healthy program must be silent.
const SILENCE: Duration = Duration::from_secs(3);
/// A watch that took so much longer was on a machine that stood still: what it saw
/// says nothing of the program.
const STANDSTILL: Duration = Duration::from_millis(1_500);

/// What `taskmon check` said.
struct Checked {
    code: Option<i32>,
    report: Value,
    took: Duration,
}

/// `main` is the program of the test called `test`; it is stuck, and for each rule
/// there must be an alert about the line of `file` with that name.
pub fn is_stuck(test: &str, file: &str, main: fn(), expected: &[(&str, &str)]) {
    let program = program(test, main);
    let begun = Instant::now();
    let mut length = FIRST_LOOK;
    loop {
        let checked = check(&program, "stuck.toml", length);
        length *= 2;
        let alerts = checked.report["alerts"].as_array().unwrap();
        let missing = expected.iter().find(|(rule, name)| {
            let line = line_of(file, name);
            let mut alerts = alerts.iter();
            !alerts.any(|alert| alert["rule"] == *rule && is_at(alert, file, line))
        });
        match missing {
            None => {
                assert_eq!(checked.code, Some(1));
                return;
            }
            Some((rule, name)) => assert!(
                begun.elapsed() < DEADLINE,
                "no {rule} at {name} in {file}:{}, but {:#}",
                line_of(file, name),
                checked.report
            ),
        }
    }
}

/// `main` is the program of the test called `test`; it is healthy.
pub fn is_healthy(test: &str, main: fn()) {
    let program = program(test, main);
    let begun = Instant::now();
    loop {
        let checked = check(&program, "healthy.toml", SILENCE);
        let stood_still = checked.took > SILENCE + STANDSTILL;
        if stood_still && begun.elapsed() < DEADLINE {
            continue;
        }
        assert_eq!(
            (checked.code, &checked.report["alerts"]),
            (Some(0), &Value::Array(Vec::new())),
            "{:#}",
            checked.report
        );
        let live = checked.report["tasks"]["live"].as_u64();
        assert!(live > Some(0), "it has to be alive to be healthy");
        return;
    }
}

fn check(program: &Program, config: &str, length: Duration) -> Checked {
    let begun = Instant::now();
    let output = Command::new(env!("CARGO_BIN_EXE_taskmon"))
        .arg("check")
        .arg(program.target.to_string())
        .arg("--config")
        .arg(folder().join(config))
        .args(["--for", &format!("{}ms", length.as_millis())])
        .args(["--format", "json"])
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    Checked {
        code: output.status.code(),
        report: serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{error}: {stderr}")),
        took: begun.elapsed(),
    }
}

fn is_at(alert: &Value, file: &str, line: usize) -> bool {
    let site = &alert["site"];
    let named = site["file"].as_str().unwrap_or_default();
    // The one may be from the workspace's folder, and the other from above it.
    let same_file = Path::new(named).ends_with(file) || Path::new(file).ends_with(named);
    same_file && site["line"] == line
}

/// The line with this name in a file of this crate.
fn line_of(file: &str, name: &str) -> usize {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let text = std::fs::read_to_string(crates.join(file)).unwrap();
    let marker = format!("// HERE: {name}");
    let lines: Vec<_> = (1..)
        .zip(text.lines())
        .filter(|(_, line)| line.trim_end().ends_with(&marker))
        .map(|(number, _)| number)
        .collect();
    assert_eq!(lines.len(), 1, "{marker} in {file}");
    lines[0]
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/zoo")
}
