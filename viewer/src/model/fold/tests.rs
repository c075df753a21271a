//! What the model makes of pages, well made and otherwise.

use std::collections::HashSet;

use taskmon_proto::v1 as wire;

use super::FoldError;
use crate::model::{Model, Moment, ResourceKey, TaskKey, TaskState, WaitKey, WaitKind, Waiting};

pub(super) fn hello() -> wire::Hello {
    wire::Hello {
        process_name: "shop".into(),
        interval_millis: 1_000,
        instance: 1,
        ..wire::Hello::default()
    }
}

pub(super) fn model() -> Model {
    let mut model = Model::default();
    model.apply_hello(hello()).unwrap();
    model
}

/// The only page of a snapshot.
pub(super) fn snapshot() -> wire::Page {
    wire::Page {
        reset: true,
        ..difference()
    }
}

/// The only page of a difference.
pub(super) fn difference() -> wire::Page {
    wire::Page {
        tick: 1,
        last: true,
        ..wire::Page::default()
    }
}

pub(super) fn task(key: u64) -> wire::Task {
    wire::Task {
        key,
        info: Some(wire::TaskInfo {
            tokio_id: key,
            ..wire::TaskInfo::default()
        }),
        state: wire::TaskState::Waiting.into(),
        ..wire::Task::default()
    }
}

pub(super) fn wait(key: u64, task: u64, resource: u64) -> wire::Wait {
    wire::Wait {
        key,
        task,
        resource,
        kind: wire::WaitKind::MpscSend.into(),
        ..wire::Wait::default()
    }
}

pub(super) fn resource(key: u64) -> wire::Resource {
    wire::Resource {
        key,
        info: Some(wire::ResourceInfo {
            kind: wire::ResourceKind::Mpsc.into(),
            serial: key,
            ..wire::ResourceInfo::default()
        }),
        ..wire::Resource::default()
    }
}

/// Each wait is listed once by its task and once by its resource if that is
/// known, and nothing else is listed.
pub(super) fn assert_consistent(model: &Model) {
    let mut listed = HashSet::new();
    for task in model.tasks.values() {
        for key in &task.waits {
            assert_eq!(model.waits[key].task, task.key);
            assert!(listed.insert(*key), "{key:?} is listed twice");
        }
    }
    assert_eq!(listed.len(), model.waits.len());
    let mut listed = HashSet::new();
    for resource in model.resources.values() {
        let kinds = || resource.waits.iter().map(|key| &model.waits[key].kind);
        let senders = kinds().filter(|kind| **kind == WaitKind::MpscSend).count();
        let for_lock = kinds().filter(|kind| kind.is_lock()).count();
        assert_eq!(resource.waiting, Waiting { senders, for_lock });
        for key in &resource.waits {
            assert_eq!(model.waits[key].resource, Some(resource.key));
            assert!(listed.insert(*key), "{key:?} is listed twice");
        }
    }
    let on_known = model.waits.values().filter(|wait| {
        wait.resource
            .is_some_and(|it| model.resources.contains_key(&it))
    });
    assert_eq!(listed.len(), on_known.count());
}

#[test]
fn a_snapshot_is_whole_after_its_last_page() {
    let mut model = model();
    let first = wire::Page {
        last: false,
        tasks: vec![task(1)],
        ..snapshot()
    };
    assert_eq!(model.apply_page(first), Ok(false));
    assert!(!model.complete);
    let last = wire::Page {
        tasks: vec![task(2)],
        at_nanos: 7,
        ..difference()
    };
    assert_eq!(model.apply_page(last), Ok(true));
    assert!(model.complete);
    assert_eq!(model.tasks.len(), 2);
    assert_eq!(model.now, Moment::from_nanos(7));
    assert_eq!(model.oddities, 0);
}

#[test]
fn a_snapshot_without_an_end_is_refused() {
    let mut model = model();
    let part = || wire::Page {
        last: false,
        ..difference()
    };
    model.apply_page(snapshot()).unwrap();
    for _ in 0..super::limits::PAGES {
        assert_eq!(model.apply_page(part()), Ok(false));
    }
    let error = model.apply_page(part()).unwrap_err();
    assert!(
        error.to_string().contains("pages of one picture"),
        "{error}"
    );
}

