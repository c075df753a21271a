//! The lists as another program reads them.

use serde_json::{Value, json};
use taskmon_proto::v1::FrameOrigin::{Dependency, Own, Runtime};
use taskmon_proto::v1::WaitKind as WireKind;

use super::*;
use crate::faces::order::by_interest;
use crate::model::sample::Sample;
use crate::model::{ResourceKind, TaskKey, WaitKind};
use crate::rules::AlertBook;

/// Task 2 has waited to send on `ch#18` for ten seconds, and its receiver, task 1,
/// for a lock.
fn shop() -> (Sample, TaskKey) {
    let mut sample = Sample::new();
    let receiver = sample.task(1);
    sample.wait(receiver, WaitKind::MutexLock, 99);
    let channel = sample.resource(ResourceKind::Mpsc, 18);
    let known = sample.model.resources.get_mut(&channel).unwrap();
    known.capacity = Some(3);
    known.last_taker = Some(receiver);
    known.element_type = Some("shop::Product".into());
    let task = sample.task(2);
    let frames = [
        ("leaf", 1, Runtime),
        ("tokio::send", 2, Runtime),
        ("shop::produce", 41, Own),
        ("", 0, Dependency),
    ];
    let stack = sample.stack(WireKind::MpscSend, &frames);
    let wait = sample.wait_on(task, WaitKind::MpscSend, 90, channel);
    sample.stack_of(wait, stack);
    (sample, task)
}

fn book(sample: &Sample) -> AlertBook {
    let mut book = AlertBook::default();
    book.update(&sample.model);
    book
}

fn site() -> Value {
    json!({"file": "src/api.rs", "line": 41, "column": 9, "function": "shop::produce"})
}

fn functions(stack: &Value) -> Vec<&str> {
    let frames = stack.as_array().unwrap().iter();
    frames
        .map(|frame| frame["function"].as_str().unwrap())
        .collect()
}

fn tasks(sample: &Sample, all_frames: bool) -> Value {
    let book = book(sample);
    let shown = by_interest(&sample.model, &book);
    let list = TaskList::new("shop:80", &sample.model, &book, &shown, all_frames);
    serde_json::to_value(list).unwrap()
}

#[test]
fn a_wait_has_its_site_and_its_stack() {
    let (sample, _) = shop();
    let list = tasks(&sample, false);
    assert_eq!(list["version"], 1);
    assert_eq!(list["target"], "shop:80");
    let wait = &list["tasks"][0]["waits"][0];
    assert_eq!(wait["site"], site());
    assert_eq!(wait["count"], 1);
    assert_eq!(
        wait["stack"][0],
        json!({
            "function": "shop::produce",
            "file": "src/api.rs",
            "line": 41,
            "column": 9,
            "inlined": false,
            "origin": "own",
        })
    );
    let nameless = &wait["stack"][1];
    assert!(nameless["function"].as_str().unwrap().starts_with("0x"));
    assert_eq!(nameless["line"], Value::Null);
    assert_eq!(nameless["origin"], "dependency");
    let without = &list["tasks"][1]["waits"][0];
    assert_eq!(
        (&without["site"], &without["stack"]),
        (&Value::Null, &Value::Null)
    );
}

#[test]
fn the_frames_of_the_runtime_come_when_asked_for() {
    let (sample, _) = shop();
    let list = tasks(&sample, true);
    let stack = &list["tasks"][0]["waits"][0]["stack"];
    assert_eq!(
        functions(stack)[..3],
        ["leaf", "tokio::send", "shop::produce"]
    );
}

#[test]
fn a_very_deep_stack_is_cut() {
    let (mut sample, task) = shop();
    let frames = [("shop::recurse", 1, Own); 500];
    let stack = sample.stack(WireKind::Sleep, &frames);
    sample.waker_wait(task, stack, 1, 1);
    let depth = |all| {
        let list = tasks(&sample, all);
        list["tasks"][0]["waits"][0]["stack"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!((depth(false), depth(true)), (64, 500));
}

#[test]
fn an_alert_says_what_its_site_is_and_where_its_example_waits() {
    let (sample, _) = shop();
    let book = book(&sample);
    let list = AlertList::new("shop:80", &sample.model, &book, None);
    let list = serde_json::to_value(list).unwrap();
    let alert = &list["alerts"][0];
    assert_eq!(alert["site"], site());
    assert_eq!(alert["site_role"], "waits");
    assert_eq!(functions(&alert["example"]["stack"])[0], "shop::produce");
    assert_eq!(alert["example"]["spawned_at"]["line"], 61);
}

#[test]
fn groups_count_their_tasks() {
    let (sample, _) = shop();
    let shown = by_interest(&sample.model, &book(&sample));
    let list = GroupList::new("shop:80", &sample.model, &shown, false);
    let list = serde_json::to_value(list).unwrap();
    let group = &list["groups"][0];
    assert_eq!(group["tasks"], 1);
    assert_eq!(group["doing"], "mpsc send");
    assert_eq!(
        (&group["shortest_ms"], &group["longest_ms"]),
        (&json!(10_000), &json!(10_000))
    );
    assert_eq!(group["examples"], json!([2]));
    assert_eq!(group["waits"][0]["site"], site());
    assert_eq!(group["waits"][0]["resource"]["name"], "ch#18");
    assert_eq!(group["spawned_at"][0]["site"]["line"], 61);
    assert_eq!(group["spawned_at"][0]["tasks"], 1);
}

#[test]
fn waits_say_where_they_are_or_where_their_tasks_were_spawned() {
    let (sample, _) = shop();
    let list = serde_json::to_value(WaitList::new("shop:80", &sample.model)).unwrap();
    assert_eq!(
        list["waits"][0],
        json!({
            "kind": "mpsc send",
            "site": site(),
            "site_role": "waits",
            "waits": 1,
            "tasks": 1,
            "longest_ms": 10_000,
            "resources": ["ch#18"],
            "resource_count": 1,
        })
    );
    assert_eq!(list["waits"][1]["site_role"], "spawned");
    assert_eq!(list["waits"][1]["site"]["function"], Value::Null);
}

#[test]
fn a_channel_says_who_is_at_its_ends() {
    let (sample, _) = shop();
    let list = serde_json::to_value(ChannelList::new("shop:80", &sample.model)).unwrap();
    assert_eq!(
        list["channels"][0],
        json!({
            "name": "ch#18",
            "element_type": "shop::Product",
            "capacity": 3,
            "fill": "full",
            "senders_waiting": 1,
            "longest_wait_ms": 10_000,
            "receiver": {"task": 1, "name": "", "doing": "mutex lock, 1s"},
            "last_taken": null,
            "created": "1970-01-01T00:00:00.000Z",
            "created_at": null,
            "creator": null,
        })
    );
}
