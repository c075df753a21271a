//! What the tables hold after real programs, with each way to install taskmon.

use std::future::{Future, poll_fn};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::Poll;
use std::time::Duration;

use tokio::sync::{Barrier, Mutex, RwLock, Semaphore, mpsc, oneshot};
use tokio::task::{JoinHandle, yield_now};
use tracing::Dispatch;
use tracing_subscriber::layer::{Layer, SubscriberExt};

use super::Recorder;
use crate::builder::Level;
use crate::collect::around::Around;
use crate::collect::layer::layer;
use crate::tables::{
    EndedRecord, OperationSnapshot, ResourceKind, ResourceSnapshot, SlotKey, State, TaskEnd,
    TaskKind, TaskSnapshot, WaitKind,
};

/// A subscriber with taskmon in it, both ways, and the recorder behind it.
fn both_ways(level: Level) -> [(Dispatch, Arc<Recorder>); 2] {
    let (around, plain) = (
        Arc::new(Recorder::new(level)),
        Arc::new(Recorder::new(level)),
    );
    let inner = tracing_subscriber::registry();
    let wrapped = Around::new(inner, Arc::clone(&around), Arc::default());
    let (layer, filter) = layer(Arc::clone(&plain), Arc::default());
    let layered = tracing_subscriber::registry().with(layer.with_filter(filter));
    [
        (Dispatch::new(wrapped), around),
        (Dispatch::new(layered), plain),
    ]
}

/// Runs `program` on a runtime of one thread, once for each way to install taskmon.
fn on_one_thread<F: Future<Output = ()>>(level: Level, program: impl Fn(Tables) -> F) {
    for (dispatch, recorder) in both_ways(level) {
        tracing::dispatcher::with_default(&dispatch, || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(program(Tables(recorder)));
        });
    }
}

/// A look at the tables.
#[derive(Clone)]
struct Tables(Arc<Recorder>);

impl Tables {
    /// All tasks that have a slot.
    fn tasks(&self) -> Vec<TaskSnapshot> {
        let tasks = &self.0.tasks;
        (0..tasks.high_water())
            .filter_map(|index| tasks.read(index, |key, task| task.snapshot(key)))
            .collect()
    }

    /// The task of a handle.
    fn task<T>(&self, handle: &JoinHandle<T>) -> TaskSnapshot {
        let id: u64 = handle.id().to_string().parse().unwrap();
        let tasks = self.tasks();
        *tasks.iter().find(|task| task.what.tokio_id == id).unwrap()
    }

    /// How a task ended, by its tokio id.
    fn ended(&self, id: tokio::task::Id) -> EndedRecord {
        let id: u64 = id.to_string().parse().unwrap();
        let ring = &self.0.ended;
        (ring.oldest()..ring.count())
            .filter_map(|number| ring.get(number))
            .find(|record| record.what.tokio_id == id)
            .unwrap()
    }

    /// What `task` waits for.
    fn waits(&self, task: &TaskSnapshot) -> Vec<OperationSnapshot> {
        let operations = &self.0.operations;
        (0..operations.high_water())
            .filter_map(|index| operations.read(index, |key, slot| slot.snapshot(key)))
            .filter(|seen| seen.since != 0 && !seen.inner && seen.task == task.key.to_wire())
            .collect()
    }

    fn wait_kinds(&self, task: &TaskSnapshot) -> Vec<WaitKind> {
        let mut kinds: Vec<_> = self.waits(task).iter().map(|wait| wait.kind).collect();
        kinds.sort_by_key(|kind| *kind as u32);
        kinds
    }

    fn resources(&self, kind: ResourceKind) -> Vec<ResourceSnapshot> {
        let resources = &self.0.resources;
        (0..resources.high_water())
            .filter_map(|index| resources.read(index, |key, slot| slot.snapshot(key)))
            .filter(|seen| seen.what.kind == kind && seen.what.owner == 0)
            .collect()
    }

