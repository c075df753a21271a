//! The jobs in the book do what they say: their commands are run.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::schema::{assert_json, assert_xml};

/// The commands of all jobs: the blocks of YAML text (`run: |`) in the page.
fn commands() -> Vec<String> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/src/alerts-in-ci.md");
    let page = fs::read_to_string(page).unwrap();
    let jobs = page.split("```yaml\n").skip(1);
    let jobs = jobs.map(|job| job.split_once("```").unwrap().0);
    jobs.flat_map(blocks).collect()
}

fn blocks(yaml: &str) -> Vec<String> {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let lines: Vec<_> = yaml.lines().collect();
    let begins = |line: &&str| line.ends_with(" |");
    let starts = lines.iter().enumerate().filter(|(_, line)| begins(line));
    starts
        .map(|(start, line)| {
            let inside = lines[start + 1..].iter();
            let inside = inside.take_while(|it| indent(it) > indent(line));
            inside.map(|it| format!("{}\n", it.trim_start())).collect()
        })
        .collect()
}

/// A checkout of the shop, whose `cargo` does nothing but run it.
struct Checkout(TempDir);

impl Checkout {
    fn new() -> Self {
        let checkout = Checkout(TempDir::new().unwrap());
        let shop = "taskmon demo --headless --fixed";
        checkout.script(
            "bin/cargo",
            &format!("[ \"$1\" = build ] || sleep 3 | {shop} --until-stdin-closes"),
        );
        checkout.script("target/release/shop", &format!("exec {shop}"));
        checkout.script("drive-the-shop.sh", "exec sleep 600");
        checkout
    }

    fn script(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Runs commands as GitHub does: `bash -e`.
    fn run(&self, commands: &str) -> Output {
        let taskmon = Path::new(env!("CARGO_BIN_EXE_taskmon")).parent().unwrap();
        let bin = self.0.path().join("bin");
        let path = std::env::var("PATH").unwrap();
        Command::new("bash")
            .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", commands])
            .current_dir(&self.0)
            .env(
                "PATH",
                format!("{}:{}:{path}", bin.display(), taskmon.display()),
            )
            .env("GITHUB_STEP_SUMMARY", self.0.path().join("summary.md"))
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.path().join(name)).unwrap()
    }
}

#[test]
fn the_jobs_of_the_book_run() {
    let checkout = Checkout::new();
    let commands = commands();
    assert_eq!(commands.len(), 3, "{commands:#?}");
    for commands in commands {
        let output = checkout.run(&commands);
        assert!(output.status.success(), "{commands}\n{output:?}");
        let stdout = String::from_utf8_lossy(&output.stdout);
        assert!(stdout.contains("no alerts in "), "{commands}\n{output:?}");
    }
    let json = |name| serde_json::from_str::<Value>(&checkout.read(name)).unwrap();
    let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schemas");
    assert_json(
        &json("taskmon.sarif"),
        &schemas.join("sarif-schema-2.1.0.json"),
    );
    assert_xml(&checkout.read("taskmon.xml"), &schemas.join("junit-10.xsd"));
    assert_eq!(json("taskmon.json")["verdict"], "fine");
    assert!(
        checkout
            .read("summary.md")
            .starts_with("### taskmon: fine\n")
    );
}
