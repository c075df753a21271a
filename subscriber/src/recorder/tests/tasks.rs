//! Tasks: what they are, how often they do what, and how they end.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;

use tokio::sync::{mpsc, oneshot};
use tokio::task::yield_now;

use super::{Tables, both_ways, on_one_thread, settle};
use crate::builder::Level;
use crate::recorder::{SpanKey, Table};
use crate::tables::{SlotKey, State, TaskEnd, TaskKind};

#[test]
fn a_task_is_told_by_what_spawned_it_and_where() {
    on_one_thread(Level::Tasks, |tables| async move {
        let line = line!() + 1;
        let parent = tokio::spawn(async {
            let child = tokio::spawn(std::future::pending::<()>());
            (child.id(), child)
        });
        let parent_id = parent.id();
        let (_, child) = parent.await.unwrap();
        let task = tables.task(&child);
        let ended = tables.ended(parent_id);
        assert_eq!(task.what.spawner, ended.task.key.to_wire());
        assert_eq!(task.what.spawner_tokio_id, ended.task.what.tokio_id);
        assert_eq!(task.what.kind, TaskKind::Task);
        assert!(ended.task.what.size > 0);
        let location = tables.0.locations.get(ended.task.what.location).unwrap();
        assert_eq!(location.line, line);
        assert_eq!(tables.0.texts.get(location.file), Some(file!()));
    });
}

#[test]
fn names_and_kinds_are_those_that_the_program_gave() {
    on_one_thread(Level::Tasks, |tables| async move {
        let named = tokio::task::Builder::new()
            .name("producer")
            .spawn(std::future::pending::<()>())
            .unwrap();
        let local = tokio::task::LocalSet::new();
        let local_task = local.spawn_local(std::future::pending::<()>());
        let (release, wait) = std::sync::mpsc::channel::<()>();
        let blocking = tokio::task::spawn_blocking(move || _ = wait.recv());
        let name = SlotKey::from_wire(tables.task(&named).what.name).unwrap();
        assert_eq!(
            tables.0.names.get(name).unwrap().get().to_text(),
            "producer"
        );
        assert_eq!(tables.task(&local_task).what.kind, TaskKind::Local);
        assert_eq!(tables.task(&blocking).what.kind, TaskKind::Blocking);
        let roots = tables.tasks();
        let root = roots
            .iter()
            .find(|task| task.what.kind == TaskKind::BlockOn);
        assert_eq!(root.unwrap().phase.state, State::Running);
        drop(release);
        blocking.await.unwrap();
    });
}

#[test]
fn polls_are_counted_without_the_drop() {
    on_one_thread(Level::Tasks, |tables| async move {
        let task = tokio::spawn(async {
            for _ in 0..5 {
                yield_now().await;
            }
        });
        let id = task.id();
        task.await.unwrap();
        let ended = tables.ended(id);
        assert_eq!(ended.task.polls, 6);
        assert_eq!(ended.task.wakes, 5);
        assert_eq!(ended.end, TaskEnd::Completed);
        assert!(ended.task.busy > 0 && ended.task.longest_poll <= ended.task.busy);
    });
}

#[test]
fn a_task_that_wakes_itself_is_told_from_one_that_is_woken() {
    on_one_thread(Level::Tasks, |tables| async move {
        let mut left = 3;
        let own = tokio::spawn(poll_fn(move |context| {
            if left == 0 {
                return Poll::Ready(());
            }
            left -= 1;
            context.waker().wake_by_ref();
            Poll::Pending
        }));
        let (wake, woken) = oneshot::channel::<()>();
        let other = tokio::spawn(async move { _ = woken.await });
        settle().await;
        wake.send(()).unwrap();
        let (own_id, other_id) = (own.id(), other.id());
        own.await.unwrap();
        other.await.unwrap();
        let (own, other) = (tables.ended(own_id), tables.ended(other_id));
        assert_eq!(
            (own.task.polls, own.task.wakes, own.task.self_wakes),
            (4, 3, 3)
        );
        assert_eq!(
            (other.task.polls, other.task.wakes, other.task.self_wakes),
            (2, 1, 0)
        );
    });
}