    /// What `wait` is on.
    fn resource(&self, wait: &OperationSnapshot) -> ResourceSnapshot {
        let key = SlotKey::from_wire(wait.resource).unwrap();
        let resource = self.0.resources.get(key).unwrap();
        resource.snapshot(key)
    }
}

/// Lets every other task run until it waits.
async fn settle() {
    for _ in 0..20 {
        yield_now().await;
    }
}

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
        assert_eq!(task.what.spawner, ended.key);
        assert_eq!(task.what.spawner_tokio_id, ended.what.tokio_id);
        assert_eq!(task.what.kind, TaskKind::Task);
        assert!(ended.what.size > 0);
        let location = tables.0.locations.get(ended.what.location).unwrap();
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
        assert_eq!(ended.polls, 6);
        assert_eq!(ended.wakes, 5);
        assert_eq!(ended.end, TaskEnd::Completed);
        assert!(ended.busy > 0 && ended.longest_poll <= ended.busy);
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
        assert_eq!((own.polls, own.wakes, own.self_wakes), (4, 3, 3));
        assert_eq!((other.polls, other.wakes, other.self_wakes), (2, 1, 0));
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
        assert_eq!(ended.polls, 1);
        assert_eq!(ended.end, TaskEnd::Completed);
        assert_eq!(tables.tasks().len(), 1, "the root is left");
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
        assert_eq!(tables.ended(ids.1).polls, 0);
        assert_eq!(tables.ended(ids.2).end, TaskEnd::Panicked);
        assert_eq!(tables.ended(ids.2).polls, 1);
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

#[test]
fn a_send_on_a_full_channel_is_a_wait_with_its_channel() {
    on_one_thread(Level::Channels, |tables| async move {
        let (sender, mut receiver) = mpsc::channel(2);
        let task = tokio::spawn(async move {
            for number in 0..5 {
                sender.send(number).await.unwrap();
            }
        });
        settle().await;
        let stuck = tables.task(&task);
        let waits = tables.waits(&stuck);
        assert_eq!(tables.wait_kinds(&stuck), [WaitKind::MpscSend]);
        let channel = tables.resource(&waits[0]);
        assert_eq!(channel.capacity, 2);
        assert_eq!(channel.what.kind, ResourceKind::Mpsc);
        assert_eq!(channel.last_taken, 0);

        // The wait ends when there is room, and the next one is a new one.
        receiver.recv().await.unwrap();
        settle().await;
        let next = tables.waits(&tables.task(&task));
        assert_eq!(next.len(), 1);
        assert!(next[0].since > waits[0].since);
        let channel = tables.resource(&next[0]);
        assert!(channel.last_taken > waits[0].since);
        let roots = tables.tasks();
        let root = roots
            .iter()
            .find(|task| task.what.kind == TaskKind::BlockOn);
        assert_eq!(channel.last_taker, root.unwrap().key.to_wire());

        receiver.close();
        while receiver.recv().await.is_some() {}
        assert!(task.await.is_err() || tables.tasks().len() == 1);
    });
}

#[test]
fn reserving_is_sending() {
    on_one_thread(Level::Channels, |tables| async move {
        let (sender, _receiver) = mpsc::channel::<()>(1);
        sender.try_send(()).unwrap();
        let many = sender.clone();
        let owned = sender.clone();
        let one = tokio::spawn(async move { drop(sender.reserve().await) });
        let many = tokio::spawn(async move { _ = many.reserve_many(1).await.map(drop) });
        let owned = tokio::spawn(async move { drop(owned.reserve_owned().await) });
        settle().await;
        for task in [&one, &many, &owned] {
            assert_eq!(tables.wait_kinds(&tables.task(task)), [WaitKind::MpscSend]);
        }
    });
}