#[test]
fn a_reset_voids_everything_but_texts() {
    let mut model = model();
    let page = wire::Page {
        texts: vec![text(1, "flume::Recv")],
        tasks: vec![task(1)],
        waits: vec![wait(1, 1, 1)],
        resources: vec![resource(1)],
        ..snapshot()
    };
    model.apply_page(page).unwrap();
    let page = wire::Page {
        tasks: vec![task(2)],
        waits: vec![wire::Wait {
            kind: wire::WaitKind::Other.into(),
            what_text: 1,
            ..wait(2, 2, 0)
        }],
        ..snapshot()
    };
    model.apply_page(page).unwrap();
    assert!(model.tasks.contains_key(&TaskKey(2)) && model.tasks.len() == 1);
    assert!(model.resources.is_empty());
    let kind = &model.waits[&WaitKey(2)].kind;
    assert_eq!(*kind, WaitKind::Other("flume::Recv".into()));
    assert_consistent(&model);
}

pub(super) fn text(number: u32, text: &str) -> wire::Text {
    wire::Text {
        number,
        text: text.into(),
    }
}

#[test]
fn a_wait_may_come_a_page_or_a_tick_before_its_task() {
    let mut model = model();
    let page = wire::Page {
        waits: vec![wait(1, 1, 5), wait(2, 2, 5)],
        last: false,
        ..snapshot()
    };
    model.apply_page(page).unwrap();
    let page = wire::Page {
        tasks: vec![task(1)],
        resources: vec![resource(5)],
        ..difference()
    };
    model.apply_page(page).unwrap();
    assert_eq!(model.tasks[&TaskKey(1)].waits, [WaitKey(1)]);
    assert_eq!(model.waits.len(), 1);
    assert_consistent(&model);
    let page = wire::Page {
        tasks: vec![task(2)],
        ..difference()
    };
    model.apply_page(page).unwrap();
    assert_eq!(model.tasks[&TaskKey(2)].waits, [WaitKey(2)]);
    assert_eq!(model.oddities, 0);
    assert_consistent(&model);
}

#[test]
fn a_wait_whose_task_never_comes_is_dropped_and_counted() {
    let mut model = model();
    let page = wire::Page {
        waits: vec![wait(1, 1, 0)],
        ..snapshot()
    };
    model.apply_page(page).unwrap();
    for _ in 0..3 {
        model.apply_page(difference()).unwrap();
    }
    assert_eq!(model.oddities, 1);
    let page = wire::Page {
        tasks: vec![task(1)],
        ..difference()
    };
    model.apply_page(page).unwrap();
    assert!(model.waits.is_empty());
}

#[test]
fn a_wait_that_moves_leaves_its_old_task_and_resource() {
    let mut model = model();
    let page = wire::Page {
        tasks: vec![task(1), task(2)],
        resources: vec![resource(1), resource(2)],
        waits: vec![wait(1, 1, 1), wait(2, 1, 1), wait(3, 1, 1)],
        ..snapshot()
    };
    model.apply_page(page).unwrap();
    let page = wire::Page {
        waits: vec![wait(1, 2, 2)],
        ..difference()
    };
    model.apply_page(page).unwrap();
    assert_eq!(model.tasks[&TaskKey(2)].waits, [WaitKey(1)]);
    assert_eq!(model.resources[&ResourceKey(2)].waits, [WaitKey(1)]);
    assert_eq!(model.waiting_on(&model.resources[&ResourceKey(1)]), 2);
    assert_consistent(&model);
}

#[test]
fn a_task_takes_its_waits_with_it() {
    let mut model = model();
    let page = wire::Page {
        tasks: vec![task(1), task(2)],
        resources: vec![resource(1)],
        waits: vec![wait(1, 1, 1), wait(2, 2, 1), wait(3, 1, 1)],
        ..snapshot()
    };
    model.apply_page(page).unwrap();
    let page = wire::Page {
        removed_tasks: vec![1],
        ..difference()
    };
    model.apply_page(page).unwrap();
    assert_eq!(model.resources[&ResourceKey(1)].waits, [WaitKey(2)]);
    assert_consistent(&model);
}

