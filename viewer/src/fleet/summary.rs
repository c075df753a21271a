//! What Prometheus' answers come to.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, SystemTime};

use super::api::Sample;
use super::queries::{Answers, Stuck};
use super::{Fleet, Instance, Trouble};

/// What tells one trouble from another: service, rule, site and its role.
type Key = (String, String, String, String);

#[derive(Default)]
struct Sum {
    instances: HashMap<String, u64>,
    since: Option<f64>,
    at: f64,
    firing: bool,
}

impl Sum {
    fn since(&mut self, since: f64) {
        self.since = Some(self.since.map_or(since, |before| before.min(since)));
    }
}

impl From<Answers> for Fleet {
    fn from(answers: Answers) -> Self {
        let mut sums: BTreeMap<Key, Sum> = BTreeMap::new();
        for (rule, stuck) in [
            ("send-stall", &answers.sends),
            ("lock-stall", &answers.locks),
            ("lost-waker", &answers.lost),
        ] {
            add_stuck(&mut sums, rule, stuck);
        }
        add_alerts(&mut sums, &answers.alerts, &answers.alerts_since);
        let instances = instances(&answers.instances);
        let mut troubles: Vec<_> = sums
            .into_iter()
            .map(|(key, sum)| trouble(key, sum, &instances))
            .collect();
        // A stable sort: equals stay in the order of their names.
        troubles.sort_by_key(|it| (Reverse(it.tasks()), Reverse(it.instances.len())));
        Fleet {
            down: self::instances(&answers.down),
            instances,
            troubles,
        }
    }
}

fn add_stuck(sums: &mut BTreeMap<Key, Sum>, rule: &str, stuck: &Stuck) {
    for sample in &stuck.counts {
        let sum = sums.entry(key(rule, sample)).or_default();
        let instance = sum.instances.entry(sample.label("instance").to_owned());
        let tasks = instance.or_default();
        *tasks = tasks.saturating_add(sample.value as u64);
        sum.at = sample.at;
    }
    for sample in &stuck.ages {
        // Only where something is stuck.
        if let Some(sum) = sums.get_mut(&key(rule, sample))
            && sum.instances.contains_key(sample.label("instance"))
        {
            sum.since(sample.at - sample.value);
        }
    }
}

fn add_alerts(sums: &mut BTreeMap<Key, Sum>, alerts: &[Sample], since: &[Sample]) {
    for sample in alerts {
        let rule = sample.label("rule");
        let sum = sums.entry(key(rule, sample)).or_default();
        sum.firing = true;
        sum.at = sample.at;
        let instance = sample.label("instance");
        if !instance.is_empty() {
            sum.instances.entry(instance.to_owned()).or_default();
        }
    }
    for sample in since {
        // An alert begins later than what it is about.
        if let Some(sum) = sums.get_mut(&key(sample.label("rule"), sample))
            && (sum.since.is_none() || sum.instances.values().all(|tasks| *tasks == 0))
        {
            sum.since(sample.value);
        }
    }
}

fn key(rule: &str, sample: &Sample) -> Key {
    let role = match sample.label("site_role") {
        // Where there is no role, the site is where tasks were spawned.
        "" => "spawned",
        role => role,
    };
    (
        sample.label("job").to_owned(),
        rule.to_owned(),
        sample.label("site").to_owned(),
        role.to_owned(),
    )
}

fn trouble(key: Key, sum: Sum, all: &[Instance]) -> Trouble {
    let (job, rule, site, site_role) = key;
    let mut instances: Vec<_> = sum.instances.into_iter().collect();
    instances.sort_by(|(a, a_tasks), (b, b_tasks)| (b_tasks, a).cmp(&(a_tasks, b)));
    let since = sum.since.filter(|since| since.is_finite());
    let of_instances = all.iter().filter(|it| it.job == job).count();
    Trouble {
        of_instances: of_instances.max(instances.len()),
        since: since.and_then(unix_time),
        longest: since.and_then(|since| Duration::try_from_secs_f64(sum.at - since).ok()),
        firing: sum.firing,
        job,
        rule,
        site,
        site_role,
        instances,
    }
}

