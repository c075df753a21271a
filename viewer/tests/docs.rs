//! What the book says of the rules is what the rules say of themselves.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

/// Set to write the page instead of comparing with it.
const UPDATE: &str = "TASKMON_UPDATE_HELP";
const BEGIN: &str = "<!-- What `taskmon rules` says; a test writes it. -->\n";
const END: &str = "<!-- The end of it. -->\n";

#[test]
fn the_page_of_the_rules_says_what_taskmon_says() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let path = crates.join("docs/src/rules.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(BEGIN).expect("the beginning of the rules");
    let (said, after) = rest.split_once(END).expect("the end of the rules");
    let expected = rules();
    if std::env::var_os(UPDATE).is_some() {
        let page = [before, BEGIN, &expected, END, after].concat();
        std::fs::write(&path, page).unwrap();
        return;
    }
    assert_eq!(
        said, expected,
        "if that is meant, run the tests once with {UPDATE}=1 and commit the page"
    );
}

/// The rules without a configuration, as Markdown.
fn rules() -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_taskmon"))
        .args(["rules", "--json"])
        .current_dir("/")
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let said: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut text = String::new();
    for rule in said["rules"].as_array().unwrap() {
        let of = |field: &str| rule[field].as_str();
        let threshold = match of("threshold") {
            Some(threshold) => format!("Threshold: {threshold}."),
            None => "It has no threshold.".to_owned(),
        };
        let severity = match (of("severity").unwrap(), of("warning_while")) {
            (severity, None) => severity.to_owned(),
            (severity, Some(when)) => format!("{severity}; warning {when}"),
        };
        writeln!(
            text,
            "\n## {}\n\n{threshold} Severity: {severity}.\n\n{}\n\n*What to do:* {}",
            of("name").unwrap(),
            of("explanation").unwrap(),
            of("advice").unwrap(),
        )
        .unwrap();
    }
    text.push('\n');
    text
}
