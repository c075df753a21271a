//! What passes in spite of alerts: a baseline, and warnings if only errors fail.

use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Run, Running, Script, TestServer, Then, hello, page, seconds, stuck};

/// A program with a stuck send, and a folder to run in.
struct Shop {
    server: TestServer,
    folder: TempDir,
}

impl Shop {
    fn new(snapshot: taskmon_proto::v1::Page) -> Self {
        Shop {
            server: TestServer::program(Script::new([hello(), page(snapshot)], Then::Ticks)),
            folder: TempDir::new().unwrap(),
        }
    }

    fn check(&self, options: &[&str]) -> Run {
        let target = self.server.target();
        let check = [&["check", &target, "--for", "100ms"], options].concat();
        Running::start_with(&check, |command| command.current_dir(&self.folder)).end()
    }

    /// Puts the line of the send into `src/producer.rs`.
    fn source(&self, code: &str) {
        let path = self.folder.path().join("src/producer.rs");
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "\n".repeat(40) + code + "\n").unwrap();
    }
}

fn read(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn what_is_in_the_baseline_passes() {
    let shop = Shop::new(stuck());
    assert_eq!(shop.check(&[]).code, Some(1));
    let run = shop.check(&["--write-baseline", "known.json"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let known = read(&shop.folder.path().join("known.json"));
    assert_eq!(known["version"], 1);
    assert_eq!(known["alerts"][0]["rule"], "send-stall");
    assert_eq!(
        known["alerts"][0]["function"],
        "shop::producer::new_producer"
    );
    let run = shop.check(&["--baseline", "known.json"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(
        run.stdout.contains("known: it is in the baseline"),
        "{run:?}"
    );
    assert!(run.stdout.contains("\nno alerts in "), "{run:?}");
}

#[test]
fn a_line_that_is_not_the_one_of_the_baseline_fails() {
    let shop = Shop::new(stuck());
    shop.source("    sender.send(product).await?;");
    let run = shop.check(&["--write-baseline", "known.json"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(shop.check(&["--baseline", "known.json"]).code, Some(0));
    shop.source("    other.send(product).await?;");
    let run = shop.check(&["--baseline", "known.json"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(
        run.stdout
            .ends_with("note: 1 alert of the baseline did not come\n")
    );
}

#[test]
fn a_baseline_that_is_written_again_keeps_what_it_had() {
    let shop = Shop::new(stuck());
    shop.source("    sender.send(product).await?;");
    shop.check(&["--write-baseline", "known.json"]);
    shop.source("    other.send(product).await?;");
    let run = shop.check(&["--baseline", "known.json", "--write-baseline", "known.json"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let known = read(&shop.folder.path().join("known.json"));
    assert_eq!(known["alerts"].as_array().unwrap().len(), 2);
}

#[test]
fn a_baseline_that_is_not_there_or_is_none_is_2() {
    let shop = Shop::new(stuck());
    let run = shop.check(&["--baseline", "known.json"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(
        run.stderr.contains("--write-baseline writes one"),
        "{run:?}"
    );
    std::fs::write(shop.folder.path().join("known.json"), "[]").unwrap();
    let run = shop.check(&["--baseline", "known.json"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(
        run.stderr.contains("is not a baseline of taskmon"),
        "{run:?}"
    );
    assert_eq!(run.stdout, "");
}

#[test]
fn a_warning_passes_if_only_errors_fail() {
    let mut starving = stuck();
    // Others get on: something was taken since the send began.
    starving.resources[0].last_taken_nanos = seconds(99);
    let shop = Shop::new(starving);
    assert_eq!(shop.check(&["--fail-on", "warning"]).code, Some(1));
    let run = shop.check(&["--fail-on", "error"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stdout.starts_with("warning: send-stall: "), "{run:?}");
    assert!(
        run.stdout.contains("a warning does not fail this check"),
        "{run:?}"
    );
    let shop = Shop::new(stuck());
    assert_eq!(shop.check(&["--fail-on", "error"]).code, Some(1));
}
