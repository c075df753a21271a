//! Rows in order, few at once and many beside the UI.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::super::super::table::Orderer;
use super::super::super::targets::{Pictures, Source, Targets};
use super::order::{Rows, rows};
use super::{Choice, ColumnName, Sort};
use crate::client::{Link, Picture};
use crate::filter::{Filter, Subject};
use crate::model::sample::Sample;
use crate::model::{TaskKey, TaskState, WaitKind};
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
    Targets::new(vec![Source {
        name: "shop:6669".to_owned(),
        picture: Arc::new(Mutex::new(picture)),
        inspector: None,
    }])
    .pictures()
    .clone()
}

/// As many tasks as are not put in order at once, of which every second has waited
/// to receive for longer than the one before.
fn many() -> (Sample, Vec<TaskKey>) {
    let mut sample = Sample::new();
    let tasks: Vec<_> = (0..3_000).map(|id| sample.task(id)).collect();
    for (since, task) in (0..99).rev().zip(tasks.iter().step_by(2)) {
        sample.wait(*task, WaitKind::MpscRecv, since);
    }
    (sample, tasks)
}

fn wait_for_rows(orderer: &mut Orderer<Rows>) -> Vec<TaskKey> {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        if let Some(rows) = orderer.rows() {
            return keys(&rows);
        }
        assert!(Instant::now() < deadline, "no rows come");
        std::thread::yield_now();
    }
}

fn keys(rows: &Rows) -> Vec<TaskKey> {
    assert_eq!(rows.matches, rows.tasks.len());
    rows.tasks.iter().map(|row| row.key).collect()
}

/// Has the tasks put in order, at once if there are few.
fn order(
    orderer: &mut Orderer<Rows>,
    pictures: &Pictures,
    sort: Sort,
    filter: &str,
) -> Option<Vec<TaskKey>> {
    let choice = Choice {
        filter: Filter::parse(Subject::Tasks, filter).unwrap(),
        sort,
        tree: None,
    };
    let choose = move |pictures: &Pictures| rows(pictures, &choice);
    let rows = orderer.order(pictures, pictures.tasks(), choose);
    rows.as_ref().map(keys)
}

/// What is given, wherever it is put in order.
fn tasks(pictures: &Pictures, sort: Sort, filter: &str) -> Vec<TaskKey> {
    let mut orderer = Orderer::default();
    let rows = order(&mut orderer, pictures, sort, filter);
    let rows = rows.unwrap_or_else(|| wait_for_rows(&mut orderer));
    assert!(orderer.has_given(orderer.asked()));
    rows
}

#[test]
fn each_column_puts_the_tasks_in_the_order_of_what_it_shows() {
    let mut sample = Sample::new();
    let ids = [2, 1, 3].map(|id| (id, sample.task_at(id, 60 + id as u32)));
    let [two, one, three] = ids.map(|(_, task)| task);
    sample.wait(two, WaitKind::Sleep, 50);
    sample.wait(three, WaitKind::MpscSend, 70);
    for (task, name, polls) in [(one, "b", 7), (two, "c", 9), (three, "a", 8)] {
        let task = sample.model.tasks.get_mut(&task).unwrap();
        (task.name, task.polls) = (name.into(), polls);
        task.busy = Duration::from_secs(polls);
    }
    sample.state(one, TaskState::Running);
    sample.pass(5);
    let pictures = pictures(&sample);
    let sorted = |column| tasks(&pictures, Sort::by(column), "");
    assert_eq!(
        sorted(ColumnName::Alert),
        [three, one, two],
        "errors, warnings, the rest"
    );
    assert_eq!(sorted(ColumnName::State), [one, two, three]);
    assert_eq!(sorted(ColumnName::Wait), [one, three, two]);
    assert_eq!(sorted(ColumnName::For), [two, three, one]);
    assert_eq!(sorted(ColumnName::Id), [three, two, one]);
    assert_eq!(sorted(ColumnName::Name), [three, one, two]);
    assert_eq!(sorted(ColumnName::Polls), [two, three, one]);
    assert_eq!(
        sorted(ColumnName::Busy),
        [one, two, three],
        "its poll lasts"
    );
    assert_eq!(sorted(ColumnName::SpawnedAt), [one, two, three]);
    let reversed = Sort {
        reversed: true,
        ..Sort::by(ColumnName::Name)
    };
    assert_eq!(tasks(&pictures, reversed, ""), [two, one, three]);
}

#[test]
fn many_rows_come_in_the_same_order_as_few() {
    let (sample, all) = many();
    let pictures = pictures(&sample);
    let rows = tasks(&pictures, Sort::by(ColumnName::For), "");
    assert_eq!(rows.len(), all.len());
    let longest: Vec<_> = all.iter().step_by(2).take(99).rev().copied().collect();
    assert_eq!(rows[..99], longest);
}

#[test]
fn only_tasks_that_the_filter_shows_have_rows() {
    let (sample, _) = many();
    let pictures = pictures(&sample);
    assert_eq!(tasks(&pictures, Sort::default(), "wait:recv").len(), 99);
    assert!(tasks(&pictures, Sort::default(), "wait:send").is_empty());
}

#[test]
fn the_ui_goes_on_while_many_rows_are_put_in_order_and_gets_the_newest() {
    let (sample, _) = many();
    let pictures = pictures(&sample);
    let mut orderer = Orderer::default();
    for column in [ColumnName::Id, ColumnName::Name, ColumnName::For] {
        assert_eq!(order(&mut orderer, &pictures, Sort::by(column), ""), None);
        assert!(!orderer.has_given(orderer.asked()));
    }
    let mut last = wait_for_rows(&mut orderer);
    while !orderer.has_given(orderer.asked()) {
        last = wait_for_rows(&mut orderer);
    }
    assert_eq!(last, tasks(&pictures, Sort::by(ColumnName::For), ""));
}

#[test]
fn rows_of_older_pictures_do_not_replace_those_given_at_once() {
    let (sample, _) = many();
    let large = pictures(&sample);
    let mut orderer = Orderer::default();
    assert_eq!(order(&mut orderer, &large, Sort::default(), ""), None);
    let mut small = Sample::new();
    let only = small.task(1);
    let rows = order(&mut orderer, &pictures(&small), Sort::default(), "");
    assert_eq!(rows, Some(vec![only]));
    // What follows on the thread is done after what is still under way there.
    let none = order(&mut orderer, &large, Sort::default(), "name:none");
    assert_eq!(none, None);
    assert_eq!(wait_for_rows(&mut orderer), []);
}
