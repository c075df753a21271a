//! Where tasks wait, in the table, beside it and on the whole screen.

use taskmon_proto::v1::FrameOrigin::{self, Own, Runtime};
use taskmon_proto::v1::WaitKind as WireKind;

use super::super::keys::Action;
use super::{Ui, shop};
use crate::model::sample::Sample;
use crate::model::{TaskKey, WaitKind};
use crate::words::plain::is_harmful;

const LEAF: (&str, u32, FrameOrigin) = ("leaf", 1, Runtime);
const SEND: (&str, u32, FrameOrigin) = ("tokio::send", 2, Runtime);

/// The shop with the stack of its stuck send.
fn with_stack(frames: &[(&str, u32, FrameOrigin)]) -> (Sample, TaskKey) {
    let mut sample = shop();
    let stack = sample.stack(WireKind::MpscSend, frames);
    let waits = sample.model.waits.values();
    let send = waits
        .filter(|wait| wait.kind == WaitKind::MpscSend)
        .map(|wait| (wait.key, wait.task))
        .next()
        .unwrap();
    sample.stack_of(send.0, stack);
    (sample, send.1)
}

fn produce() -> (Sample, TaskKey) {
    with_stack(&[
        LEAF,
        SEND,
        ("shop::produce", 41, Own),
        ("shop::products", 88, Own),
    ])
}

#[test]
fn the_table_shows_where_a_task_waits() {
    let mut ui = Ui::new(&produce().0);
    assert!(ui.shows("WAITING AT"));
    assert!(ui.line("mpsc send  ").contains("src/api.rs:41:9"));
    let screen = ui.lines(80, 24).join("\n");
    assert!(screen.contains("src/api.rs:41:9"), "{screen}");
    assert!(!screen.contains("SPAWNED AT"), "{screen}");
    assert!(!Ui::new(&shop()).shows("WAITING AT"), "no stack is known");
}

#[test]
fn the_detail_shows_the_stack_and_the_alert_its_line() {
    let mut ui = Ui::new(&produce().0);
    ui.act(&[Action::Down, Action::Beside]);
    assert!(ui.line("shop::produce").contains("src/api.rs:41:9"));
    assert!(ui.line("shop::products").contains("src/api.rs:88:9"));
    assert!(!ui.shows("tokio::send"));
    assert!(ui.shows("waiting at src/api.rs:41:9"));
    ui.act(&[Action::Frames]);
    assert!(ui.shows("tokio::send"));
}

#[test]
fn the_detail_says_who_spawned_a_task_up_to_the_first() {
    let (mut sample, stuck) = produce();
    let parent = sample.task_at(7, 30);
    let grandparent = sample.task_at(6, 31);
    let tasks = &mut sample.model.tasks;
    tasks.get_mut(&stuck).unwrap().spawner = Some(parent);
    tasks.get_mut(&parent).unwrap().spawner = Some(grandparent);
    let mut ui = Ui::new(&sample);
    ui.act(&[Action::Down, Action::Beside]);
    assert!(ui.line("spawned by task 7 at").contains("src/api.rs:61:14"));
    let parent = ui.line("task 7 spawned by task 6 at");
    assert!(parent.contains("src/api.rs:30:14"), "{parent}");
    let first = ui.line("task 6 spawned at");
    assert!(first.contains("src/api.rs:31:14"), "{first}");
}

#[test]
fn on_a_small_screen_the_detail_has_most_of_the_room() {
    let mut ui = Ui::new(&produce().0);
    ui.act(&[Action::Down, Action::Beside]);
    let screen = ui.lines(80, 24).join("\n");
    for text in ["mpsc send  ", "shop::products", "spawned at", "Look at who"] {
        assert!(screen.contains(text), "{text} in\n{screen}");
    }
}

#[test]
fn a_deep_stack_leaves_room_for_the_rest_of_the_detail() {
    let mut frames = vec![LEAF];
    frames.extend((1..40).map(|line| ("shop::recurse", line, Own)));
    let (sample, _) = with_stack(&frames);
    let mut ui = Ui::new(&sample);
    ui.act(&[Action::Down, Action::Beside]);
    assert!(ui.shows("… and 33 more (d shows all)"));
    assert!(ui.shows("Look at who should receive"));
}