#[test]
fn from_the_fifth_poll_on_its_time_and_the_delay_before_it_are_counted() {
    on_one_thread(Level::Tasks, |tables| async move {
        let polls = |times: u32| {
            tokio::spawn(async move {
                for _ in 1..times {
                    yield_now().await;
                }
                std::future::pending::<()>().await;
            })
        };
        let (few, many) = (polls(4), polls(14));
        let long = tokio::spawn(async {
            settle().await;
            let begun = std::time::Instant::now();
            while begun.elapsed() < std::time::Duration::from_millis(3) {}
            std::future::pending::<()>().await;
        });
        settle().await;
        settle().await;
        let counts = |task| {
            let key = tables.task(task).key;
            let times = tables.0.recent_times.beside(key.index).unwrap();
            times.of(key.generation)
        };
        assert_eq!(counts(&few), None);
        let sums = counts(&many).unwrap();
        let sums = sums.map(|counts| counts.iter().map(|it| u32::from(*it)).sum::<u32>());
        assert_eq!(sums, [10, 10]);
        let [polls, _] = counts(&long).unwrap();
        // From two milliseconds, or longer on a busy machine.
        assert_eq!(polls[11..].iter().sum::<u8>(), 1, "{polls:?}");
    });
}

/// A task that was woken again in its last poll is dropped while it looks
/// scheduled: that is no poll either.
#[test]
fn a_wake_in_the_last_poll_does_not_make_the_drop_a_poll() {
    on_one_thread(Level::Tasks, |tables| async move {
        let task = tokio::spawn(poll_fn(|context| {
            context.waker().wake_by_ref();
            Poll::Ready(())
        }));
        let id = task.id();
        task.await.unwrap();
        let ended = tables.ended(id);
        assert_eq!(ended.task.polls, 1);
        assert_eq!(ended.end, TaskEnd::Completed);
        assert_eq!(tables.tasks().len(), 1, "the root is left");
    });
}

/// Someone may enter a task's span for a reason of their own, which looks as if its
/// future were dropped.
#[test]
fn a_task_that_only_seemed_to_end_is_counted_once() {
    on_one_thread(Level::Tasks, |tables| async move {
        let (wake, woken) = oneshot::channel::<()>();
        let task = tokio::spawn(async move { _ = woken.await });
        settle().await;
        let seen = tables.task(&task);
        let span = SpanKey::new(Table::Task, seen.key);
        tables.0.enter(span);
        tables.0.exit(span);
        assert_eq!(tables.task(&task).phase.state, State::Done);
        wake.send(()).unwrap();
        let id = task.id();
        task.await.unwrap();
        let ended = (tables.0.ended.oldest()..tables.0.ended.count())
            .filter_map(|number| tables.0.ended.get(number))
            .filter(|record| record.task.what.tokio_id.to_string() == id.to_string());
        let last = ended.max_by_key(|record| record.ended_at).unwrap();
        assert_eq!((last.task.polls, last.task.wakes), (2, 1));
        let location = tables.0.locations.get(last.task.what.location).unwrap();
        let site = &location.sites[last.task.what.kind as usize];
        let load = |count: &AtomicU64| count.load(Ordering::Relaxed);
        assert_eq!((load(&site.spawned), load(&site.cancelled)), (1, 0));
        assert_eq!((load(&site.completed), load(&site.polls)), (1, 2));
        assert_eq!((load(&site.wakes), load(&site.busy)), (1, last.task.busy));
    });
}

