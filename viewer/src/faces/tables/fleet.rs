//! What Prometheus says of many programs.

use std::io::{self, Write};

use super::cell;
use super::table::{Align, Table};
use crate::fleet::{Fleet, Trouble};
use crate::words::duration::human;
use crate::words::plain::plain;

/// Writes a line for each trouble of each service, most tasks first, in lines of at
/// most `width` columns if that is given; or a sentence if there are none. Programs
/// that do not answer any more are named below.
///
/// # Errors
///
/// If `out` fails.
pub fn fleet(out: &mut impl Write, fleet: &Fleet, width: Option<usize>) -> io::Result<()> {
    if fleet.troubles.is_empty() {
        let instances = fleet.instances.len();
        writeln!(out, "nothing is stuck in {}", counted(instances))?;
    } else {
        table(&fleet.troubles).write(out, width)?;
    }
    for down in &fleet.down {
        let (job, instance) = (plain(&down.job), plain(&down.instance));
        writeln!(out, "{job} at {instance} does not answer Prometheus")?;
    }
    Ok(())
}

fn counted(instances: usize) -> String {
    match instances {
        1 => "1 instance".to_owned(),
        instances => format!("{instances} instances"),
    }
}

fn table(troubles: &[Trouble]) -> Table<8> {
    let mut table = Table::new([
        ("SERVICE", Align::Left),
        ("RULE", Align::Left),
        ("INSTANCES", Align::Right),
        ("TASKS", Align::Right),
        ("LONGEST", Align::Right),
        ("ALERT", Align::Left),
        ("WORST", Align::Left),
        ("SITE", Align::Left),
    ]);
    for it in troubles {
        table.push([
            cell(Some(&it.job)),
            cell(Some(&it.rule)),
            format!("{}/{}", it.instances.len(), it.of_instances),
            it.tasks().map_or("-".to_owned(), |tasks| tasks.to_string()),
            it.longest.map_or("-".to_owned(), human),
            if it.firing { "firing" } else { "-" }.to_owned(),
            cell(it.worst()),
            cell(site(it).as_deref()),
        ]);
    }
    table
}

fn site(it: &Trouble) -> Option<String> {
    match (it.site.as_str(), it.site_role.as_str()) {
        ("", _) => None,
        (site, "waits") => Some(format!("waiting at {site}")),
        (site, _) => Some(format!("tasks spawned at {site}")),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::fleet::Instance;

    fn text(fleet_: &Fleet) -> String {
        let mut out = Vec::new();
        fleet(&mut out, fleet_, None).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn instance(instance: &str) -> Instance {
        Instance {
            job: "shop".to_owned(),
            instance: instance.to_owned(),
        }
    }

    #[test]
    fn trouble_is_a_line_with_the_worst_instance_and_the_site() {
        let trouble = Trouble {
            job: "shop".to_owned(),
            rule: "send-stall".to_owned(),
            site: "src/producer.rs:41:26".to_owned(),
            site_role: "waits".to_owned(),
            instances: vec![
                ("10.0.0.7:6669".to_owned(), 30),
                ("a\u{1b}:1".to_owned(), 12),
            ],
            of_instances: 3,
            since: None,
            longest: Some(Duration::from_secs(90)),
            firing: true,
        };
        let growth = Trouble {
            rule: "task-growth".to_owned(),
            site_role: "spawned".to_owned(),
            instances: vec![("a\u{1b}:1".to_owned(), 0)],
            longest: None,
            firing: false,
            ..trouble.clone()
        };
        let fleet = Fleet {
            instances: vec![instance("10.0.0.7:6669")],
            down: vec![instance("10.0.0.9:6669")],
            troubles: vec![trouble, growth],
        };
        assert_eq!(
            text(&fleet),
            "\
SERVICE  RULE         INSTANCES  TASKS  LONGEST  ALERT   WORST          SITE
shop     send-stall         2/3     42    1m30s  firing  10.0.0.7:6669  waiting at src/producer.rs:41:26
shop     task-growth        1/3      -        -  -       a\\u{1b}:1      tasks spawned at src/producer.rs:41:26
shop at 10.0.0.9:6669 does not answer Prometheus
"
        );
    }

    #[test]
    fn nothing_is_a_sentence() {
        let fleet = Fleet {
            instances: vec![instance("a:1"), instance("b:2")],
            ..Fleet::default()
        };
        assert_eq!(text(&fleet), "nothing is stuck in 2 instances\n");
    }
}