#[test]
fn a_wait_does_not_begin_again_because_the_task_was_polled() {
    on_one_thread(Level::Channels, |tables| async move {
        let (sender, _receiver) = mpsc::channel(1);
        let pinned = tokio::spawn(async move {
            sender.send(1).await.unwrap();
            let send = sender.send(2);
            tokio::pin!(send);
            loop {
                tokio::select! {
                    _ = &mut send => break,
                    () = yield_now() => {}
                }
            }
        });
        settle().await;
        let first = tables.waits(&tables.task(&pinned));
        let polls = tables.task(&pinned).polls;
        settle().await;
        let later = tables.waits(&tables.task(&pinned));
        assert!(tables.task(&pinned).polls > polls);
        assert_eq!(first.len(), 1);
        assert_eq!(later[0].since, first[0].since);
        pinned.abort();
    });
}

#[test]
fn a_send_that_select_begins_anew_in_each_turn_is_still_one_wait() {
    on_one_thread(Level::Channels, |tables| async move {
        let (sender, mut receiver) = mpsc::channel(1);
        let task = tokio::spawn(async move {
            sender.send(0).await.unwrap();
            for number in 1.. {
                tokio::select! {
                    _ = sender.send(number) => {}
                    () = yield_now() => {}
                }
            }
        });
        settle().await;
        let first = tables.waits(&tables.task(&task))[0];
        settle().await;
        let later = tables.waits(&tables.task(&task))[0];
        assert_ne!(later.key, first.key, "it is another operation");
        assert_eq!(later.since, first.since);

        // But when the channel has moved, it is another send that waits.
        receiver.recv().await.unwrap();
        settle().await;
        let moved = tables.waits(&tables.task(&task))[0];
        assert!(moved.since > first.since);
        task.abort();
    });
}

#[test]
fn a_wait_ends_when_it_is_cancelled_or_its_channel_closed() {
    on_one_thread(Level::Channels, |tables| async move {
        let (sender, receiver) = mpsc::channel(1);
        sender.try_send(0).unwrap();
        let other = sender.clone();
        let cancelled = tokio::spawn(async move {
            let timeout = tokio::time::timeout(Duration::from_millis(5), sender.send(1));
            timeout.await.unwrap_err();
            std::future::pending::<()>().await;
        });
        let closed = tokio::spawn(async move {
            other.send(1).await.unwrap_err();
            std::future::pending::<()>().await;
        });
        settle().await;
        let waits = tables.wait_kinds(&tables.task(&cancelled));
        assert_eq!(waits, [WaitKind::MpscSend, WaitKind::Sleep]);
        while !tables.wait_kinds(&tables.task(&cancelled)).is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        assert_eq!(
            tables.wait_kinds(&tables.task(&closed)),
            [WaitKind::MpscSend]
        );
        drop(receiver);
        settle().await;
        assert_eq!(tables.wait_kinds(&tables.task(&closed)), []);
        assert!(tables.resources(ResourceKind::Mpsc).is_empty() || !closed.is_finished());
    });
}

#[test]
fn every_primitive_is_told_by_its_own_name() {
    on_one_thread(Level::Channels, |tables| async move {
        let mutex = Arc::new(Mutex::new(()));
        let held = Arc::clone(&mutex).lock_owned().await;
        let rwlock = Arc::new(RwLock::new(()));
        let written = Arc::clone(&rwlock).write_owned().await;
        let semaphore = Arc::new(Semaphore::new(0));
        let barrier = Arc::new(Barrier::new(2));
        let (_oneshot_sender, oneshot) = oneshot::channel::<()>();
        let (mut closing, _open) = oneshot::channel::<()>();

        let lock = Arc::clone(&mutex);
        let read = Arc::clone(&rwlock);
        let write = Arc::clone(&rwlock);
        let waits = [
            (
                tokio::spawn(async move { drop(lock.lock().await) }),
                WaitKind::MutexLock,
            ),
            (
                tokio::spawn(async move { drop(read.read().await) }),
                WaitKind::RwlockRead,
            ),
            (
                tokio::spawn(async move { drop(write.write().await) }),
                WaitKind::RwlockWrite,
            ),
            (
                tokio::spawn(async move { drop(semaphore.acquire().await) }),
                WaitKind::SemaphoreAcquire,
            ),
            (
                tokio::spawn(async move { _ = barrier.wait().await }),
                WaitKind::BarrierWait,
            ),
            (
                tokio::spawn(async move { drop(oneshot.await) }),
                WaitKind::OneshotRecv,
            ),
            (
                tokio::spawn(async move { closing.closed().await }),
                WaitKind::OneshotClosed,
            ),
            (
                tokio::spawn(tokio::time::sleep(Duration::from_secs(60))),
                WaitKind::Sleep,
            ),
            (
                tokio::spawn(async {
                    let mut interval = tokio::time::interval(Duration::from_secs(60));
                    interval.tick().await;
                    interval.tick().await;
                }),
                WaitKind::IntervalTick,
            ),
        ];
        settle().await;
        for (task, kind) in &waits {
            let task = tables.task(task);
            assert_eq!(tables.wait_kinds(&task), [*kind]);
            let resource = tables.resource(&tables.waits(&task)[0]);
            assert_ne!(
                resource.what.location.0, 0,
                "{kind:?} is on a place in the source"
            );
        }
        drop((held, written));
    });
}

