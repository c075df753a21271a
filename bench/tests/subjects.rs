//! Every subject does every workload that it has to do with, and tells the same
//! figures of each.

use std::path::Path;

use bench::driver::measure;
use bench::measurement::{Measurement, Unit};
use bench::runtimes::Flavor;
use bench::subjects::{Build, Subject};
use bench::workloads::Workload;

fn figures(subject: Subject, runtime: Flavor) -> Vec<Measurement> {
    let program = Path::new(env!("CARGO_BIN_EXE_subject"));
    measure(program, subject, runtime, 0.001, &Workload::ALL).unwrap()
}

/// What there are figures of, without those that only a viewer gets.
fn told(figures: &[Measurement]) -> Vec<(Workload, Unit)> {
    let mut told: Vec<_> = figures
        .iter()
        .filter(|figure| !matches!(figure.unit, Unit::WireBytesPerTick | Unit::Unrecorded))
        .map(|figure| (figure.workload, figure.unit))
        .collect();
    told.sort();
    told
}

#[test]
fn every_subject_tells_the_same_figures() {
    let floor = told(&figures(Subject::Floor, Flavor::TwoWorkers));
    // Times and allocations of seven workloads, two latencies, and three figures of
    // tasks that idle.
    assert_eq!(floor.len(), 2 * 7 + 2 + 3);
    let subjects = Subject::all().into_iter();
    for subject in subjects.filter(|subject| subject.build() == Build::WithFlags) {
        let figures = figures(subject, Flavor::TwoWorkers);
        assert_eq!(told(&figures), floor, "{}", subject.name());
        for figure in figures {
            assert!(
                figure.value.is_finite() && figure.value >= 0.0,
                "{figure:?}"
            );
        }
    }
}

#[test]
fn a_viewer_is_sent_something_during_every_workload_and_told_that_nothing_is_lost() {
    let figures = figures(Subject::WATCHED, Flavor::CurrentThread);
    for workload in Workload::ALL {
        let sent = figures
            .iter()
            .any(|it| (it.workload, it.unit) == (workload, Unit::WireBytesPerTick));
        assert!(sent, "{} of {figures:?}", workload.name());
    }
    let unrecorded = figures.iter().filter(|it| it.unit == Unit::Unrecorded);
    assert!(unrecorded.map(|it| it.value).eq([0.0, 0.0]), "{figures:?}");
}