#[test]
fn what_was_removed_does_not_come_back_in_the_same_tick() {
    let mut model = model();
    let page = wire::Page {
        removed_tasks: vec![1],
        removed_waits: vec![2],
        removed_resources: vec![1],
        last: false,
        ..snapshot()
    };
    model.apply_page(page).unwrap();
    let page = wire::Page {
        tasks: vec![task(1), task(2)],
        waits: vec![wait(1, 1, 0), wait(2, 2, 0)],
        resources: vec![resource(1)],
        ..difference()
    };
    model.apply_page(page).unwrap();
    assert_eq!(model.tasks.len(), 1);
    assert!(model.waits.is_empty() && model.resources.is_empty());
    assert_eq!(model.oddities, 0);
}

#[test]
fn a_changed_task_keeps_its_info_and_its_waits() {
    let mut model = model();
    let page = wire::Page {
        tasks: vec![task(1)],
        waits: vec![wait(1, 1, 0)],
        ..snapshot()
    };
    model.apply_page(page).unwrap();
    let page = wire::Page {
        tasks: vec![wire::Task {
            info: None,
            state: wire::TaskState::Running.into(),
            polls: 9,
            ..task(1)
        }],
        ..difference()
    };
    model.apply_page(page).unwrap();
    let task = &model.tasks[&TaskKey(1)];
    assert_eq!((task.tokio_id, task.polls), (1, 9));
    assert_eq!(task.state, TaskState::Running);
    assert_eq!(task.waits, [WaitKey(1)]);
}

#[test]
fn references_to_nothing_are_counted_and_skipped() {
    let mut model = model();
    let page = wire::Page {
        tasks: vec![
            wire::Task {
                info: None,
                ..task(1)
            },
            task(0),
        ],
        resources: vec![wire::Resource {
            info: None,
            ..resource(1)
        }],
        spawn_sites: vec![wire::SpawnSite {
            location: 9,
            ..wire::SpawnSite::default()
        }],
        waits: vec![wait(0, 1, 1)],
        ..snapshot()
    };
    model.apply_page(page).unwrap();
    assert!(model.tasks.is_empty() && model.resources.is_empty() && model.sites.is_empty());
    assert!(model.oddities >= 5);
}

#[test]
fn a_clock_that_runs_backwards_is_not_followed() {
    let mut model = model();
    let at = |at_nanos| wire::Page {
        at_nanos,
        ..snapshot()
    };
    model.apply_page(at(100)).unwrap();
    model.apply_page(at(40)).unwrap();
    assert_eq!(model.now, Moment::from_nanos(100));
    assert_eq!(model.oddities, 1);
}

#[test]
fn only_the_last_ended_tasks_are_kept() {
    let mut model = model();
    let ended = |key| wire::EndedTask {
        task: Some(task(key)),
        end: wire::TaskEnd::Completed.into(),
        ended_at_nanos: key,
    };
    let page = wire::Page {
        ended_tasks: (1..=1_500).map(ended).collect(),
        ..snapshot()
    };
    model.apply_page(page).unwrap();
    assert_eq!(model.ended.len(), Model::ENDED_KEPT);
    assert_eq!(model.ended[0].task.tokio_id, 501);
}

#[test]
fn a_stream_that_breaks_the_contract_is_refused() {
    let mut stranger = Model::default();
    assert_eq!(stranger.apply_page(snapshot()), Err(FoldError::NoHello));
    assert_eq!(model().apply_page(difference()), Err(FoldError::NoSnapshot));
    assert_eq!(model().apply_hello(hello()), Err(FoldError::SecondHello));
}

#[test]
fn what_would_grow_without_bound_is_refused() {
    let refused = |page| {
        let error = model().apply_page(page).unwrap_err();
        assert!(matches!(error, FoldError::TooMuch { .. }), "{error}");
    };
    let long = "x".repeat(5_000);
    refused(wire::Page {
        texts: vec![text(1, &long)],
        ..snapshot()
    });
    let mut named = task(1);
    named.info.as_mut().unwrap().name = long.clone();
    refused(wire::Page {
        tasks: vec![named],
        ..snapshot()
    });
    refused(wire::Page {
        resources: vec![wire::Resource {
            attributes: vec![wire::Attribute::default(); 65],
            ..resource(1)
        }],
        ..snapshot()
    });
    let hello = wire::Hello {
        missing: vec![long],
        ..hello()
    };
    assert!(Model::default().apply_hello(hello).is_err());
}
