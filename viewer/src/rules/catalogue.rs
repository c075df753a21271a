//! What rules there are.

use std::collections::BTreeSet;

use super::{Level, RULES, Settings, Severity};

/// One rule, as it is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleInfo {
    /// Its name: `send-stall`.
    pub name: &'static str,
    /// The severity of its alerts; `None` if it is off.
    pub severity: Option<Severity>,
    /// When they are only warnings, in words: `while the channel moves`.
    pub warning_while: Option<&'static str>,
    /// Its threshold: `5s`.
    pub threshold: Option<String>,
    /// What it looks for, and what that means.
    pub explanation: &'static str,
    /// What to do about it.
    pub advice: &'static str,
}

impl RuleInfo {
    /// Its severity in words: `error, warning while the channel moves`.
    pub fn severity_text(&self) -> String {
        match (self.severity, self.warning_while) {
            (None, _) => "off".to_owned(),
            (Some(severity), None) => severity.to_string(),
            (Some(severity), Some(when)) => format!("{severity}, warning {when}"),
        }
    }
}

/// All rules, as `settings` have them.
pub fn catalogue(settings: &Settings) -> Vec<RuleInfo> {
    let rules = RULES.iter().enumerate();
    rules
        .map(|(index, rule)| {
            let level = settings.level(index);
            let mut thresholds = settings.thresholds;
            RuleInfo {
                name: rule.name(),
                severity: match level {
                    Some(Level::Off) => None,
                    Some(Level::Always(severity)) => Some(severity),
                    None => Some(rule.severity()),
                },
                // What is set is set for all of its alerts.
                warning_while: rule.warning_while().filter(|_| level.is_none()),
                threshold: rule.limit(&mut thresholds).map(|limit| limit.to_string()),
                explanation: rule.explanation(),
                advice: rule.advice(),
            }
        })
        .collect()
}

impl Settings {
    /// The name of the rule as it is called here, if there is one.
    pub fn rule_name(name: &str) -> Option<&'static str> {
        RULES.iter().map(|rule| rule.name()).find(|it| *it == name)
    }

    /// What a person should know of the allow-list after a watch in which these of its
    /// entries allowed something, by their index: what has expired, and what allowed
    /// nothing.
    pub fn allow_notes<'a>(
        &self,
        used: impl IntoIterator<Item = &'a BTreeSet<usize>>,
    ) -> Vec<String> {
        let used: BTreeSet<usize> = used.into_iter().flatten().copied().collect();
        let notes = self.allow.iter().enumerate().filter_map(|(index, entry)| {
            let unused = || (!used.contains(&index)).then(|| entry.unused_note());
            entry.expiry_note().or_else(unused)
        });
        notes.collect()
    }
}
