//! Who is in trouble, and where to look at it.

use std::time::{Duration, SystemTime};

use super::FleetError;
use crate::client::Target;
use crate::words::plain::quoted;

/// How the programs do. All texts may hold any character.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fleet {
    /// All that are scraped.
    pub instances: Vec<Instance>,
    /// Those that do not answer Prometheus any more.
    pub down: Vec<Instance>,
    /// What is wrong: that with most tasks first.
    pub troubles: Vec<Trouble>,
}

/// One program, as Prometheus calls it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instance {
    /// The label `job`: the service.
    pub job: String,
    /// The label `instance`: usually `host:port`.
    pub instance: String,
}

/// One kind of trouble of one service, at one site.
#[derive(Clone, Debug, PartialEq)]
pub struct Trouble {
    /// The service.
    pub job: String,
    /// The rule's name: `send-stall`.
    pub rule: String,
    /// Where to look; empty if that is not known.
    pub site: String,
    /// `waits`: tasks wait at the site. `spawned`: they were spawned there.
    pub site_role: String,
    /// The instances that have it, with how many tasks each; that with most first.
    pub instances: Vec<(String, u64)>,
    /// How many instances the service has.
    pub of_instances: usize,
    /// Since when, if that is known.
    pub since: Option<SystemTime>,
    /// For how long the longest, if that is known.
    pub longest: Option<Duration>,
    /// Whether an alert is firing.
    pub firing: bool,
}

impl Trouble {
    /// How many tasks it concerns, if it is about tasks.
    pub fn tasks(&self) -> Option<u64> {
        let tasks = self.instances.iter().map(|(_, tasks)| *tasks);
        let tasks = tasks.fold(0, u64::saturating_add);
        (tasks > 0).then_some(tasks)
    }

    /// The instance with most of it.
    pub fn worst(&self) -> Option<&str> {
        let (instance, _) = self.instances.first()?;
        Some(instance)
    }
}

impl Fleet {
    /// Where to connect to: to the instance that is `named`, or else to the worst.
    /// `None` if none is named and nothing is wrong.
    ///
    /// # Errors
    ///
    /// If there is no such instance, or its name is no address.
    pub fn target(&self, named: &str) -> Result<Option<Target>, FleetError> {
        let instance = match named {
            "" => self.troubles.first().and_then(Trouble::worst),
            _ => Some(self.known(named)?),
        };
        let Some(instance) = instance else {
            return Ok(None);
        };
        let target = instance.parse();
        target.map(Some).map_err(|reason| FleetError::NoTarget {
            instance: quoted(instance),
            reason,
        })
    }

    fn known(&self, named: &str) -> Result<&str, FleetError> {
        let mut known = self.instances.iter().map(|it| it.instance.as_str());
        known.clone().find(|it| *it == named).ok_or_else(|| {
            let some: Vec<_> = known.by_ref().take(10).map(quoted).collect();
            let more = if known.next().is_some() { ", …" } else { "" };
            FleetError::NoSuchInstance {
                named: quoted(named),
                known: match some.is_empty() {
                    true => "none".to_owned(),
                    false => some.join(", ") + more,
                },
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fleet(stuck: &str) -> Fleet {
        let instance = |name: &str| Instance {
            job: "shop".to_owned(),
            instance: name.to_owned(),
        };
        Fleet {
            instances: ["a:1", "b:2", "c:3"].map(instance).into(),
            down: Vec::new(),
            troubles: vec![Trouble {
                job: "shop".to_owned(),
                rule: "send-stall".to_owned(),
                site: String::new(),
                site_role: "waits".to_owned(),
                instances: vec![(stuck.to_owned(), 30), ("a:1".to_owned(), 12)],
                of_instances: 3,
                since: None,
                longest: None,
                firing: false,
            }],
        }
    }

    #[test]
    fn the_worst_or_the_named_instance_is_connected_to() {
        let fleet = fleet("b:2");
        let target = |named| fleet.target(named).map(|it| it.unwrap().to_string());
        assert_eq!(target("").unwrap(), "http://b:2");
        assert_eq!(target("c:3").unwrap(), "http://c:3");
        let error = target("d\u{1b}:4").unwrap_err().to_string();
        assert!(error.ends_with("it knows a:1, b:2, c:3"), "{error}");
        assert!(!error.contains(char::is_control));
        assert_eq!(Fleet::default().target("").unwrap(), None);
    }

    #[test]
    fn an_instance_whose_name_is_no_address_is_told() {
        let error = fleet("pod\u{1b}").target("").unwrap_err().to_string();
        assert!(error.contains("a port is missing"), "{error}");
        assert!(!error.contains(char::is_control));
    }
}