#[test]
fn how_a_task_ended_is_told() {
    on_one_thread(Level::Tasks, |tables| async move {
        let aborted = tokio::spawn(std::future::pending::<()>());
        let never_polled = tokio::spawn(std::future::pending::<()>());
        let panicked = tokio::spawn(async { panic!("as it should") });
        let ids = (aborted.id(), never_polled.id(), panicked.id());
        never_polled.abort();
        settle().await;
        aborted.abort();
        assert!(panicked.await.unwrap_err().is_panic());
        assert!(aborted.await.unwrap_err().is_cancelled());
        assert!(never_polled.await.unwrap_err().is_cancelled());
        assert_eq!(tables.ended(ids.0).end, TaskEnd::Cancelled);
        assert_eq!(tables.ended(ids.1).end, TaskEnd::Cancelled);
        assert_eq!(tables.ended(ids.1).task.polls, 0);
        assert_eq!(tables.ended(ids.2).end, TaskEnd::Panicked);
        assert_eq!(tables.ended(ids.2).task.polls, 1);
    });
}

#[test]
fn a_task_without_any_waker_is_told_from_one_that_can_be_woken() {
    on_one_thread(Level::Tasks, |tables| async move {
        let lost = tokio::spawn(std::future::pending::<()>());
        let (_open, waits) = mpsc::channel::<()>(1);
        let mut waits = waits;
        let waiting = tokio::spawn(async move { _ = waits.recv().await });
        settle().await;
        assert_eq!(tables.task(&lost).wakers, Some(0));
        assert_eq!(tables.task(&lost).phase.state, State::Waiting);
        assert_eq!(tables.task(&waiting).wakers, Some(1));
    });
}

/// A blocking task's span has the task that spawned it as its parent, which in a
/// Registry keeps that one's span open.
#[test]
fn a_task_is_over_when_its_future_is_dropped_and_not_when_its_span_closes() {
    on_one_thread(Level::Tasks, |tables| async move {
        let (release, wait) = std::sync::mpsc::channel::<()>();
        let parent =
            tokio::spawn(async move { (tokio::task::spawn_blocking(move || _ = wait.recv()),) });
        let id = parent.id();
        let (blocking,) = parent.await.unwrap();
        assert_eq!(tables.ended(id).end, TaskEnd::Completed);
        let live: Vec<_> = tables
            .tasks()
            .into_iter()
            .filter(|task| task.phase.state != State::Done)
            .map(|task| task.what.kind)
            .collect();
        assert_eq!(live.len(), 2, "{live:?}");
        drop(release);
        blocking.await.unwrap();
    });
}

/// Ids of spans are used again, slots are used again, and the counts are right.
#[test]
fn after_millions_of_short_tasks_the_counts_are_exact() {
    const ROUNDS: u64 = 15_000;
    const AT_ONCE: u64 = 100;
    for (dispatch, recorder) in both_ways(Level::Tasks) {
        tracing::dispatcher::with_default(&dispatch, || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            let tables = Tables(Arc::clone(&recorder));
            runtime.block_on(async {
                let kept: Vec<_> = (0..10)
                    .map(|_| tokio::spawn(std::future::pending::<()>()))
                    .collect();
                for _ in 0..ROUNDS {
                    let tasks: Vec<_> = (0..AT_ONCE).map(|_| tokio::spawn(yield_now())).collect();
                    for task in tasks {
                        task.await.unwrap();
                    }
                }
                let live = tables.tasks();
                assert_eq!(live.len(), kept.len() + 1);
                for task in &kept {
                    assert_eq!(tables.task(task).polls, 1);
                }
                drop(kept);
            });
            drop(runtime);
            let totals = &recorder.totals;
            let spawned = ROUNDS * AT_ONCE + 11;
            assert_eq!(totals.spawned.load(Ordering::Relaxed), spawned);
            assert_eq!(totals.ended.load(Ordering::Relaxed), spawned);
            assert_eq!(totals.unrecorded_tasks.load(Ordering::Relaxed), 0);
            assert_eq!(tables.tasks().len(), 0);
            assert!(recorder.tasks.high_water() <= 2 * AT_ONCE as u32);
        });
    }
}
