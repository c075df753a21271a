//! A dump as it is read.

use taskmon_proto::v1::FrameOrigin::{self, Own, Runtime};
use taskmon_proto::v1::WaitKind as WireKind;

use super::*;
use crate::faces::order::by_interest;
use crate::model::sample::Sample;
use crate::model::{ResourceKind, StackCapture, TaskKey, TaskState, WaitKind};
use crate::rules::AlertBook;
use crate::words::plain::is_harmful;

type Frame = (&'static str, u32, FrameOrigin);

const LEAF: Frame = ("tokio::trace_leaf", 1, Runtime);
const SEND: Frame = ("tokio::sync::mpsc::Sender<T>::send", 9, Runtime);
const PRODUCER: Frame = ("shop::producer::new_producer", 41, Own);
const PRODUCTS: Frame = ("shop::api::products", 88, Own);

fn text(
    sample: &Sample,
    write: fn(&mut Vec<u8>, &Model, &[&Task], bool) -> io::Result<()>,
    all_frames: bool,
) -> String {
    let mut book = AlertBook::default();
    book.update(&sample.model);
    let mut out = Vec::new();
    let tasks = by_interest(&sample.model, &book);
    write(&mut out, &sample.model, &tasks, all_frames).unwrap();
    String::from_utf8(out).unwrap()
}

/// The dump without its title.
fn dump(sample: &Sample) -> String {
    let text = text(sample, tasks, false);
    text.split_once("\n\n").unwrap().1.to_owned()
}

fn grouped(sample: &Sample) -> String {
    let text = text(sample, groups, false);
    text.split_once("\n\n").unwrap().1.to_owned()
}

/// Task 4711 has waited to send for 90 seconds on a channel whose receiver, task
/// 4702, waits for a lock.
fn shop() -> (Sample, TaskKey) {
    let mut sample = Sample::new();
    sample.model.program.as_mut().unwrap().stack_capture = StackCapture::FramePointers;
    let receiver = sample.task(4702);
    sample.wait(receiver, WaitKind::MutexLock, 10);
    let channel = sample.resource(ResourceKind::Mpsc, 18);
    let known = sample.model.resources.get_mut(&channel).unwrap();
    known.capacity = Some(3);
    known.last_taker = Some(receiver);
    let producer = sample.task(4711);
    let stack = sample.stack(WireKind::MpscSend, &[LEAF, SEND, PRODUCER, PRODUCTS]);
    let wait = sample.wait_on(producer, WaitKind::MpscSend, 11, channel);
    sample.stack_of(wait, stack);
    let task = sample.model.tasks.get_mut(&producer).unwrap();
    task.name = "newProducer".into();
    task.spawner = Some(receiver);
    (sample, producer)
}

#[test]
fn a_task_is_shown_with_its_wait_its_stack_and_who_spawned_it() {
    let (sample, _) = shop();
    let expected = "\
task 4702 [mutex lock, 1m30s]
  no stack was taken
  spawned at  src/api.rs:61:14, 1m40s ago

task 4711 \"newProducer\" [mpsc send, 1m29s]  waiting on channel ch#18 (3/3 full, 1 sender \
waiting), receiver: task 4702 [mutex lock, 1m30s], nothing was ever received
  shop::producer::new_producer  src/api.rs:41:9
  shop::api::products           src/api.rs:88:9
  spawned by task 4702 at       src/api.rs:61:14, 1m40s ago
";
    assert_eq!(dump(&sample), expected);
}

#[test]
fn the_title_says_of_what_and_when_it_is() {
    let (mut sample, _) = shop();
    let program = sample.model.program.as_mut().unwrap();
    program.name = "shop".into();
    program.pid = 4242;
    program.host = "web-1".into();
    let text = text(&sample, tasks, false);
    let title = "2 tasks in shop (pid 4242) on web-1, 1970-01-01T00:01:40.000Z\n\n";
    assert!(text.starts_with(title), "{text}");
}

#[test]
fn all_frames_are_shown_to_those_who_ask() {
    let (sample, _) = shop();
    let all = text(&sample, tasks, true);
    for (function, ..) in [LEAF, SEND, PRODUCER, PRODUCTS] {
        assert!(all.contains(function), "{function} in\n{all}");
    }
}

#[test]
fn a_select_shows_each_wait_and_the_frames_they_share_once() {
    let (mut sample, producer) = shop();
    let frames = [LEAF, ("shop::producer::pause", 50, Own), PRODUCTS];
    let stack = sample.stack(WireKind::Sleep, &frames);
    sample.waker_wait(producer, stack, 99, 1);
    let dump = dump(&sample);
    let expected = "\
task 4711 \"newProducer\" [select(mpsc send | sleep), 1m29s]
  mpsc send for 1m29s on channel ch#18 (3/3 full, 1 sender waiting), receiver: task 4702 [mutex \
lock, 1m30s], nothing was ever received
    shop::producer::new_producer  src/api.rs:41:9
  sleep for 1s
    shop::producer::pause         src/api.rs:50:9
  called from
    shop::api::products           src/api.rs:88:9
  spawned by task 4702 at         src/api.rs:61:14, 1m40s ago
";
    assert!(dump.contains(expected), "{dump}");
}

