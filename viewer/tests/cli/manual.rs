//! What shells and `man` are told of the command line.

use std::io::Write;
use std::process::{Command, Stdio};

use crate::support::taskmon;

const COMMANDS: [&str; 12] = [
    "tasks",
    "waits",
    "channels",
    "dump",
    "alerts",
    "check",
    "fleet",
    "rules",
    "demo",
    "config",
    "completions",
    "man",
];

fn completions(shell: &str) -> String {
    let run = taskmon(&["completions", shell]);
    assert_eq!(run.code, Some(0), "{run:?}");
    run.stdout
}

/// What `program` prints for this input; `None` if it is not on this machine.
fn run(program: &str, args: &[&str], input: &str) -> Option<String> {
    let child = Command::new(program)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = child.ok()?;
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input.as_bytes()).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && said.is_empty(), "{said}");
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn every_shell_learns_of_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = completions(shell);
        for command in COMMANDS {
            assert!(script.contains(command), "{shell}: {command}");
        }
    }
    let run = taskmon(&["completions", "tcsh"]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("possible values: bash"), "{run:?}");
}

#[test]
fn bash_completes_commands_and_options() {
    let script = completions("bash");
    let complete = |words: &str, last: usize| {
        let ask = format!(
            "{script}\nCOMP_WORDS=({words}); COMP_CWORD={last}; \
             _taskmon taskmon \"${{COMP_WORDS[COMP_CWORD]}}\" \"${{COMP_WORDS[COMP_CWORD-1]}}\"; \
             printf '%s\\n' \"${{COMPREPLY[@]}}\""
        );
        run("bash", &["--norc", "-s"], &ask)
    };
    let Some(commands) = complete("taskmon ch", 1) else {
        return;
    };
    assert_eq!(commands, "channels\ncheck\n");
    let options = complete("taskmon check --basel", 2).unwrap();
    assert_eq!(options, "--baseline\n");
}

#[test]
fn the_manual_page_can_be_read() {
    let page = taskmon(&["man"]);
    assert_eq!(page.code, Some(0));
    let lines: Vec<_> = page.stdout.lines().collect();
    assert!(lines.iter().any(|line| line.starts_with(".TH taskmon 1 ")));
    for section in ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS"] {
        assert!(lines.contains(&format!(".SH {section}").as_str()));
    }
    let text = run(
        "groff",
        &["-man", "-Tascii", "-P-cbou", "-ww"],
        &page.stdout,
    );
    if let Some(text) = text {
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains("taskmon-channels(1)"), "{text}");
        assert!(words.contains("Exit codes: 0 fine"), "{text}");
    }
}

#[test]
fn each_command_has_a_page() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    assert_eq!(taskmon(&["man", path]).code, Some(0));
    for command in COMMANDS {
        let name = format!("taskmon-{command}");
        let page = std::fs::read_to_string(folder.path().join(format!("{name}.1"))).unwrap();
        assert!(page.contains(&format!(".TH {name} 1 ")), "{page}");
        run("groff", &["-man", "-Tascii", "-ww", "-z"], &page);
    }
    assert!(folder.path().join("taskmon.1").is_file());
}

#[test]
fn pages_are_not_written_where_there_is_no_directory() {
    let run = taskmon(&["man", "no/such"]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("into no/such: "), "{run:?}");
}