#[test]
fn locks_without_a_span_of_their_own_are_no_sends() {
    static MUTEX: Mutex<()> = Mutex::const_new(());
    static RWLOCK: RwLock<()> = RwLock::const_new(());
    static SEMAPHORE: Semaphore = Semaphore::const_new(0);
    on_one_thread(Level::Channels, |tables| async move {
        let _held = MUTEX.lock().await;
        let _written = RWLOCK.write().await;
        let tasks = [
            (
                tokio::spawn(async { drop(MUTEX.lock().await) }),
                WaitKind::MutexLock,
            ),
            (
                tokio::spawn(async { drop(RWLOCK.read().await) }),
                WaitKind::RwlockRead,
            ),
            (
                tokio::spawn(async { drop(SEMAPHORE.acquire().await) }),
                WaitKind::SemaphoreAcquire,
            ),
        ];
        settle().await;
        for (task, kind) in &tasks {
            assert_eq!(tables.wait_kinds(&tables.task(task)), [*kind]);
            task.abort();
        }
        settle().await;
    });
}

#[test]
fn a_mutex_knows_who_holds_it() {
    on_one_thread(Level::Channels, |tables| async move {
        let mutex = Arc::new(Mutex::new(()));
        let (release, wait) = oneshot::channel::<()>();
        let lock = Arc::clone(&mutex);
        let holder = tokio::spawn(async move {
            let _guard = lock.lock().await;
            let _ = wait.await;
        });
        let lock = Arc::clone(&mutex);
        let next = tokio::spawn(async move {
            let _guard = lock.lock().await;
            std::future::pending::<()>().await;
        });
        settle().await;
        let held = tables.resource(&tables.waits(&tables.task(&next))[0]);
        assert_eq!(held.holder, tables.task(&holder).key.to_wire());
        release.send(()).unwrap();
        settle().await;
        let held = tables.resources(ResourceKind::Mutex)[0];
        assert_eq!(held.holder, tables.task(&next).key.to_wire());
        next.abort();
        settle().await;
        assert_eq!(tables.resources(ResourceKind::Mutex)[0].holder, 0);
    });
}

#[test]
fn resources_go_with_what_they_stand_for() {
    on_one_thread(Level::All, |tables| async move {
        let count = |kind| tables.resources(kind).len();
        let (sender, receiver) = mpsc::channel::<()>(1);
        let mutex = Mutex::new(());
        assert_eq!(
            (count(ResourceKind::Mpsc), count(ResourceKind::Mutex)),
            (1, 1)
        );
        let attributes = tables.resources(ResourceKind::Mutex)[0].attributes;
        let locked = attributes[0].unwrap();
        assert_eq!(tables.0.texts.get(locked.name), Some("locked"));
        drop((sender, receiver, mutex));
        assert_eq!(
            (count(ResourceKind::Mpsc), count(ResourceKind::Mutex)),
            (0, 0)
        );
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
