//! The rules.

use std::borrow::Cow;

use serde::Serialize;

use super::VERSION;
use crate::config::Config;
use crate::rules::{Allow, RuleInfo, catalogue};

/// What `taskmon rules --json` prints.
#[derive(Debug, Serialize)]
pub struct RuleList<'a> {
    version: u32,
    /// The file that the settings are from.
    config: Option<Cow<'a, str>>,
    rules: Vec<RuleJson>,
    allow: Vec<AllowJson<'a>>,
}

#[derive(Debug, Serialize)]
struct RuleJson {
    name: &'static str,
    /// `off` if it raises no alerts.
    severity: &'static str,
    /// When its alerts are only warnings.
    warning_while: Option<&'static str>,
    threshold: Option<String>,
    explanation: &'static str,
    advice: &'static str,
}

#[derive(Debug, Serialize)]
struct AllowJson<'a> {
    rule: &'static str,
    file: String,
    first_line: Option<u32>,
    last_line: Option<u32>,
    function: Option<&'a str>,
    reason: &'a str,
    until: Option<&'a str>,
    expired: bool,
    written_at: &'a str,
}

impl<'a> RuleList<'a> {
    /// Every rule as it is set, and the allow-list.
    pub fn new(config: &'a Config) -> Self {
        RuleList {
            version: VERSION,
            config: config.path.as_ref().map(|path| path.to_string_lossy()),
            rules: catalogue(&config.settings).into_iter().map(rule).collect(),
            allow: config.settings.allow.iter().map(allow).collect(),
        }
    }
}

fn rule(rule: RuleInfo) -> RuleJson {
    RuleJson {
        name: rule.name,
        severity: rule.severity.map_or("off", |severity| severity.as_str()),
        warning_while: rule.warning_while,
        threshold: rule.threshold,
        explanation: rule.explanation,
        advice: rule.advice,
    }
}

fn allow(entry: &Allow) -> AllowJson<'_> {
    AllowJson {
        rule: entry.rule,
        file: entry.file.to_string(),
        first_line: entry.lines.as_ref().map(|lines| *lines.start()),
        last_line: entry.lines.as_ref().map(|lines| *lines.end()),
        function: entry.function.as_deref(),
        reason: &entry.reason,
        until: entry.until.as_deref(),
        expired: entry.expired,
        written_at: &entry.written_at,
    }
}
