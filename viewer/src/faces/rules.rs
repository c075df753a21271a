//! The rules for people.

use std::io::{self, Write};

use crate::config::Config;
use crate::rules::catalogue;
use crate::words::plain::plain;

/// The longest line of running text.
const WIDTH: usize = 92;

/// Writes every rule as it is set, and the allow-list.
///
/// # Errors
///
/// If `out` fails.
pub fn write(out: &mut impl Write, config: &Config) -> io::Result<()> {
    for rule in catalogue(&config.settings) {
        let threshold = rule.threshold.as_deref().unwrap_or("no threshold");
        writeln!(out, "{}: {threshold}; {}", rule.name, rule.severity_text())?;
        for text in [rule.explanation, rule.advice] {
            for line in wrapped(text) {
                writeln!(out, "    {line}")?;
            }
        }
        writeln!(out)?;
    }
    for entry in &*config.settings.allow {
        let (subject, reason) = (entry.subject(), &entry.reason);
        let until = match (&entry.until, entry.expired) {
            (Some(until), true) => format!("; expired on {until}"),
            (Some(until), false) => format!("; until {until}"),
            (None, _) => String::new(),
        };
        let line = format!("allowed: {subject}: {reason}{until} ({})", entry.written_at);
        writeln!(out, "{}", plain(&line))?;
    }
    match &config.path {
        Some(path) => writeln!(out, "settings from {}", plain(&path.to_string_lossy())),
        None => writeln!(out, "no taskmon.toml: all is as it is by default"),
    }
}

fn wrapped(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let last = lines.len() - 1;
        let line = &mut lines[last];
        if line.is_empty() {
            line.push_str(word);
        } else if line.len() + 1 + word.len() <= WIDTH {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn every_rule_is_there_as_it_is_set_and_so_is_what_is_allowed() {
        let text = "rules.send-stall = { threshold = \"9s\", severity = \"off\" }\n\
                    [[allow]]\nrule = \"lock-stall\"\nfile = \"a.rs\"\n\
                    reason = \"\\u001b\"\nuntil = 2020-01-01";
        let path = Path::new("taskmon.toml");
        let config = Config {
            settings: Config::parse(text, path, "2026-03-01").unwrap(),
            path: Some(path.to_owned()),
        };
        let mut out = Vec::new();
        write(&mut out, &config).unwrap();
        let out = String::from_utf8(out).unwrap();
        assert!(
            out.starts_with("send-stall: 9s; off\n    A send into"),
            "{out}"
        );
        assert!(out.contains("lock-stall: 5s; error, warning while the lock changes hands\n"));
        assert!(out.contains("lost-waker: no threshold; error\n"));
        let said = "allowed: lock-stall in a.rs: \\u{1b}; expired on 2020-01-01 (taskmon.toml:2)";
        assert!(out.contains(said), "{out}");
        assert!(out.ends_with("settings from taskmon.toml\n"));
        assert!(out.lines().all(|line| line.len() <= 100));
    }
}
