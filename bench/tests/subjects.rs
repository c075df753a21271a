//! Every subject does every workload, and tells a figure for each.

use std::io::Write;
use std::process::{Command, Stdio};

use bench::measurement::{Measurement, Unit};
use bench::subjects::Subject;

fn figures(subject: Subject) -> Vec<Measurement> {
    let mut process = Command::new(env!("CARGO_BIN_EXE_subject"))
        .args([subject.name(), "0.001"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    writeln!(process.stdin.take().unwrap()).unwrap();
    let output = process.wait_with_output().unwrap();
    assert!(output.status.success());
    let output = String::from_utf8(output.stdout).unwrap();
    let lines = output.lines().skip(1);
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn every_subject_tells_the_same_figures() {
    let floor = figures(Subject::Floor);
    assert_eq!(floor.len(), 2 * 6 * 2 + 2);
    for subject in Subject::ALL {
        let figures = figures(subject);
        let names = |figures: &[Measurement]| -> Vec<(String, String, Unit)> {
            let figures = figures.iter().cloned();
            figures
                .map(|figure| (figure.workload, figure.runtime, figure.unit))
                .collect()
        };
        assert_eq!(names(&figures), names(&floor), "{}", subject.name());
        for figure in figures {
            assert!(
                figure.value.is_finite() && figure.value >= 0.0,
                "{figure:?}"
            );
        }
    }
}
