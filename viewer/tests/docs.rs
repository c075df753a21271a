//! What the book says of rules and filters is what they say of themselves.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use taskmon::filter::{Holds, Subject};

/// Set to write the page instead of comparing with it.
const UPDATE: &str = "TASKMON_UPDATE_HELP";

#[test]
fn the_page_of_the_rules_says_what_taskmon_says() {
    let begin = "<!-- What `taskmon rules` says; a test writes it. -->\n";
    assert_page("rules.md", begin, "<!-- The end of it. -->\n", &rules());
}

#[test]
fn the_page_of_filters_has_every_field() {
    let begin = "<!-- The fields, as the program has them; a test writes this. -->\n";
    assert_page(
        "filters.md",
        begin,
        "<!-- The end of them. -->\n",
        &fields(),
    );
}

/// Between `begin` and `end` the page says what is `expected`.
#[track_caller]
fn assert_page(page: &str, begin: &str, end: &str, expected: &str) {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let path = crates.join("docs/src").join(page);
    let page = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(begin).expect("the beginning");
    let (said, after) = rest.split_once(end).expect("the end");
    if std::env::var_os(UPDATE).is_some() {
        let page = [before, begin, expected, end, after].concat();
        std::fs::write(&path, page).unwrap();
        return;
    }
    assert_eq!(
        said, expected,
        "if that is meant, run the tests once with {UPDATE}=1 and commit the page"
    );
}

/// The fields of every subject of filters, as Markdown.
fn fields() -> String {
    let mut text = String::new();
    for subject in Subject::ALL {
        let name = subject.to_string();
        let (first, rest) = name.split_at(1);
        writeln!(text, "\n## {}{rest}\n", first.to_uppercase()).unwrap();
        writeln!(text, "| field | holds | |\n|---|---|---|").unwrap();
        for field in subject.fields() {
            let holds = match field.holds() {
                Holds::Text => "text".to_owned(),
                Holds::Word => {
                    let choices = field.choices(subject).iter();
                    let choices: Vec<_> = choices.map(|it| format!("`{it}`")).collect();
                    choices.join(", ")
                }
                Holds::Number => "number".to_owned(),
                Holds::Duration => "time".to_owned(),
                Holds::Bytes => "size".to_owned(),
            };
            writeln!(text, "| `{field}` | {holds} | {} |", field.meaning()).unwrap();
        }
    }
    text.push('\n');
    text
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
