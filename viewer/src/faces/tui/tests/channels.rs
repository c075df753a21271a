//! The channels and who is at their ends.

use taskmon_proto::v1::FrameOrigin::{Own, Runtime};
use taskmon_proto::v1::WaitKind as WireKind;

use super::super::keys::Action;
use super::{Ui, tab};
use crate::model::sample::Sample;
use crate::model::{Moment, ResourceKind, TaskState, WaitKind};
use crate::words::plain::is_harmful;

/// `ch#18` of three messages is full; two tasks wait to send, and its receiver
/// for a lock. `ch#4` is idle.
fn shop() -> Sample {
    let mut sample = Sample::new();
    sample.resource(ResourceKind::Mpsc, 4);
    let receiver = sample.task(4702);
    sample.wait(receiver, WaitKind::MutexLock, 10);
    let channel = sample.resource(ResourceKind::Mpsc, 18);
    let known = sample.model.resources.get_mut(&channel).unwrap();
    known.capacity = Some(3);
    known.element_type = Some("shop::Product".into());
    known.last_taker = Some(receiver);
    known.last_taken = Some(Moment::from_nanos(9_000_000_000));
    let frames = [("leaf", 1, Runtime), ("shop::produce", 41, Own)];
    let stack = sample.stack(WireKind::MpscSend, &frames);
    for id in [1, 2] {
        let task = sample.task(id);
        let wait = sample.wait_on(task, WaitKind::MpscSend, 10 + id, channel);
        sample.stack_of(wait, stack);
    }
    sample
}

#[test]
fn channels_are_a_table_with_the_full_one_first() {
    let mut ui = Ui::new(&shop());
    ui.act(&[tab("Channels")]);
    let lines = ui.lines(140, 30);
    let titles = lines.iter().position(|line| line.contains("FILL")).unwrap();
    let first = &lines[titles + 1];
    for text in [
        "ch#18",
        "shop::Product",
        "full",
        "1m29s",
        "task 4702 [mutex lock",
    ] {
        assert!(first.contains(text), "{text} in {first}");
    }
    assert!(lines[titles + 2].contains("ch#4"));
    let screen = ui.lines(80, 24).join("\n");
    for text in [
        "ch#18",
        "full",
        "1m29s",
        "task 4702",
        "Enter details",
        "q quit",
    ] {
        assert!(screen.contains(text), "{text} in\n{screen}");
    }
}

#[test]
fn the_detail_of_a_channel_shows_both_of_its_ends() {
    let mut ui = Ui::new(&shop());
    ui.act(&[tab("Channels"), Action::Down, Action::Open]);
    assert!(ui.shows("┌ ch#18 of shop::Product ─"));
    assert!(ui.shows("ch#18 (3/3 full, 2 senders waiting), last received 1m31s ago"));
    assert!(ui.shows("receiver: task 4702 [mutex lock, 1m30s]"));
    assert!(ui.line("task 1 for 1m29s").contains("src/api.rs:41:9"));
    assert!(ui.line("task 2 for 1m28s").contains("src/api.rs:41:9"));
    ui.act(&[Action::Down]);
    assert!(ui.shows("┌ ch#4 ─"));
    ui.act(&[Action::Back]);
    assert!(ui.shows("FILL") && !ui.shows("┌ ch#4 ─"));
    ui.act(&[Action::Tab(0)]);
    assert!(ui.shows("STATE") && !ui.shows("FILL"));
}

#[test]
fn the_stacks_of_a_channel_are_those_of_its_ends() {
    let mut ui = Ui::new(&shop());
    ui.act(&[tab("Channels"), Action::Stacks]);
    assert!(ui.shows("receiver:") && ui.shows("task 4702 [mutex lock, 1m30s]"));
    assert!(ui.shows("sender:") && ui.shows("task 1 [mpsc send, 1m29s]"));
    assert!(ui.line("shop::produce").contains("src/api.rs:41:9"));
}

#[test]
fn the_selection_stays_on_its_channel_and_says_if_it_is_gone() {
    let mut sample = shop();
    let mut ui = Ui::new(&sample);
    ui.act(&[tab("Channels"), Action::Last, Action::Open]);
    assert!(ui.shows("┌ ch#4 ─"));
    let idle = sample.model.resources.values();
    let idle = idle.filter(|it| it.serial == 4).map(|it| it.key).next();
    for id in 10..15 {
        let task = sample.task(id);
        sample.wait_on(task, WaitKind::MpscSend, 99, idle.unwrap());
    }
    ui.update(&sample);
    assert!(ui.shows("┌ ch#4 ─") && ui.shows("5 senders waiting"));
    sample.apply(taskmon_proto::v1::Page {
        removed_resources: vec![idle.unwrap().0],
        ..Default::default()
    });
    ui.update(&sample);
    assert!(ui.shows("this channel is gone"));
}

#[test]
fn the_detail_of_a_sender_says_who_should_receive_and_what_that_one_waits_for() {
    let mut ui = Ui::new(&shop());
    ui.act(&[Action::Down, Action::Beside]);
    assert!(ui.shows("┌ task 4702"), "it has waited longest");
    ui.act(&[Action::Down]);
    assert!(ui.shows("receiver: task 4702 [mutex lock, 1m30s], last received 1m31s ago"));
}

#[test]
fn a_paused_viewer_keeps_its_channels() {
    let mut sample = shop();
    let mut ui = Ui::new(&sample);
    ui.act(&[Action::Pause]);
    sample.resource(ResourceKind::Mpsc, 77);
    ui.update(&sample);
    ui.act(&[tab("Channels")]);
    assert!(ui.shows("ch#18") && !ui.shows("ch#77"));
    ui.act(&[Action::Pause]);
    assert!(ui.shows("ch#77"));
}

#[test]
fn an_idle_receiver_makes_no_channel_look_full() {
    let mut sample = Sample::new();
    let channel = sample.resource(ResourceKind::Mpsc, 1);
    let receiver = sample.task(1);
    sample.wait_on(receiver, WaitKind::MpscRecv, 10, channel);
    let mut ui = Ui::new(&sample);
    ui.act(&[tab("Channels")]);
    assert!(ui.line("ch#1").contains("empty"));
    sample.state(receiver, TaskState::Running);
    ui.update(&sample);
    assert!(!ui.line("ch#1").contains("empty"));
}

#[test]
fn without_channels_that_is_said() {
    let mut ui = Ui::new(&Sample::new());
    ui.act(&[tab("Channels"), Action::Down, Action::Open]);
    assert!(ui.shows("no bounded channels are known"));
}

#[test]
fn what_a_program_calls_its_types_does_nothing_to_the_screen() {
    let mut sample = shop();
    for resource in sample.model.resources.values_mut() {
        resource.element_type = Some("\u{1b}[31mevil\r\n\u{202e}".into());
    }
    let mut ui = Ui::new(&sample);
    ui.act(&[tab("Channels"), Action::Down, Action::Open]);
    let screen = ui.lines(140, 40).concat();
    assert!(screen.contains(r"\u{1b}[31mevil"), "{screen}");
    assert!(!screen.chars().any(is_harmful));
}
