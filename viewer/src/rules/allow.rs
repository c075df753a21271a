//! What is known and raises no alert.

use std::ops::RangeInclusive;

use super::Glob;
use crate::model::{Location, Stack};

/// An entry of the allow-list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allow {
    /// The name of the rule.
    pub rule: &'static str,
    /// The files.
    pub file: Glob,
    /// The lines, if not all.
    pub lines: Option<RangeInclusive<u32>>,
    /// The function that must be on the stack, if it matters: its path, or as many
    /// of its last names as are wanted.
    pub function: Option<String>,
    /// Why it is allowed.
    pub reason: String,
    /// The last day on which it is: `2026-12-31`.
    pub until: Option<String>,
    /// Whether that day is over: it allows nothing then.
    pub expired: bool,
    /// Where it is written: `taskmon.toml:12`.
    pub written_at: String,
}

impl Allow {
    /// Whether it is about alerts of `rule` at `site`, where tasks wait with `stack`.
    pub(super) fn concerns(&self, rule: &str, site: &Location, stack: Option<&Stack>) -> bool {
        let in_file = || self.file.matches(&site.file) || self.file.matches(site.short_file());
        let in_lines = |lines: &RangeInclusive<u32>| lines.contains(&site.line);
        self.rule == rule
            && self.lines.as_ref().is_none_or(in_lines)
            && in_file()
            && self.function.as_ref().is_none_or(|it| calls(stack, it))
    }

    /// What it is about, in words: `send-stall in src/legacy/**`.
    pub fn subject(&self) -> String {
        let mut text = format!("{} in {}", self.rule, self.file);
        if let Some(lines) = &self.lines {
            text.push_str(&match (lines.start(), lines.end()) {
                (start, end) if start == end => format!(", line {start}"),
                (start, end) => format!(", lines {start}-{end}"),
            });
        }
        if let Some(function) = &self.function {
            text.push_str(&format!(", function {function}"));
        }
        text
    }

    /// That it allows nothing any more; `None` if it still does.
    pub fn expiry_note(&self) -> Option<String> {
        let until = self.until.as_ref().filter(|_| self.expired)?;
        let (at, subject) = (&self.written_at, self.subject());
        Some(format!(
            "{at}: this entry expired on {until} and no longer allows {subject} ({})",
            self.reason
        ))
    }

    /// That nothing was like it.
    pub(super) fn unused_note(&self) -> String {
        let (at, subject) = (&self.written_at, self.subject());
        format!("{at}: nothing was seen that this entry allows: {subject}")
    }
}

/// Whether the program's own function of this name is on the stack.
fn calls(stack: Option<&Stack>, function: &str) -> bool {
    let frames = stack
        .into_iter()
        .flat_map(|stack| stack.frames_shown(false));
    frames.into_iter().any(|frame| {
        let rest = frame.function.strip_suffix(function);
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with("::"))
    })
}

#[cfg(test)]
mod tests {
    use taskmon_proto::v1::FrameOrigin::{Own, Runtime};
    use taskmon_proto::v1::WaitKind::MpscSend;

    use super::*;
    use crate::model::WaitKind;
    use crate::model::sample::Sample;
    use crate::rules::{AlertBook, Settings};

    fn entry() -> Allow {
        Allow {
            rule: "send-stall",
            file: Glob::new("src/*.rs"),
            lines: None,
            function: None,
            reason: "the old importer".to_owned(),
            until: None,
            expired: false,
            written_at: "taskmon.toml:3".to_owned(),
        }
    }

    /// What is told of a send that is stuck at `src/api.rs:41`, in `shop::produce`.
    fn judged(allow: Allow) -> (AlertBook, Vec<String>) {
        let mut sample = Sample::new();
        let task = sample.task(1);
        let frames = [("leaf", 1, Runtime), ("shop::produce", 41, Own)];
        let stack = sample.stack(MpscSend, &frames);
        let wait = sample.wait(task, WaitKind::MpscSend, 90);
        sample.stack_of(wait, stack);
        let mut settings = Settings::default();
        settings.allow = [allow].into();
        let mut book = AlertBook::new(settings.clone());
        book.update(&sample.model);
        let notes = settings.allow_notes([book.allowed_by()]);
        (book, notes)
    }

    #[test]
    fn what_is_allowed_is_no_alert_and_its_tasks_are_fine() {
        let function = |name: &str| Some(name.to_owned());
        for allow in [
            entry(),
            Allow {
                lines: Some(40..=50),
                ..entry()
            },
            Allow {
                function: function("produce"),
                ..entry()
            },
            Allow {
                function: function("shop::produce"),
                ..entry()
            },
        ] {
            let (book, notes) = judged(allow);
            assert_eq!((book.active(), notes), (&[][..], vec![]));
        }
    }

    #[test]
    fn an_entry_for_something_else_allows_nothing_and_is_mentioned() {
        for allow in [
            Allow {
                rule: "lock-stall",
                ..entry()
            },
            Allow {
                file: Glob::new("src/web/*.rs"),
                ..entry()
            },
            Allow {
                lines: Some(42..=42),
                ..entry()
            },
            Allow {
                function: Some("duce".to_owned()),
                ..entry()
            },
        ] {
            let (book, notes) = judged(allow.clone());
            assert_eq!(book.active().len(), 1);
            let said = format!(
                "taskmon.toml:3: nothing was seen that this entry allows: {}",
                allow.subject()
            );
            assert_eq!(notes, [said]);
        }
    }

    #[test]
    fn an_entry_that_has_expired_allows_nothing_and_says_so() {
        let (book, notes) = judged(Allow {
            until: Some("2026-03-31".to_owned()),
            expired: true,
            ..entry()
        });
        assert_eq!(book.active().len(), 1);
        let said = "taskmon.toml:3: this entry expired on 2026-03-31 and no longer allows \
                    send-stall in src/*.rs (the old importer)";
        assert_eq!(notes, [said]);
    }
}
