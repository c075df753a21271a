//! From the text of the file to settings.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::error::{Wrong, position};
use super::values;
use super::values::SeverityValue;
use crate::rules::{Allow, Glob, Level, Limit, Settings, catalogue};

/// A key and its value, with their places in the text.
pub(crate) type Entry<'a, 'i> = (&'a Spanned<DeString<'i>>, &'a Spanned<DeValue<'i>>);

/// What is written in `text`, whatever it means.
pub(crate) fn parse(text: &str) -> Result<Spanned<DeTable<'_>>, Wrong> {
    DeTable::parse(text).map_err(|error| {
        let message = error.message().trim_end().replace('\n', "; ");
        Wrong::new(error.span().unwrap_or_default(), message)
    })
}

/// What `text` says, and `settings` where it says nothing. `path` and `today` are for
/// the entries of the allow-list.
pub(super) fn settings(
    mut settings: Settings,
    text: &str,
    path: &str,
    today: &str,
) -> Result<Settings, Wrong> {
    let file = parse(text)?;
    for (key, value) in file.get_ref() {
        match &**key.get_ref() {
            "rules" => {
                for (rule, value) in table(value)? {
                    set_rule(&mut settings, rule, value)?;
                }
            }
            "allow" => {
                let entries = value.get_ref().as_array();
                let entries = entries.ok_or_else(|| {
                    Wrong::new(value.span(), "expected entries, each under [[allow]]")
                })?;
                let entries = entries.iter();
                let allow = entries.map(|entry| {
                    let (line, _) = position(text, entry.span().start);
                    allow(entry, format!("{path}:{line}"), today)
                });
                settings.allow = allow.collect::<Result<_, _>>()?;
            }
            _ => return Err(unknown_key(key, &["rules", "allow"])),
        }
    }
    Ok(settings)
}

/// Takes in what is said of one rule.
pub(crate) fn set_rule(
    settings: &mut Settings,
    rule: &Spanned<DeString<'_>>,
    value: &Spanned<DeValue<'_>>,
) -> Result<(), Wrong> {
    let name = rule_name(rule.get_ref(), rule.span())?;
    let mut level = None;
    for (key, value) in table(value)? {
        let at_value = |message| Wrong::new(value.span(), message);
        let at_key = |message: String| Wrong::new(key.span(), message);
        match &**key.get_ref() {
            "threshold" => {
                let limit = limit_of(settings, name).map_err(at_key)?;
                values::set_threshold(limit, value.get_ref()).map_err(at_value)?;
            }
            "window" => {
                let limit = limit_of(settings, name).map_err(at_key)?;
                if !values::set_window(limit, value.get_ref()).map_err(at_value)? {
                    return Err(at_key(format!("{name} has no window")));
                }
            }
            "severity" => {
                level = Some(match values::severity(value.get_ref()).map_err(at_value)? {
                    SeverityValue::Off => Level::Off,
                    SeverityValue::Always(severity) => Level::Always(severity),
                });
            }
            _ => return Err(unknown_key(key, &["threshold", "severity", "window"])),
        }
    }
    match level {
        Some(level) => settings
            .set_level(name, level)
            .map_err(|error| Wrong::new(rule.span(), error.to_string())),
        None => Ok(()),
    }
}

fn limit_of<'a>(settings: &'a mut Settings, rule: &str) -> Result<Limit<'a>, String> {
    let limit = settings.limit(rule).ok().flatten();
    limit.ok_or_else(|| format!("{rule} has no threshold"))
}

fn allow(entry: &Spanned<DeValue<'_>>, written_at: String, today: &str) -> Result<Allow, Wrong> {
    let (mut rule, mut file, mut reason) = (None, None, None);
    let (mut lines, mut function, mut until) = (None, None, None);
    for (key, value) in table(entry)? {
        let wrong = |message| Wrong::new(value.span(), message);
        let (span, value) = (value.span(), value.get_ref());
        match &**key.get_ref() {
            "rule" => {
                let name = values::words(value).map_err(wrong)?;
                rule = Some(rule_name(&name, span)?);
            }
            "file" => file = Some(Glob::new(&values::words(value).map_err(wrong)?)),
            "lines" => lines = Some(values::lines(value).map_err(wrong)?),
            "function" => function = Some(values::words(value).map_err(wrong)?),
            "reason" => reason = Some(values::words(value).map_err(wrong)?),
            "until" => until = Some(values::date(value).map_err(wrong)?),
            _ => {
                let known = ["rule", "file", "lines", "function", "reason", "until"];
                return Err(unknown_key(key, &known));
            }
        }
    }
    let missing = |name| Wrong::new(entry.span(), format!("this entry has no `{name}`"));
    Ok(Allow {
        rule: rule.ok_or_else(|| missing("rule"))?,
        file: file.ok_or_else(|| missing("file"))?,
        reason: reason.ok_or_else(|| missing("reason"))?,
        lines,
        function,
        // Both as `2026-03-01`, which is in order as text.
        expired: until.as_deref().is_some_and(|until| until < today),
        until,
        written_at,
    })
}

fn rule_name(name: &str, span: Range<usize>) -> Result<&'static str, Wrong> {
    Settings::rule_name(name).ok_or_else(|| {
        let known = catalogue(&Settings::default());
        let known: Vec<_> = known.iter().map(|rule| rule.name).collect();
        let known = known.join(", ");
        Wrong::new(
            span,
            format!("there is no rule {name:?}; there are {known}"),
        )
    })
}