#[test]
fn the_whole_screen_is_for_stacks_that_can_be_scrolled() {
    let mut frames = vec![LEAF];
    frames.extend((1..40).map(|line| ("shop::recurse", line, Own)));
    let (sample, _) = with_stack(&frames);
    let mut ui = Ui::new(&sample);
    ui.act(&[Action::Down, Action::Stacks]);
    let top = ui.lines(80, 24).join("\n");
    assert!(top.contains("task 2 [mpsc send, 10s]"), "{top}");
    assert!(
        top.contains("src/api.rs:1:9") && !top.contains("src/api.rs:39:9"),
        "{top}"
    );
    ui.act(&[Action::Last]);
    let end = ui.lines(80, 24).join("\n");
    assert!(end.contains("src/api.rs:39:9"), "{end}");
    assert!(end.contains("spawned at"), "{end}");
    ui.act(&[Action::Up]);
    assert!(ui.lines(80, 24).join("\n").contains("src/api.rs:39:9"));
    ui.act(&[Action::Back]);
    assert!(ui.shows("STATE"));
}

#[test]
fn the_whole_screen_needs_no_selection_and_shows_all_frames_if_asked() {
    let mut ui = Ui::new(&produce().0);
    ui.act(&[Action::Stacks]);
    assert!(ui.shows("task 2 [mpsc send, 10s]"), "the first is taken");
    assert!(!ui.shows("tokio::send"));
    ui.act(&[Action::Frames]);
    assert!(ui.shows("tokio::send"));
    ui.act(&[Action::Stacks]);
    assert!(!ui.shows("task 2 [mpsc send, 10s]"));
}

#[test]
fn of_a_task_that_has_ended_who_spawned_it_is_left() {
    let (mut sample, stuck) = produce();
    let mut ui = Ui::new(&sample);
    ui.act(&[Action::Down, Action::Stacks]);
    sample.apply(taskmon_proto::v1::Page {
        removed_tasks: vec![stuck.0],
        ..Default::default()
    });
    ui.update(&sample);
    assert!(ui.shows("task 2 has ended"));
    assert!(ui.shows("spawned at  src/api.rs:61:14"));
}

#[test]
fn on_a_narrow_screen_places_are_below_their_functions() {
    let name = "shop::a_module_with_a_long_name::and_a_function_in_it";
    let (sample, _) = with_stack(&[LEAF, (name, 41, Own)]);
    let mut ui = Ui::new(&sample);
    ui.act(&[Action::Stacks]);
    let lines = ui.lines(60, 24);
    let at = lines.iter().position(|line| line.contains(name)).unwrap();
    assert!(
        lines[at + 1].starts_with("    src/api.rs:41:9"),
        "{lines:?}"
    );
}

#[test]
fn what_a_program_calls_its_functions_does_nothing_to_the_screen() {
    let evil = "\u{1b}[31mevil\r\n\u{202e}";
    let (sample, _) = with_stack(&[LEAF, (evil, 41, Own)]);
    for action in [Action::Beside, Action::Stacks] {
        let mut ui = Ui::new(&sample);
        ui.act(&[Action::Down, action]);
        let screen = ui.lines(140, 40).concat();
        assert!(screen.contains(r"\u{1b}[31mevil"), "{screen}");
        assert!(!screen.chars().any(is_harmful));
    }
}

#[test]
fn what_has_no_stack_for_want_of_room_or_time_is_said() {
    let (mut sample, _) = produce();
    let mut ui = Ui::new(&sample);
    assert!(!ui.shows("found no room") && !ui.shows("to save time"));
    sample.model.totals.stacks_unrecorded = 7;
    sample.model.totals.stacks_over_budget = 9;
    let mut ui = Ui::new(&sample);
    ui.line("the stacks of 7 waits found no room");
    ui.line("of 9 waits no stack was taken, to save time");
}
