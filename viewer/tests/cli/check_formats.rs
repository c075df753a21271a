//! What `taskmon check` writes for other tools is what their schemas say.

use std::path::{Path, PathBuf};

use serde_json::Value;
use taskmon_proto::v1 as wire;
use tempfile::TempDir;

use crate::schema::{assert_json, assert_xml};
use crate::support::{
    Run, Running, Script, TestServer, Then, healthy, hello, page, stuck, taskmon,
};

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

fn program(snapshot: wire::Page, then: Then) -> TestServer {
    TestServer::program(Script::new([hello(), page(snapshot)], then))
}

/// The files of a run with one of each format.
struct Reports {
    run: Run,
    folder: TempDir,
}

impl Reports {
    fn of(check: &[&str]) -> Reports {
        let folder = TempDir::new().unwrap();
        let outputs = [
            "--output=json=a.json",
            "--output=junit=a.xml",
            "--output=sarif=a.sarif",
            "--output=github=a.github",
            "--output=markdown=a.md",
        ];
        let arguments = [&["check"], &outputs[..], check].concat();
        let run = Running::start_with(&arguments, |it| it.current_dir(&folder)).end();
        Reports { run, folder }
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(name)).unwrap()
    }

    #[track_caller]
    fn assert_valid(&self) {
        let json = |name| serde_json::from_str::<Value>(&self.read(name)).unwrap();
        assert_json(&json("a.json"), &repository("docs/src/check.schema.json"));
        let schemas = repository("viewer/tests/schemas");
        assert_json(&json("a.sarif"), &schemas.join("sarif-schema-2.1.0.json"));
        assert_xml(&self.read("a.xml"), &schemas.join("junit-10.xsd"));
        let github = self.read("a.github");
        for line in github.lines().filter(|line| !line.is_empty()) {
            let is_command = ["::error ", "::warning ", "::notice "]
                .iter()
                .any(|command| line.starts_with(command));
            assert!(is_command, "{line}");
        }
    }
}

#[test]
fn reports_of_a_stuck_program_are_valid() {
    let server = program(stuck(), Then::Ticks);
    let reports = Reports::of(&[&server.target(), "--for", "100ms"]);
    assert_eq!(reports.run.code, Some(1), "{:?}", reports.run);
    assert!(reports.run.stdout.starts_with("error: send-stall: "));
    reports.assert_valid();
    let sarif: Value = serde_json::from_str(&reports.read("a.sarif")).unwrap();
    let place = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "src/producer.rs");
    assert_eq!(place["region"]["startLine"], 41);
    let github = reports.read("a.github");
    assert!(
        github.starts_with("::error file=src/producer.rs,line=41,col=26,"),
        "{github}"
    );
}

#[test]
fn reports_of_a_healthy_program_are_valid() {
    let server = program(healthy(), Then::Ticks);
    let reports = Reports::of(&[&server.target(), "--for", "100ms"]);
    assert_eq!(reports.run.code, Some(0), "{:?}", reports.run);
    reports.assert_valid();
}

#[test]
fn reports_with_a_baseline_are_valid() {
    let server = program(stuck(), Then::Ticks);
    let check = [
        &server.target(),
        "--for",
        "100ms",
        "--write-baseline",
        "known.json",
    ];
    let reports = Reports::of(&check);
    assert_eq!(reports.run.code, Some(0), "{:?}", reports.run);
    reports.assert_valid();
    assert!(
        reports
            .read("a.github")
            .starts_with("::notice file=src/producer.rs")
    );
}

#[test]
fn reports_of_a_program_that_was_lost_are_valid() {
    let server = program(stuck(), Then::End);
    let reports = Reports::of(&[&server.target(), "--for", "10m"]);
    assert_eq!(reports.run.code, Some(3), "{:?}", reports.run);
    reports.assert_valid();
    assert!(
        reports
            .read("a.xml")
            .contains(r#"<error type="connection""#)
    );
}

#[cfg(unix)]
#[test]
fn reports_of_a_command_are_valid_however_it_ends() {
    let endings = [
        (["true"].as_slice(), 3),
        (&["sh", "-c", "exit 7"], 7),
        (&["sh", "-c", "kill -TERM $$"], 143),
    ];
    for (command, code) in endings {
        let reports = Reports::of(&[&["--"], command].concat());
        assert_eq!(reports.run.code, Some(code), "{:?}", reports.run);
        reports.assert_valid();
    }
    let reports = Reports::of(&["--timeout", "50ms", "--", "sleep", "600"]);
    assert_eq!(reports.run.code, Some(1), "{:?}", reports.run);
    reports.assert_valid();
}

#[test]
fn each_format_can_be_on_standard_output() {
    let server = program(stuck(), Then::Ticks);
    for (format, start) in [
        ("text", "error: send-stall"),
        ("json", "{"),
        ("junit", "<?xml"),
        ("sarif", "{"),
        ("github", "::error "),
        ("markdown", "### taskmon: tasks are stuck"),
    ] {
        let target = server.target();
        let run = taskmon(&["check", &target, "--for", "50ms", "--format", format]);
        assert_eq!(run.code, Some(1), "{run:?}");
        assert!(run.stdout.starts_with(start), "{format}: {run:?}");
        assert_eq!(run.stderr, "");
    }
}

#[test]
fn a_report_that_cannot_be_written_is_2_before_anything_is_watched() {
    let run = taskmon(&[
        "check",
        "127.0.0.1:1",
        "--output",
        "json=/no/such/folder/a.json",
    ]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(
        run.stderr
            .contains("cannot write the report /no/such/folder/a.json")
    );
}

#[test]
fn a_summary_of_a_step_is_added_to_and_any_other_file_is_replaced() {
    let server = program(healthy(), Then::Ticks);
    let folder = TempDir::new().unwrap();
    let [summary, other] = ["summary.md", "other.md"].map(|name| folder.path().join(name));
    for file in [&summary, &other] {
        std::fs::write(file, "what was there\n").unwrap();
    }
    let outputs = [&summary, &other].map(|file| format!("markdown={}", file.display()));
    let target = server.target();
    let check = [
        "check",
        &target,
        "--for",
        "50ms",
        "--output",
        &outputs[0],
        "--output",
        &outputs[1],
    ];
    let run = Running::start_with(&check, |it| it.env("GITHUB_STEP_SUMMARY", &summary)).end();
    assert_eq!(run.code, Some(0), "{run:?}");
    let [summary, other] = [summary, other].map(|file| std::fs::read_to_string(file).unwrap());
    assert!(
        summary.starts_with("what was there\n### taskmon: fine\n"),
        "{summary}"
    );
    assert!(other.starts_with("### taskmon: fine\n"), "{other}");
}