#[test]
fn two_waits_in_one_function_each_keep_it() {
    let (mut sample, producer) = shop();
    let stack = sample.stack(WireKind::Sleep, &[LEAF, PRODUCER, PRODUCTS]);
    sample.waker_wait(producer, stack, 99, 1);
    let dump = dump(&sample);
    assert_eq!(dump.matches(PRODUCER.0).count(), 2, "{dump}");
    assert_eq!(dump.matches(PRODUCTS.0).count(), 1, "{dump}");
}

#[test]
fn a_task_without_a_stack_says_why() {
    let (mut sample, producer) = shop();
    sample.model.tasks.get_mut(&producer).unwrap().thread = Some("worker-1".into());
    sample.state(producer, TaskState::Running);
    assert!(dump(&sample).contains("[running, 0]\n  no stack while it runs, on worker-1\n"));
    sample.state(producer, TaskState::Scheduled);
    assert!(dump(&sample).contains("[scheduled, 0]\n  not polled yet\n"));
    sample.model.tasks.get_mut(&producer).unwrap().polls = 1;
    assert!(dump(&sample).contains("  no stack: it is about to run\n"));
    sample.model.program.as_mut().unwrap().stack_capture = StackCapture::Off;
    assert!(dump(&sample).contains("  no stack: the program takes none\n"));
}

#[test]
fn tasks_that_are_stuck_come_first() {
    let (mut sample, producer) = shop();
    let key = sample.model.tasks[&producer].waits[0];
    sample.end_wait(key);
    let sleeper = sample.task(1);
    sample.wait(sleeper, WaitKind::Sleep, 1);
    assert!(dump(&sample).starts_with("task 4702 [mutex lock"));
}

#[test]
fn tasks_that_do_the_same_are_shown_once_with_their_count() {
    let mut sample = Sample::new();
    let stack = sample.stack(WireKind::MpscSend, &[LEAF, SEND, PRODUCER, PRODUCTS]);
    let sleeper = sample.task(1);
    sample.wait(sleeper, WaitKind::Sleep, 1);
    for id in 10..22 {
        let task = sample.task_at(id, if id < 20 { 61 } else { 62 });
        sample.waker_wait(task, stack, 97 - id, 1);
    }
    let expected = "\
12 tasks [mpsc send, 13s to 24s]
  for example task 21, task 20, task 19
  shop::producer::new_producer  src/api.rs:41:9
  shop::api::products           src/api.rs:88:9
  10 spawned at                 src/api.rs:61:14
  2 spawned at                  src/api.rs:62:14

1 task [sleep, 1m39s]
  task 1
  no stack: the program takes none
  spawned at  src/api.rs:61:14
";
    assert_eq!(grouped(&sample), expected);
}

#[test]
fn a_group_on_one_channel_names_it_and_one_on_several_does_not() {
    let (mut sample, producer) = shop();
    let wait = sample.model.tasks[&producer].waits[0];
    let stack = sample.model.waits[&wait].stack.clone().unwrap().number;
    let channel = sample.model.waits[&wait].resource.unwrap();
    let other = sample.resource(ResourceKind::Mpsc, 19);
    let mut add = |id, channel| {
        let task = sample.task(id);
        let wait = sample.wait_on(task, WaitKind::MpscSend, 50, channel);
        sample.stack_of(wait, stack);
        grouped(&sample)
    };
    let one = add(4712, channel);
    assert!(one.starts_with("2 tasks [mpsc send, 50s to 1m29s]  waiting on channel ch#18 (3/3"));
    let several = add(4713, other);
    assert!(several.starts_with("3 tasks [mpsc send, 50s to 1m29s]\n"));
}

#[test]
fn a_group_of_selects_shows_the_range_of_each_wait() {
    let mut sample = Sample::new();
    for (id, sleep) in [(1, 99), (2, 97)] {
        let task = sample.task(id);
        sample.wait(task, WaitKind::MpscSend, 10);
        sample.wait(task, WaitKind::Sleep, sleep);
    }
    let grouped = grouped(&sample);
    assert!(grouped.starts_with("2 tasks [select(mpsc send | sleep), 1m30s]\n"));
    assert!(grouped.contains("\n  sleep for 1s to 3s\n"), "{grouped}");
}

#[test]
fn what_a_program_calls_its_things_does_nothing_to_a_terminal() {
    let (mut sample, producer) = shop();
    let evil = "\u{1b}]0;owned\u{7}\u{9b}2J\u{202e}\n\r";
    let task = sample.model.tasks.get_mut(&producer).unwrap();
    task.name = evil.into();
    let wait = task.waits[0];
    let stack = sample.stack(WireKind::MpscSend, &[(evil, 1, Runtime), (evil, 2, Own)]);
    sample.stack_of(wait, stack);
    sample.model.program.as_mut().unwrap().name = evil.into();
    for write in [tasks, groups] {
        for all_frames in [false, true] {
            let text = text(&sample, write, all_frames);
            assert!(text.contains(r"\u{1b}]0;owned"), "{text}");
            assert!(
                !text.chars().any(|c| c != '\n' && is_harmful(c)),
                "{text:?}"
            );
        }
    }
}
