//! What the user wants of the rules.

use std::sync::Arc;
use std::time::Duration;

use super::{Allow, Limit, RULES, Severity, Thresholds};

/// Thresholds, severities and what is allowed: `taskmon.toml` in the words of the
/// rules. The same for every face.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// When each rule raises an alert.
    pub thresholds: Thresholds,
    /// By the index of the rule; what it is not long enough for is as the rule says.
    levels: Vec<Option<Level>>,
    /// What is known and raises no alert.
    pub allow: Arc<[Allow]>,
}

/// What becomes of the alerts of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// There are none.
    Off,
    /// All are of this severity.
    Always(Severity),
}

/// There is no rule of this name.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("there is no rule {0:?}")]
pub struct UnknownRule(pub String);

impl Settings {
    /// What becomes of the alerts of `rule`, in place of what it says itself.
    ///
    /// # Errors
    ///
    /// If there is no such rule.
    pub fn set_level(&mut self, rule: &str, level: Level) -> Result<(), UnknownRule> {
        let index = index_of(rule)?;
        self.levels.resize(RULES.len(), None);
        self.levels[index] = Some(level);
        Ok(())
    }

    /// The threshold of `rule`, to be changed; `None` if it has none.
    ///
    /// # Errors
    ///
    /// If there is no such rule.
    pub fn limit(&mut self, rule: &str) -> Result<Option<Limit<'_>>, UnknownRule> {
        let rule = RULES[index_of(rule)?];
        Ok(rule.limit(&mut self.thresholds))
    }

    /// What was set of the rule with this index.
    pub(super) fn level(&self, rule: usize) -> Option<Level> {
        self.levels.get(rule).copied().flatten()
    }

    pub(super) fn is_on(&self, rule: usize) -> bool {
        self.level(rule) != Some(Level::Off)
    }

    /// The thresholds as rules are to see them: what one rule leaves to another that
    /// is off is not left to it.
    pub(super) fn limits(&self) -> Thresholds {
        let mut limits = self.thresholds;
        if let Ok(index) = index_of("never-yielded")
            && !self.is_on(index)
        {
            limits.first_poll = Duration::MAX;
        }
        limits
    }
}

impl From<Thresholds> for Settings {
    fn from(thresholds: Thresholds) -> Self {
        Settings {
            thresholds,
            ..Settings::default()
        }
    }
}

impl From<Thresholds> for Arc<Settings> {
    fn from(thresholds: Thresholds) -> Self {
        Arc::new(thresholds.into())
    }
}

pub(super) fn index_of(rule: &str) -> Result<usize, UnknownRule> {
    let found = RULES.iter().position(|known| known.name() == rule);
    found.ok_or_else(|| UnknownRule(rule.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_that_does_not_exist_cannot_be_set() {
        let mut settings = Settings::default();
        let error = settings.set_level("send-stal", Level::Off).unwrap_err();
        assert_eq!(error.to_string(), "there is no rule \"send-stal\"");
        assert!(settings.limit("send-stal").is_err());
    }

    #[test]
    fn what_is_set_of_one_rule_is_not_set_of_another() {
        let mut settings = Settings::default();
        settings.set_level("lost-waker", Level::Off).unwrap();
        let off: Vec<_> = (0..RULES.len()).filter(|it| !settings.is_on(*it)).collect();
        assert_eq!(off, [index_of("lost-waker").unwrap()]);
        match settings.limit("lock-stall").unwrap() {
            Some(Limit::Time(time)) => *time = Duration::from_secs(9),
            other => panic!("{other:?}"),
        }
        assert_eq!(settings.thresholds.lock, Duration::from_secs(9));
        assert_eq!(settings.thresholds.send, Thresholds::default().send);
        assert_eq!(settings.limit("lost-waker"), Ok(None));
    }
}
