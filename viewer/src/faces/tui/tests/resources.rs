//! Locks, semaphores and timers, and the pages of channels and locks.

use super::super::keys::Action;
use super::{Ui, tab};
use crate::model::sample::Sample;
use crate::model::{Attribute, AttributeValue, Level, ResourceKey, ResourceKind, WaitKind};

/// `mutex#4` is held by task 1 and waited for by tasks 2 and 3; there is a channel
/// besides.
fn shop() -> (Sample, ResourceKey) {
    let mut sample = Sample::new();
    let lock = sample.resource(ResourceKind::Mutex, 4);
    let holder = sample.task(1);
    sample.wait(holder, WaitKind::Sleep, 50);
    for id in [2, 3] {
        let task = sample.task(id);
        sample.wait_on(task, WaitKind::MutexLock, 90 + id, lock);
    }
    let known = sample.model.resources.get_mut(&lock).unwrap();
    known.holder = Some(holder);
    known.attributes = vec![Attribute {
        name: "permits".into(),
        value: AttributeValue::Unsigned(1),
        unit: None,
    }];
    let channel = sample.resource(ResourceKind::Mpsc, 18);
    let known = sample.model.resources.get_mut(&channel).unwrap();
    (known.capacity, known.last_taker) = (Some(3), Some(holder));
    for id in [5, 6] {
        let task = sample.task(id);
        sample.wait_on(task, WaitKind::MpscSend, 80 + id, channel);
    }
    (sample, lock)
}

#[test]
fn a_lock_is_told_of_with_its_holder_and_who_waits() {
    let (sample, _) = shop();
    let mut ui = Ui::new(&sample);
    ui.act(&[tab("Resources")]);
    let row = ui.line("mutex#4");
    for text in ["2", "8s", "task 1 [sleep, 50s]", "permits 1"] {
        assert!(row.contains(text), "{text} in {row}");
    }
    assert!(!ui.shows("ch#18"), "channels have a view of their own");
    assert!(ui.shows("TASKMON_LEVEL=all"));
    let screen = ui.lines(80, 24).join("\n");
    for text in ["WAITING", "mutex#4", "task 1", "Enter open"] {
        assert!(screen.contains(text), "{text} in\n{screen}");
    }
}

#[test]
fn at_level_all_nothing_more_is_promised() {
    let (mut sample, _) = shop();
    sample.model.program.as_mut().unwrap().level = Level::All;
    let mut ui = Ui::new(&sample);
    ui.act(&[tab("Resources")]);
    assert!(ui.shows("mutex#4") && !ui.shows("TASKMON_LEVEL"));
}

#[test]
fn a_lock_leads_to_its_holder_and_to_who_waits() {
    let (mut sample, lock) = shop();
    let mut ui = Ui::new(&sample);
    ui.act(&[tab("Resources"), Action::Down, Action::Open]);
    assert!(ui.line("holder").contains("task 1"));
    assert!(ui.line("task 2").contains("8s"));
    ui.act(&[Action::Down, Action::Down, Action::Open]);
    assert!(ui.shows("mutex lock for 8s"), "the page of task 2");
    ui.act(&[Action::Back]);
    assert!(ui.line("holder").contains("task 1"));
    sample.apply(taskmon_proto::v1::Page {
        removed_resources: vec![lock.0],
        ..Default::default()
    });
    ui.update(&sample);
    assert!(ui.shows("mutex#4") && ui.shows("it is gone"));
}

#[test]
fn a_channel_has_a_page_with_its_bar_and_its_ends() {
    let (sample, _) = shop();
    let mut ui = Ui::new(&sample);
    ui.act(&[tab("Channels"), Action::Down, Action::Open]);
    assert!(ui.shows("████ 3/3") && ui.shows("ch#18 (3/3 full, 2 senders waiting)"));
    assert!(ui.line("receiver task").contains("task 1"));
    assert!(ui.line("sender   task").contains("task 5"));
    ui.act(&[Action::Stacks]);
    assert!(ui.shows("receiver:") && ui.shows("sender:"));
}

#[test]
fn many_of_one_place_are_one_row_until_they_are_opened() {
    let (mut sample, lock) = shop();
    let place = sample
        .model
        .tasks
        .values()
        .find_map(|task| task.location.clone());
    for serial in 10..30 {
        let key = sample.resource(ResourceKind::Mutex, serial);
        let known = sample.model.resources.get_mut(&key).unwrap();
        known.location = place.clone();
    }
    let mut ui = Ui::new(&sample);
    ui.act(&[tab("Resources")]);
    assert!(ui.line("20 × mutex").contains("src/api.rs:61:14"));
    assert!(ui.shows("mutex#4") && !ui.shows("mutex#10"));
    ui.act(&[Action::Tree]);
    assert!(ui.shows("mutex#10") && !ui.shows("20 × mutex"));
    ui.act(&[Action::Tree, Action::Last, Action::Open]);
    assert!(ui.shows("20 of 21") && ui.shows("mutex#29"), "{lock:?}");
}
