//! The places where tasks are spawned and where they wait.

use ratatui::crossterm::event::{Event, KeyCode, KeyEvent};
use taskmon_proto::v1 as wire;

use super::super::keys::Action;
use super::{Ui, tab};
use crate::model::WaitKind;
use crate::model::sample::Sample;

/// A page that says of each line how many tasks were spawned there and have ended.
fn counts(sample: &mut Sample, sites: &[(u32, u64, u64)]) {
    sample.apply(wire::Page {
        spawn_sites: sites
            .iter()
            .map(|(line, spawned, completed)| wire::SpawnSite {
                location: *line,
                kind: wire::TaskKind::Task.into(),
                spawned: *spawned,
                completed: *completed,
                ..wire::SpawnSite::default()
            })
            .collect(),
        ..wire::Page::default()
    });
}

/// Three tasks of line 61 of which two wait to send at line 41, and one of line 62;
/// watched for three seconds.
fn shop() -> Sample {
    let mut sample = Sample::new();
    let frames = [
        ("leaf", 1, wire::FrameOrigin::Runtime),
        ("shop::produce", 41, wire::FrameOrigin::Own),
    ];
    let stack = sample.stack(wire::WaitKind::MpscSend, &frames);
    for (id, line) in [(1, 61), (2, 61), (3, 61), (4, 62)] {
        let task = sample.task_at(id, line);
        if id < 3 {
            let wait = sample.wait(task, WaitKind::MpscSend, 90 + id);
            sample.stack_of(wait, stack);
        }
    }
    for second in 0..4 {
        counts(&mut sample, &[(61, 3 + 2 * second, 2 * second), (62, 1, 0)]);
        sample.pass(1);
        // As a watcher does with each picture.
        drop(sample.model.share());
    }
    sample
}

#[test]
fn sites_have_their_states_rates_and_past() {
    let mut ui = Ui::new(&shop());
    ui.act(&[tab("Sites")]);
    let first = ui.line("src/api.rs:61:14");
    assert!(first.trim_start().starts_with('3'), "{first}");
    assert!(first.contains("2/s") && first.contains('▇'), "{first}");
    assert!(ui.line("src/api.rs:62:14").trim_start().starts_with('1'));
    let screen = ui.lines(80, 24).join("\n");
    for text in [
        "LIVE",
        "OVER TIME",
        "SPAWNED AT",
        "api.rs:61:14",
        "Enter its tasks",
    ] {
        assert!(screen.contains(text), "{text} in\n{screen}");
    }
}

#[test]
fn a_site_leads_to_its_tasks() {
    let mut ui = Ui::new(&shop());
    ui.act(&[tab("Sites"), Action::Down, Action::Open]);
    assert!(ui.shows("3 of 4") && ui.shows("mpsc send"));
    ui.act(&[Action::Back]);
    assert!(ui.shows("OVER TIME"));
    ui.act(&[Action::Down, Action::Open]);
    assert!(ui.shows("1 of 4") && !ui.shows("mpsc send"));
}

#[test]
fn wait_sites_lead_to_the_tasks_that_wait_there() {
    let mut ui = Ui::new(&shop());
    ui.act(&[tab("Sites"), Action::Tree]);
    let row = ui.line("shop::produce");
    for text in ["2", "mpsc send", "src/api.rs:41:9", "13s"] {
        assert!(row.contains(text), "{text} in {row}");
    }
    ui.act(&[Action::Down, Action::Open]);
    assert!(ui.shows("2 of 4"));
    ui.act(&[Action::Back, Action::Tree]);
    assert!(ui.shows("OVER TIME"), "the other table again");
}

#[test]
fn sites_are_sorted_and_filtered() {
    let mut sample = shop();
    let mut ui = Ui::new(&sample);
    let first = |ui: &mut Ui| {
        let lines = ui.lines(140, 20);
        let titles = lines
            .iter()
            .position(|it| it.contains("SPAWNED AT"))
            .unwrap();
        lines[titles + 1].clone()
    };
    ui.act(&[tab("Sites")]);
    assert!(first(&mut ui).contains(":61:"));
    ui.act(&[Action::Reverse]);
    assert!(first(&mut ui).contains(":62:"));
    ui.act(&[Action::Reverse, Action::Filter]);
    for key in "live:<2".chars() {
        let key = KeyEvent::from(KeyCode::Char(key));
        ui.app.take(&Event::Key(key), std::time::Instant::now());
    }
    ui.app.look();
    assert!(first(&mut ui).contains(":62:") && ui.shows("1 of 2"));
    sample.pass(1);
    ui.update(&sample);
    assert!(ui.shows("1 of 2"), "also of the next picture");
}

#[test]
fn of_several_programs_each_row_says_which() {
    let other = shop();
    let shop = shop();
    let mut ui = Ui::of(&[("shop-1:6669", &shop), ("shop-2:6669", &other)]);
    ui.act(&[tab("Sites"), Action::Down, Action::Open]);
    assert!(ui.shows("3 of 8"), "only those of one program");
}
