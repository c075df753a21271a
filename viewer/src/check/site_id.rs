//! What an alert is known by from one run to the next.

use serde::{Deserialize, Serialize};

use super::Sources;
use crate::model::SiteRole;
use crate::rules::Alert;

/// A rule and a site, in a way that outlives changes elsewhere in the file.
///
/// Numbers of lines and columns are not part of it where something better is
/// known: the function, and the text of the line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SiteId {
    /// The rule's name.
    pub rule: String,
    /// `waits` or `spawned`: what the tasks do at the site.
    pub site_role: String,
    /// The file, from the working directory on if it is inside.
    pub file: Option<String>,
    /// The function, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub function: Option<String>,
    /// The text of the line, if the file is at hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The line; only where neither function nor text is known does it tell one
    /// site from another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
}

impl SiteId {
    /// The identity of what `alert` is about.
    pub fn of(alert: &Alert, sources: &Sources) -> Self {
        let site = alert.site.as_deref();
        let own = alert.example.stack.as_ref().and_then(|it| it.own_frame());
        let function = match alert.site_role {
            SiteRole::Waits => own.map(|frame| frame.function.to_string()),
            SiteRole::Spawned => None,
        };
        let file = site.map(|site| {
            let relative = sources.relative(&site.file);
            relative.unwrap_or_else(|| site.short_file().to_owned())
        });
        SiteId {
            rule: alert.rule.to_owned(),
            site_role: alert.site_role.as_str().to_owned(),
            file,
            function: function.filter(|name| !name.is_empty()),
            code: site.and_then(|site| sources.line(&site.file, site.line)),
            line: site.map(|site| site.line).filter(|line| *line != 0),
        }
    }

    /// Whether both are of the same rule at the same site.
    pub fn is_same(&self, other: &SiteId) -> bool {
        let place = |id: &SiteId| {
            (
                id.rule.clone(),
                id.site_role.clone(),
                id.file.clone(),
                id.function.clone(),
            )
        };
        if place(self) != place(other) {
            return false;
        }
        match (&self.code, &other.code) {
            (Some(one), Some(another)) => one == another,
            // The sources are not at hand in one of the runs.
            _ => self.function.is_some() || self.line == other.line,
        }
    }

    /// The same as a short text, for tools that compare runs by one.
    pub fn fingerprint(&self) -> String {
        let line = self.line.map(|line| line.to_string());
        let by_line = self.code.is_none() && self.function.is_none();
        let parts = [
            Some(&self.rule),
            Some(&self.site_role),
            self.file.as_ref(),
            self.function.as_ref(),
            self.code.as_ref(),
            line.as_ref().filter(|_| by_line),
        ];
        let mut hash = Fnv::new();
        for part in parts {
            hash.add(part.map_or("", |part| part).as_bytes());
            // No UTF-8 has it, so that parts cannot run into each other.
            hash.add(&[0xff]);
        }
        format!("{:016x}", hash.0)
    }
}

/// FNV-1a of 64 bits: the same on every machine and in every version.
struct Fnv(u64);

impl Fnv {
    const fn new() -> Self {
        Fnv(0xcbf2_9ce4_8422_2325)
    }

    fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(function: Option<&str>, code: Option<&str>, line: u32) -> SiteId {
        SiteId {
            rule: "send-stall".to_owned(),
            site_role: "waits".to_owned(),
            file: Some("src/api.rs".to_owned()),
            function: function.map(str::to_owned),
            code: code.map(str::to_owned),
            line: Some(line),
        }
    }

    #[track_caller]
    fn assert_same(one: &SiteId, another: &SiteId, same: bool) {
        assert_eq!(one.is_same(another), same);
        assert_eq!(another.is_same(one), same);
    }

    #[test]
    fn a_line_that_moved_is_the_same_site() {
        let before = id(Some("shop::produce"), Some("tx.send(1).await"), 41);
        let after = id(Some("shop::produce"), Some("tx.send(1).await"), 57);
        assert_same(&before, &after, true);
        assert_eq!(before.fingerprint(), after.fingerprint());
        let spawned = |line| id(None, Some("tokio::spawn(async move {"), line);
        assert_same(&spawned(41), &spawned(57), true);
    }

    #[test]
    fn another_line_of_the_same_function_is_another_site() {
        let one = id(Some("shop::produce"), Some("tx.send(1).await"), 41);
        let another = id(Some("shop::produce"), Some("tx.send(2).await"), 42);
        assert_same(&one, &another, false);
        assert_ne!(one.fingerprint(), another.fingerprint());
    }

    #[test]
    fn without_sources_the_function_tells_and_without_it_the_line() {
        let function = |line| id(Some("shop::produce"), None, line);
        assert_same(&function(41), &function(57), true);
        assert_same(&function(41), &id(Some("shop::consume"), None, 41), false);
        assert_same(&id(None, None, 41), &id(None, None, 41), true);
        assert_same(&id(None, None, 41), &id(None, None, 42), false);
        assert_ne!(
            id(None, None, 41).fingerprint(),
            id(None, None, 42).fingerprint()
        );
    }

    #[test]
    fn a_run_with_sources_is_compared_with_one_without() {
        let with = id(Some("shop::produce"), Some("tx.send(1).await"), 41);
        assert_same(&with, &id(Some("shop::produce"), None, 57), true);
    }

    #[test]
    fn a_fingerprint_never_changes() {
        let id = id(Some("shop::produce"), Some("tx.send(1).await"), 41);
        assert_eq!(id.fingerprint(), "58cf0ffd7b9bbcb8");
    }
}
