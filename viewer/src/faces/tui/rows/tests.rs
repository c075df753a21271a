//! Rows in order, few at once and many beside the UI.

use std::time::{Duration, Instant};

use super::super::columns::COLUMNS;
use super::{Choice, Filter, Orderer, Rows, Sort};
use crate::client::{Link, Picture};
use crate::model::sample::Sample;
use crate::model::{TaskKey, TaskState, WaitKind};
use crate::rules::AlertBook;

fn picture(sample: &Sample) -> Picture {
    let mut alerts = AlertBook::default();
    alerts.update(&sample.model);
    Picture {
        model: sample.model.clone().into(),
        alerts: alerts.into(),
        link: Link::Live,
        version: 1,
    }
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

fn by(title: &str) -> Sort {
    let titles = COLUMNS.iter().map(|column| column.shape.title);
    Sort {
        column: titles.into_iter().position(|it| it == title).unwrap(),
        reversed: false,
    }
}

fn wait_for_rows(orderer: &mut Orderer) -> Rows {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        if let Some(rows) = orderer.rows() {
            return rows;
        }
        assert!(Instant::now() < deadline, "no rows come");
        std::thread::yield_now();
    }
}

/// What [`Choice::Tasks`] gives, wherever it is put in order.
fn tasks(picture: &Picture, sort: Sort, filter: Option<Filter>) -> Vec<TaskKey> {
    let mut orderer = Orderer::default();
    let rows = orderer.order(picture, Choice::Tasks(sort, filter));
    let rows = rows.unwrap_or_else(|| wait_for_rows(&mut orderer));
    assert!(orderer.has_given(orderer.asked()));
    match rows {
        Rows::Tasks(tasks) => tasks,
        Rows::Channels(_) => panic!("these are no tasks"),
    }
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
    let picture = picture(&sample);
    let sorted = |title| tasks(&picture, by(title), None);
    assert_eq!(sorted(""), [three, one, two], "errors, warnings, the rest");
    assert_eq!(sorted("STATE"), [one, two, three]);
    assert_eq!(sorted("WAIT"), [one, three, two]);
    assert_eq!(sorted("FOR"), [two, three, one]);
    assert_eq!(sorted("ID"), [three, two, one]);
    assert_eq!(sorted("NAME"), [three, one, two]);
    assert_eq!(sorted("POLLS"), [two, three, one]);
    assert_eq!(sorted("BUSY"), [one, two, three], "its poll lasts");
    assert_eq!(sorted("SPAWNED AT"), [one, two, three]);
    let reversed = Sort {
        reversed: true,
        ..by("NAME")
    };
    assert_eq!(tasks(&picture, reversed, None), [two, one, three]);
}

#[test]
fn many_rows_come_in_the_same_order_as_few() {
    let (sample, all) = many();
    let picture = picture(&sample);
    let rows = tasks(&picture, by("FOR"), None);
    assert_eq!(rows.len(), all.len());
    let longest: Vec<_> = all.iter().step_by(2).take(99).rev().copied().collect();
    assert_eq!(rows[..99], longest);
}

#[test]
fn only_tasks_that_the_filter_shows_have_rows() {
    let (sample, _) = many();
    let picture = picture(&sample);
    let receive = Filter::new(|picture, task| picture.model.wait_text(task).is_some());
    assert_eq!(tasks(&picture, Sort::default(), Some(receive)).len(), 99);
    let none = Filter::new(|_, _| false);
    assert!(tasks(&picture, Sort::default(), Some(none)).is_empty());
}

#[test]
fn the_ui_goes_on_while_many_rows_are_put_in_order_and_gets_the_newest() {
    let (sample, _) = many();
    let picture = picture(&sample);
    let mut orderer = Orderer::default();
    for title in ["ID", "NAME", "WAIT", "FOR"] {
        let choice = Choice::Tasks(by(title), None);
        assert_eq!(orderer.order(&picture, choice), None);
        assert!(!orderer.has_given(orderer.asked()));
    }
    let mut last = wait_for_rows(&mut orderer);
    while !orderer.has_given(orderer.asked()) {
        last = wait_for_rows(&mut orderer);
    }
    orderer.let_go(picture.clone());
    assert_eq!(last, Rows::Tasks(tasks(&picture, by("FOR"), None)));
}

#[test]
fn rows_of_an_older_picture_do_not_replace_those_given_at_once() {
    let (sample, _) = many();
    let large = picture(&sample);
    let mut orderer = Orderer::default();
    let choice = || Choice::Tasks(Sort::default(), None);
    assert_eq!(orderer.order(&large, choice()), None);
    let mut small = Sample::new();
    let only = small.task(1);
    let rows = orderer.order(&picture(&small), choice());
    assert_eq!(rows, Some(Rows::Tasks(vec![only])));
    // What follows on the thread is done after what is still under way there.
    let none = Choice::Tasks(Sort::default(), Some(Filter::new(|_, _| false)));
    assert_eq!(orderer.order(&large, none), None);
    assert_eq!(wait_for_rows(&mut orderer), Rows::Tasks(Vec::new()));
}