/// The entries of a table.
pub(crate) fn table<'a, 'i>(
    value: &'a Spanned<DeValue<'i>>,
) -> Result<impl Iterator<Item = Entry<'a, 'i>>, Wrong> {
    let table = value.get_ref().as_table();
    let table = table.ok_or_else(|| Wrong::new(value.span(), "expected a table"))?;
    Ok(table.iter())
}

fn unknown_key(key: &Spanned<DeString<'_>>, known: &[&str]) -> Wrong {
    unknown(key, "key", known)
}

/// The name of an entry is not one of the `known`, all of which are a `what`.
pub(crate) fn unknown(key: &Spanned<DeString<'_>>, what: &str, known: &[&str]) -> Wrong {
    Wrong::unknown(key.span(), what, key.get_ref(), known)
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Duration;

    use super::*;
    use crate::config::Config;
    use crate::rules::Severity;

    fn parse(text: &str) -> Result<Settings, String> {
        let path = Path::new("taskmon.toml");
        Config::parse(text, path, "2026-03-01").map_err(|error| error.to_string())
    }

    #[test]
    fn an_empty_file_changes_nothing() {
        assert_eq!(parse(""), Ok(Settings::default()));
    }

    #[test]
    fn every_kind_of_value_is_read() {
        let text = r#"
            [rules]
            send-stall = { threshold = "1m 30s", severity = "warning" }
            self-wake.threshold = "80%"
            boxed-future.threshold = 100_000
            lost-waker.severity = "off"

            [rules.task-growth]
            threshold = 7
            window = "10s"

            [rules.large-future]
            threshold = "64 KiB"

            [[allow]]
            rule = "send-stall"
            file = "src/legacy/**"
            lines = "40-60"
            function = "import"
            reason = "the old importer"
            until = 2026-02-28

            [[allow]]
            rule = "lock-stall"
            file = "src/cache.rs"
            lines = 7
            reason = "warms up"
            until = 2026-03-01
        "#;
        let settings = parse(text).unwrap();
        let limits = settings.thresholds;
        assert_eq!(limits.send, Duration::from_secs(90));
        assert_eq!((limits.self_wakes, limits.boxed_bytes), (80, 100_000));
        assert_eq!(
            (limits.growth_tasks, limits.growth_window.as_secs()),
            (7, 10)
        );
        assert_eq!(limits.future_bytes, 64 << 10);
        let severity = |name| {
            let rules = catalogue(&settings);
            rules
                .iter()
                .find(|rule| rule.name == name)
                .unwrap()
                .severity
        };
        assert_eq!(severity("lost-waker"), None);
        assert_eq!(severity("send-stall"), Some(Severity::Warning));
        assert_eq!(severity("lock-stall"), Some(Severity::Error));
        let [first, second] = &*settings.allow else {
            panic!("{:?}", settings.allow)
        };
        assert!(first.expired && !second.expired, "the last day counts");
        assert_eq!(first.written_at, "taskmon.toml:15");
        assert_eq!(
            first.subject(),
            "send-stall in src/legacy/**, lines 40-60, function import"
        );
        assert_eq!(second.subject(), "lock-stall in src/cache.rs, line 7");
    }

    #[test]
    fn what_makes_no_sense_is_told_with_its_line_and_column() {
        for (text, expected) in [
            ("[rules", "1:7: "),
            (
                "\nrule = 1",
                "2:1: unknown key `rule`; expected one of `rules`, `allow`",
            ),
            ("rules = 1", "1:9: expected a table"),
            (
                "[rules]\nsend-stal = {}",
                "2:1: there is no rule \"send-stal\"; there are send-stall, ",
            ),
            ("rules.send-stall.limit = 1", "1:18: unknown key `limit`; "),
            (
                "rules.send-stall.threshold = 5",
                "1:30: expected a duration, such as \"5s\"",
            ),
            (
                "rules.send-stall.threshold = \"5\"",
                "1:30: expected a duration",
            ),
            (
                "rules.send-stall.window = \"5s\"",
                "1:18: send-stall has no window",
            ),
            (
                "rules.lost-waker.threshold = \"5s\"",
                "1:18: lost-waker has no threshold",
            ),
            (
                "rules.self-wake.threshold = \"101%\"",
                "1:29: expected a percentage",
            ),
            (
                "rules.task-growth.window = \"0s\"",
                "1:28: expected a duration",
            ),
            (
                "rules.task-growth.threshold = -1",
                "1:31: expected a number of tasks",
            ),
            (
                "rules.large-future.threshold = \"8 kb\"",
                "1:32: expected a size",
            ),
            (
                "rules.busy-poll.severity = \"info\"",
                "1:28: expected \"error\", \"warning\" or \"off\"",
            ),
            ("allow = 1", "1:9: expected entries"),
            (
                "\n[[allow]]\nrule = \"busy-poll\"\nfile = \"a\"",
                "2:1: this entry has no `reason`",
            ),
            (
                "[[allow]]\nreason = \" \"",
                "2:10: expected a text that is not empty",
            ),
            (
                "[[allow]]\nlines = \"60-40\"",
                "2:9: expected a line or a range of lines",
            ),
            ("[[allow]]\nlines = 0", "2:9: expected a line"),
            (
                "[[allow]]\nuntil = \"2026-12-31\"",
                "2:9: expected a date without quotes",
            ),
            ("[[allow]]\nrule = \"x\u{1b}\"", ""),
            ("é = 1", "1:"),
        ] {
            let error = parse(text).unwrap_err();
            let expected = format!("taskmon.toml:{expected}");
            assert!(
                error.starts_with(&expected) || expected == "taskmon.toml:",
                "{text:?}: {error}, not {expected}"
            );
            assert!(!error.contains(['\u{1b}', '\n']), "{error:?}");
        }
    }
}
