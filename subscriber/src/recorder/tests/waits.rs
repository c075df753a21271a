//! Waits: what a task waits for, since when, and on what.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Barrier, Mutex, RwLock, Semaphore, mpsc, oneshot};
use tokio::task::yield_now;

use super::{on_one_thread, settle};
use crate::builder::Level;
use crate::tables::{Certainty, ResourceKind, TaskKind, WaitKind};
use crate::until::until;

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
        until("the send to be given up", || {
            tables.wait_kinds(&tables.task(&cancelled)).is_empty()
        })
        .await;
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

#[test]
fn a_socket_and_a_receive_stay_in_a_select_loop_that_ticks() {
    use tokio::io::AsyncReadExt;
    use tokio::net::{TcpListener, TcpStream};

    on_one_thread(Level::Channels, |tables| async move {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut socket = TcpStream::connect(address).await.unwrap();
        let task = tokio::spawn(async move {
            let (_sender, mut receiver) = mpsc::channel::<()>(1);
            let mut ticks = tokio::time::interval(Duration::from_millis(1));
            let mut buffer = [0; 8];
            loop {
                tokio::select! {
                    biased;
                    _ = socket.read(&mut buffer) => return,
                    _ = receiver.recv() => return,
                    _ = ticks.tick() => {}
                }
            }
        });
        let turns = async |polls| {
            until("more polls", || tables.task(&task).polls >= polls).await;
            tables.waker_waits(&tables.task(&task))
        };
        let first = turns(3).await;
        let later = turns(20).await;
        assert_eq!(later.len(), 2, "{later:?}");
        assert_eq!(later, first);
        let told = later.iter().map(|wait| wait.certainty());
        let told: Vec<_> = told.collect();
        let once = "the socket is cloned only once";
        assert_eq!(told, [Certainty::Told, Certainty::Left], "{once}");
        task.abort();
    });
}
