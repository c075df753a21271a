//! Trees of tasks.

use std::sync::{Arc, Mutex};

use super::super::super::super::targets::{Pictures, Source, Targets};
use super::super::choice::{Choice, Sort};
use super::super::columns::ColumnName;
use super::super::order::rows;
use super::Folds;
use crate::client::{Link, Picture};
use crate::filter::{Filter, Subject};
use crate::model::sample::Sample;
use crate::model::{TaskKey, WaitKind};
use crate::rules::AlertBook;

fn pictures(sample: &Sample) -> Pictures {
    let mut alerts = AlertBook::default();
    alerts.update(&sample.model);
    let picture = Picture {
        model: sample.model.clone().into(),
        alerts: alerts.into(),
        link: Link::Live,
        version: 1,
    };
    let source = Source {
        name: "shop:6669".to_owned(),
        picture: Arc::new(Mutex::new(picture)),
        inspector: None,
    };
    Targets::new(vec![source]).pictures().clone()
}

/// Tasks with these numbers, each spawned by that of the other number, if it is not 0.
fn family(spawned: &[(u64, u64)]) -> Sample {
    let mut sample = Sample::new();
    let keys: Vec<(u64, TaskKey)> = spawned
        .iter()
        .map(|(id, _)| (*id, sample.task(*id)))
        .collect();
    let key = |id: u64| keys.iter().find(|(it, _)| *it == id).map(|(_, key)| *key);
    for (id, by) in spawned {
        let task = sample.model.tasks.get_mut(&key(*id).unwrap()).unwrap();
        task.spawner = key(*by);
    }
    sample
}

fn choice(filter: &str, folds: Folds) -> Choice {
    Choice {
        filter: Filter::parse(Subject::Tasks, filter).unwrap(),
        sort: Sort {
            column: ColumnName::Id,
            reversed: true,
        },
        tree: Some(folds),
    }
}

/// A row in a line: `  7 +3` has one spawner above it and three tasks below, which are
/// not shown.
fn tree(sample: &Sample, choice: &Choice) -> Vec<String> {
    let pictures = pictures(sample);
    let rows = rows(&pictures, choice);
    let lines = rows.tasks.iter().zip(&rows.branches);
    lines
        .map(|(task, branch)| {
            let id = pictures.task(*task).unwrap().1.tokio_id;
            let indent = " ".repeat(branch.depth.into());
            let folded = match branch.is_open || branch.below == 0 {
                true => String::new(),
                false => format!(" +{}", branch.below),
            };
            let context = if branch.is_context { " above" } else { "" };
            format!("{indent}{id}{folded}{context}")
        })
        .collect()
}

#[test]
fn tasks_are_below_those_that_spawned_them_and_folded_from_some_depth_on() {
    let sample = family(&[(1, 0), (2, 1), (3, 2), (4, 3), (5, 4), (6, 1), (7, 0)]);
    let by_itself = tree(&sample, &choice("", Folds::default()));
    assert_eq!(by_itself, ["1", " 2", "  3 +2", " 6", "7"]);
    let mut folds = Folds::default();
    folds.turn_all();
    let open = tree(&sample, &choice("", folds));
    assert_eq!(open, ["1", " 2", "  3", "   4", "    5", " 6", "7"]);
}

#[test]
fn one_task_is_unfolded_and_folded_again_while_others_come() {
    let mut sample = family(&[(1, 0), (2, 1), (3, 2), (4, 3)]);
    let pictures = pictures(&sample);
    let task = |id| {
        let mut all = pictures.every_task();
        let found = all.find(|(_, _, task)| task.tokio_id == id);
        found.map(|(key, ..)| key).unwrap()
    };
    let mut folds = Folds::default();
    folds.turn(task(3));
    folds.turn(task(1));
    assert_eq!(tree(&sample, &choice("", folds.clone())), ["1 +3"]);
    folds.turn(task(1));
    let new = sample.task(9);
    sample.model.tasks.get_mut(&new).unwrap().spawner = Some(task(3).key);
    let open = tree(&sample, &choice("", folds));
    assert_eq!(open, ["1", " 2", "  3", "   4", "   9"]);
}

#[test]
fn what_a_filter_shows_is_seen_with_who_spawned_it() {
    let sample = family(&[(1, 0), (2, 1), (3, 2), (4, 3), (5, 4), (6, 0)]);
    let found = tree(&sample, &choice("id:5", Folds::default()));
    assert_eq!(
        found,
        ["1 above", " 2 above", "  3 above", "   4 above", "    5"]
    );
    let pictures = pictures(&sample);
    assert_eq!(
        rows(&pictures, &choice("id:5", Folds::default())).matches,
        1
    );
}

#[test]
fn a_task_whose_spawner_has_ended_is_a_root() {
    let mut sample = family(&[(1, 0), (2, 1), (3, 2)]);
    let two = sample.model.tasks.values().find(|task| task.tokio_id == 2);
    let two = two.unwrap().key;
    sample.model.tasks.remove(&two);
    assert_eq!(tree(&sample, &choice("", Folds::default())), ["1", "3"]);
}

#[test]
fn tasks_that_claim_to_have_spawned_each_other_are_shown_once() {
    let sample = family(&[(1, 3), (2, 1), (3, 2), (4, 4), (5, 4)]);
    let mut folds = Folds::default();
    folds.turn_all();
    let mut rows = tree(&sample, &choice("", folds));
    rows.sort();
    assert_eq!(rows.len(), 5, "{rows:?}");
}

#[test]
fn a_deep_chain_is_no_deeper_than_the_memory() {
    let chain: Vec<(u64, u64)> = (1..=5_000).map(|id| (id, id - 1)).collect();
    let sample = family(&chain);
    let mut folds = Folds::default();
    folds.turn_all();
    assert_eq!(tree(&sample, &choice("", folds)).len(), 5_000);
    let folded = tree(&sample, &choice("", Folds::default()));
    assert_eq!(folded, ["1", " 2", "  3 +4997"]);
}

#[test]
fn where_to_look_comes_first_though_it_is_folded() {
    let mut sample = family(&[(1, 0), (2, 0), (3, 2), (4, 3), (5, 4)]);
    let five = sample.model.tasks.values().find(|task| task.tokio_id == 5);
    let five = five.unwrap().key;
    sample.wait(five, WaitKind::MpscSend, 90);
    let by_interest = Choice {
        sort: Sort::default(),
        ..choice("", Folds::default())
    };
    assert_eq!(tree(&sample, &by_interest), ["2", " 3", "  4 +1", "1"]);
    let pictures = pictures(&sample);
    let worst = rows(&pictures, &by_interest).branches;
    let worst: Vec<bool> = worst.iter().map(|branch| branch.worst.is_some()).collect();
    assert_eq!(worst, [false, false, true, false]);
}