fn instances(samples: &[Sample]) -> Vec<Instance> {
    let mut all: Vec<_> = samples
        .iter()
        .map(|sample| Instance {
            job: sample.label("job").to_owned(),
            instance: sample.label("instance").to_owned(),
        })
        .collect();
    all.sort();
    all.dedup();
    all
}

fn unix_time(seconds: f64) -> Option<SystemTime> {
    let since_epoch = Duration::try_from_secs_f64(seconds).ok()?;
    SystemTime::UNIX_EPOCH.checked_add(since_epoch)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SITE: &str = "src/producer.rs:41:26";

    fn at<'a>(instance: &'a str, site: &'a str) -> Vec<(&'static str, &'a str)> {
        let job = ("job", "shop");
        let role = ("site_role", "waits");
        vec![job, ("instance", instance), ("site", site), role]
    }

    fn answers() -> Answers {
        let instance = |name| Sample::new(&[("job", "shop"), ("instance", name)], 1.0);
        Answers {
            instances: ["a:1", "b:2", "c:3"].map(instance).into(),
            sends: Stuck {
                counts: vec![
                    Sample::new(&at("a:1", SITE), 12.0),
                    Sample::new(&at("b:2", SITE), 30.0),
                    Sample::new(&at("b:2", "src/other.rs:1:1"), 1.0),
                ],
                ages: vec![
                    Sample::new(&at("a:1", SITE), 90.0),
                    Sample::new(&at("b:2", SITE), 40.0),
                    // Waits there, and is not stuck.
                    Sample::new(&at("c:3", SITE), 900.0),
                ],
            },
            ..Answers::default()
        }
    }

    #[test]
    fn what_is_stuck_is_summed_up_by_service_and_site() {
        let fleet = Fleet::from(answers());
        assert_eq!(fleet.troubles.len(), 2);
        let worst = &fleet.troubles[0];
        assert_eq!(
            (worst.job.as_str(), worst.rule.as_str()),
            ("shop", "send-stall")
        );
        assert_eq!((worst.tasks(), worst.instances.len()), (Some(42), 2));
        assert_eq!((worst.of_instances, worst.worst()), (3, Some("b:2")));
        assert_eq!(worst.longest, Some(Duration::from_secs(90)));
        assert_eq!(worst.since, unix_time(910.0));
        assert!(!worst.firing);
    }

    #[test]
    fn alerts_join_what_they_are_about_and_others_stand_alone() {
        let mut answers = answers();
        let mut send_stall = at("a:1", SITE);
        send_stall.push(("rule", "send-stall"));
        let growth = [
            ("rule", "task-growth"),
            ("job", "shop"),
            ("instance", "c:3"),
            ("site", "src/api.rs:61:14"),
        ];
        answers.alerts = vec![Sample::new(&send_stall, 1.0), Sample::new(&growth, 1.0)];
        answers.alerts_since = vec![Sample::new(&send_stall, 950.0), Sample::new(&growth, 400.0)];
        let fleet = Fleet::from(answers);
        assert_eq!(fleet.troubles.len(), 3);
        let first = &fleet.troubles[0];
        assert!(first.firing);
        assert_eq!(first.longest, Some(Duration::from_secs(90)));
        let last = &fleet.troubles[2];
        assert_eq!((last.rule.as_str(), last.tasks()), ("task-growth", None));
        assert_eq!(last.longest, Some(Duration::from_secs(600)));
        assert_eq!(last.site_role, "spawned");
    }

    #[test]
    fn absurd_numbers_do_no_harm() {
        for value in [f64::NAN, f64::INFINITY, -1.0, 1e300] {
            let mut answers = answers();
            let instances = ["a:1", "b:2", "b:2"];
            answers.sends.counts = instances.map(|it| Sample::new(&at(it, SITE), value)).into();
            answers.sends.ages = vec![Sample::new(&at("a:1", SITE), value)];
            let _ = Fleet::from(answers).troubles[0].tasks();
        }
    }
}
