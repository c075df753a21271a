//! What is known of a task after some pictures.

use std::time::Duration;

use taskmon_proto::v1 as wire;

use super::{Stretch, Timeline};
use crate::model::sample::Sample;
use crate::model::{Model, Moment, TaskKey, TaskState};

fn sample(bytes: usize) -> Sample {
    let mut sample = Sample::new();
    sample.model.timeline = Timeline::new(bytes, Duration::from_secs(600));
    sample.pass(1);
    sample
}

fn second(seconds: f64) -> Moment {
    Moment::from_nanos((seconds * 1e9) as u64)
}

/// A picture at `at` seconds in which `task` has been in `state` since `since`, and has
/// run and been scheduled for so many seconds in all.
fn change(
    sample: &mut Sample,
    task: TaskKey,
    at: f64,
    state: wire::TaskState,
    (since, busy, scheduled): (f64, f64, f64),
) {
    sample.apply(wire::Page {
        at_nanos: second(at).nanos(),
        tasks: vec![wire::Task {
            key: task.0,
            state: state.into(),
            state_since_nanos: second(since).nanos(),
            busy_nanos: second(busy).nanos(),
            scheduled_nanos: second(scheduled).nanos(),
            ..wire::Task::default()
        }],
        ..wire::Page::default()
    });
}

fn stretches(model: &Model, task: TaskKey) -> Vec<Stretch> {
    let timeline = model.task_timeline(&model.tasks[&task], None).unwrap();
    let stretches = timeline.stretches;
    assert_eq!(stretches.first().unwrap().from, timeline.since);
    assert_eq!(stretches.last().unwrap().to, model.now);
    assert!(stretches.windows(2).all(|pair| pair[0].to == pair[1].from));
    stretches
}

#[test]
fn between_changes_a_task_goes_on_with_what_it_does() {
    use wire::TaskState::{Running, Waiting};
    let mut sample = sample(1 << 20);
    let task = sample.task(1);
    sample.pass(9);
    // It is 110 s.
    change(&mut sample, task, 112.0, Waiting, (111.9, 0.5, 1.0));
    sample.pass(8);
    change(&mut sample, task, 121.0, Running, (120.5, 0.5, 1.0));
    sample.pass(4);
    let seen: Vec<_> = stretches(&sample.model, task)
        .iter()
        .map(|it| {
            (
                it.to.since_zero().as_secs(),
                it.running,
                it.scheduled,
                it.state,
            )
        })
        .collect();
    let quarter = 16.0 / 63.0;
    let half = 32.0 / 63.0;
    assert_eq!(
        seen,
        [
            (110, 0.0, 0.0, TaskState::Waiting),
            (112, quarter, half, TaskState::Waiting),
            (120, 0.0, 0.0, TaskState::Waiting),
            (121, half, 0.0, TaskState::Running),
            (125, 1.0, 0.0, TaskState::Running),
        ]
    );
}

#[test]
fn a_poll_that_lasts_is_counted_where_it_lasted() {
    let mut sample = sample(1 << 20);
    let task = sample.task(1);
    change(
        &mut sample,
        task,
        110.0,
        wire::TaskState::Running,
        (105.0, 0.0, 0.0),
    );
    // Five of its fifteen seconds were before the last picture.
    change(
        &mut sample,
        task,
        130.0,
        wire::TaskState::Waiting,
        (120.0, 15.0, 0.0),
    );
    let last = *stretches(&sample.model, task).last().unwrap();
    assert_eq!(last.running, 32.0 / 63.0);
}

#[test]
fn without_room_for_all_it_goes_back_less_far_and_says_so() {
    let mut sample = sample(3 * super::COPIED * 16);
    let tasks = [1, 2].map(|id| sample.task(id));
    let began = sample.model.timeline.since().unwrap();
    for number in 1..10 * super::COPIED {
        let at = 101.0 + number as f64 / 10.0;
        change(
            &mut sample,
            tasks[0],
            at,
            wire::TaskState::Waiting,
            (at, 0.0, 0.0),
        );
        // What is shared is not written to.
        drop(sample.model.share());
    }
    let timeline = &sample.model.timeline;
    assert!(timeline.bytes() <= 3 * super::COPIED * 16);
    assert!(timeline.since().unwrap() > began);
    for task in tasks {
        assert_eq!(
            stretches(&sample.model, task)[0].from,
            timeline.since().unwrap()
        );
    }
}

#[test]
fn it_reaches_back_for_some_minutes() {
    let mut sample = sample(1 << 20);
    let task = sample.task(1);
    change(
        &mut sample,
        task,
        110.0,
        wire::TaskState::Lost,
        (110.0, 0.0, 0.0),
    );
    sample.pass(2_000);
    let since = sample.model.timeline.since().unwrap();
    assert_eq!(sample.model.now.since(since), Duration::from_secs(600));
    let stretches = stretches(&sample.model, task);
    assert_eq!(stretches.len(), 1);
    assert_eq!(stretches[0].state, TaskState::Lost);
    assert_eq!(sample.model.timeline.bytes(), 0);
}

#[test]
fn what_is_shared_stands_still_and_a_reset_forgets() {
    let mut sample = sample(1 << 20);
    let task = sample.task(1);
    change(
        &mut sample,
        task,
        110.0,
        wire::TaskState::Running,
        (109.0, 0.0, 0.0),
    );
    let shared = sample.model.share();
    let was = stretches(&shared, task);
    change(
        &mut sample,
        task,
        120.0,
        wire::TaskState::Waiting,
        (119.0, 10.0, 0.0),
    );
    assert_eq!(stretches(&shared, task), was);
    sample.apply(wire::Page {
        reset: true,
        ..wire::Page::default()
    });
    assert_eq!(sample.model.timeline.since(), Some(sample.model.now));
}

#[test]
fn a_task_that_ended_stays_readable_and_nothing_is_logged_unless_asked() {
    let mut sample = sample(1 << 20);
    let task = sample.task(1);
    change(
        &mut sample,
        task,
        110.0,
        wire::TaskState::Running,
        (109.0, 0.0, 0.0),
    );
    let last = sample.model.tasks[&task].clone();
    sample.apply(wire::Page {
        at_nanos: second(112.0).nanos(),
        removed_tasks: vec![task.0],
        ..wire::Page::default()
    });
    sample.pass(10);
    let timeline = sample
        .model
        .task_timeline(&last, Some(second(111.0)))
        .unwrap();
    assert_eq!(timeline.stretches.last().unwrap().to, second(111.0));
    sample.model.timeline = Timeline::default();
    sample.pass(1);
    assert_eq!(sample.model.task_timeline(&last, None), None);
}
