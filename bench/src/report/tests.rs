//! What a report says.

use super::table::single_spaced;
use super::*;
use crate::measurement::Measurement;

fn options() -> Options {
    Options {
        rounds: 3,
        share: 0.5,
        subjects: vec![
            Subject::Floor,
            Subject::DEFAULT,
            Subject::Hotpath,
            Subject::Console,
        ],
        workloads: Workload::ALL.to_vec(),
        json: None,
    }
}

fn nanos(workload: Workload, value: f64) -> Vec<Measurement> {
    vec![Measurement {
        workload,
        runtime: Flavor::TwoWorkers,
        unit: Unit::NanosPerOperation,
        value,
    }]
}

fn results() -> Results {
    let mut results = Results::default();
    for noise in [0.0, 1_000.0, 1.0] {
        results.add(Subject::Floor, nanos(Workload::Spawn, 100.0 + noise));
        results.add(Subject::DEFAULT, nanos(Workload::Spawn, 201.0 + noise));
        results.add(Subject::Console, nanos(Workload::Spawn, 5_101.0 + noise));
        results.add(Subject::Hotpath, nanos(Workload::Stream, 100.0 + noise));
    }
    results
}

#[test]
fn a_subject_is_told_by_its_median_and_its_part_of_consoles_cost() {
    let (results, machine, options) = (results(), Machine::of_this_process(), options());
    let report = Report::new(&results, &machine, &options).to_string();
    let report = single_spaced(&report);
    for line in [
        "### ns per operation, 2 workers",
        "| | spawn | stream |",
        "| taskmon channels | 202 ±0% | – |",
        "| console-subscriber | 5,102 ±0% | – |",
        "| taskmon channels | 1/49 | – |",
        "| added cost of spawn + complete | ≤ 1/100 of console-subscriber's | – | 1/49: not met |",
    ] {
        assert!(report.contains(line), "{line}\nis not in\n{report}");
    }
    assert!(
        !report.contains("### ns per operation, current_thread"),
        "{report}"
    );
}

#[test]
fn a_dash_has_a_note_that_says_why() {
    let (results, machine, options) = (results(), Machine::of_this_process(), options());
    let report = Report::new(&results, &machine, &options).to_string();
    let note = "– for hotpath, channels: hotpath's wrapper measures mpsc channels";
    assert_eq!(report.matches(note).count(), 1, "{report}");
}

#[test]
fn where_console_adds_nothing_there_is_no_part_of_it() {
    let mut results = results();
    results.add(Subject::Floor, nanos(Workload::Yield, 700.0));
    results.add(Subject::DEFAULT, nanos(Workload::Yield, 600.0));
    results.add(Subject::Console, nanos(Workload::Yield, 650.0));
    let part =
        |workload| results.times_less_than_console(Subject::DEFAULT, Flavor::TwoWorkers, workload);
    assert_eq!(part(Workload::Yield), None);
    assert!(part(Workload::Spawn).is_some());
}

#[test]
fn every_value_is_kept_for_programs() {
    let (results, machine, options) = (results(), Machine::of_this_process(), options());
    let json = Report::new(&results, &machine, &options).to_json();
    let rows = json["results"].as_array().unwrap();
    let ours = rows.iter().find(|row| row["subject"] == "taskmon-channels");
    let ours = ours.unwrap();
    assert_eq!(ours["median"], 202.0);
    assert_eq!(ours["values"], serde_json::json!([201.0, 1_201.0, 202.0]));
    assert_eq!(json["rounds"], 3);
}

#[test]
fn a_ratio_is_never_rounded_in_our_favour() {
    assert_eq!(ratio(99.9), "1/99");
    assert_eq!(ratio(2.99), "1/2.9");
    assert_eq!(ratio(f64::INFINITY), "nothing");
    assert_eq!(thousands(1_234_567.4), "1,234,567");
    assert_eq!(thousands(999.0), "999");
}
