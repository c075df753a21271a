//! A program as a whole.

use taskmon_proto::v1 as wire;

use super::super::keys::Action;
use super::{Ui, tab};
use crate::model::Level;
use crate::model::sample::Sample;

/// A program that spawns ten tasks a second and uses half a processor.
fn shop() -> Sample {
    let mut sample = Sample::new();
    for second in 0..30 {
        let now = sample.model.now.since_zero().as_nanos() as u64;
        sample.apply(wire::Page {
            at_nanos: now + 1_000_000_000,
            process: Some(wire::ProcessFigures {
                resident_bytes: 12_300_000,
                cpu_nanos: second * 500_000_000,
                threads: 5,
                worker_threads: 2,
                watchers: 1,
            }),
            totals: Some(wire::Totals {
                tasks_spawned: 10 * second,
                tasks_ended: 10 * second,
                ..wire::Totals::default()
            }),
            ..wire::Page::default()
        });
        drop(sample.model.share());
    }
    sample
}

#[test]
fn a_program_is_told_of_with_its_figures_over_time() {
    let mut ui = Ui::new(&shop());
    ui.act(&[tab("Process")]);
    for text in [
        "RSS 12.3 MB",
        "5 threads, 2 of them workers",
        "live tasks  0",
        "used 50%",
        "spawned 10/s",
        "12.3 MB",
        "-2m",
    ] {
        assert!(
            ui.shows(text),
            "{text} in\n{}",
            ui.lines(140, 40).join("\n")
        );
    }
    ui.act(&[Action::SortNext]);
    assert!(ui.shows("-5m"));
    ui.act(&[Action::SortNext; 9]);
    assert!(ui.shows("-10m"), "no more than is kept");
    let screen = ui.lines(80, 24).join("\n");
    for text in [
        "live tasks",
        "resident memory",
        "processors",
        "build",
        "level",
        "q quit",
    ] {
        assert!(screen.contains(text), "{text} in\n{screen}");
    }
}

#[test]
fn what_is_missing_is_said_with_what_it_is_good_for() {
    let mut sample = shop();
    let program = sample.model.program.as_mut().unwrap();
    program.level = Level::Channels;
    let mut ui = Ui::new(&sample);
    ui.act(&[tab("Process")]);
    assert!(ui.shows("frame pointers and debug info are all there"));
    assert!(ui.shows("TASKMON_LEVEL=all adds holders, permits and timers"));
    let program = sample.model.program.as_mut().unwrap();
    program.level = Level::All;
    program.missing = vec!["it was built without frame pointers\u{1b}[2J".into()];
    let mut ui = Ui::new(&sample);
    ui.act(&[tab("Process")]);
    assert!(!ui.shows("are all there") && !ui.shows("TASKMON_LEVEL=all"));
    let line = ui.line("missing  it was built without");
    assert!(!line.contains('\u{1b}'));
}

#[test]
fn of_several_programs_one_after_the_other() {
    let (one, other) = (shop(), Sample::new());
    let mut ui = Ui::of(&[("shop-1:6669", &one), ("shop-2:6669", &other)]);
    ui.act(&[tab("Process")]);
    assert!(ui.shows("1 of 2: shop-1:6669"));
    ui.act(&[Action::Down, Action::Down]);
    assert!(ui.shows("2 of 2: shop-2:6669"));
    ui.act(&[Action::Up]);
    assert!(ui.shows("1 of 2: shop-1:6669"));
}
