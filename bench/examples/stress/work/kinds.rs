//! The kinds of work.

use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use futures::future::{BoxFuture, select_all};
use futures::stream::{FuturesUnordered, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::{Barrier, Notify, OnceCell, RwLock, Semaphore, broadcast, mpsc, oneshot, watch};
use tokio::task::{JoinHandle, JoinSet, yield_now};
use tokio::time::{interval, sleep, timeout};

use super::{ON_PURPOSE, Work};
use bench::random::Random;

/// How many kinds of work there are.
pub const KINDS: u64 = 9;

/// Does work of one kind until it is stopped.
pub async fn drive(work: Work, kind: u64, mut random: Random) {
    while work.is_running() {
        let random = &mut random;
        match kind % KINDS {
            0 => channels(&work, random).await,
            1 => select_loop(&work, random).await,
            2 => join_sets(&work, random).await,
            3 => unordered(&work, random).await,
            4 => locks(&work, random).await,
            5 => aborts(&work, random).await,
            6 => signals(&work, random).await,
            7 => stray_wakers(&work, random).await,
            _ => other_runtimes(&work, random).await,
        }
        yield_now().await;
    }
}

fn millis(random: &mut Random, most: u64) -> Duration {
    Duration::from_micros(random.below(1_000 * most))
}

/// Waits for `tasks`, some of which it ends.
async fn end<T>(tasks: Vec<JoinHandle<T>>, random: &mut Random) {
    for task in tasks {
        match random.below(4) {
            0 => task.abort(),
            1 => {
                task.abort();
                let _ = task.await;
            }
            _ => _ = task.await,
        }
    }
}

/// Senders on a full channel whose receiver goes away.
async fn channels(work: &Work, random: &mut Random) {
    let (sender, mut receiver) = mpsc::channel(1 + random.below(3) as usize);
    let mut senders = Vec::new();
    for _ in 0..=random.below(6) {
        let sender = sender.clone();
        let patience = millis(random, 3);
        senders.push(work.spawn(async move {
            for number in 0..30 {
                match timeout(patience, sender.send(number)).await {
                    Ok(Ok(())) | Err(_) => {}
                    Ok(Err(_)) => return,
                }
                if number % 7 == 0 {
                    let Ok(permits) = sender.reserve_many(1).await else {
                        return;
                    };
                    drop(permits);
                }
            }
        }));
    }
    drop(sender);
    for _ in 0..random.below(120) {
        if receiver.recv().await.is_none() {
            break;
        }
        if random.below(8) == 0 {
            sleep(millis(random, 1)).await;
        }
    }
    drop(receiver);
    end(senders, random).await;
}

#[cfg(unix)]
fn sockets() -> std::io::Result<(tokio::net::UnixStream, tokio::net::UnixStream)> {
    tokio::net::UnixStream::pair()
}

#[cfg(not(unix))]
fn sockets() -> std::io::Result<(tokio::io::DuplexStream, tokio::io::DuplexStream)> {
    Ok(tokio::io::duplex(64))
}

/// A task that waits for many things at once, again and again.
async fn select_loop(work: &Work, random: &mut Random) {
    let Ok((mut socket, mut other_end)) = sockets() else {
        return;
    };
    let (orders, mut ordered) = mpsc::channel::<u32>(4);
    let (full, mut slow) = mpsc::channel::<u32>(1);
    let notify = Arc::new(Notify::new());
    let notified = Arc::clone(&notify);
    let turns = 20 + random.below(60);
    let looping = work.spawn(async move {
        let mut tick = interval(Duration::from_millis(1));
        let mut bytes = [0; 16];
        for _ in 0..turns {
            tokio::select! {
                _ = socket.read(&mut bytes) => {}
                _ = ordered.recv(), if !ordered.is_closed() => {}
                _ = tick.tick() => {}
                _ = full.send(1) => {}
                () = notified.notified() => {}
            }
        }
    });
    let writing = work.spawn(async move {
        for number in 0..40_u8 {
            if other_end.write_all(&[number]).await.is_err() {
                return;
            }
            sleep(Duration::from_micros(300)).await;
        }
    });
    let ordering = work.spawn(async move {
        while orders.send(1).await.is_ok() {
            sleep(Duration::from_micros(200)).await;
        }
    });
    for _ in 0..random.below(30) {
        let _ = timeout(millis(random, 2), slow.recv()).await;
        notify.notify_one();
    }
    end(vec![looping, writing, ordering], random).await;
}

/// Sets of tasks, and what happens to those that are left in one.
async fn join_sets(work: &Work, random: &mut Random) {
    let mut set = JoinSet::new();
    for _ in 0..random.below(12) {
        let (time, panics) = (millis(random, 2), random.below(16) == 0);
        set.spawn(work.counted(async move {
            sleep(time).await;
            yield_now().await;
            if panics {
                panic!("{ON_PURPOSE}");
            }
        }));
    }
    for _ in 0..random.below(12) {
        if set.join_next().await.is_none() {
            break;
        }
    }
    match random.below(3) {
        0 => set.shutdown().await,
        1 => set.abort_all(),
        _ => drop(set),
    }
}

/// Many futures in one task, which one waker wakes.
async fn unordered(work: &Work, random: &mut Random) {
    let (oneshots, answers): (Vec<_>, Vec<_>) = (0..random.below(10))
        .map(|_| oneshot::channel::<u32>())
        .unzip();
    let (sender, receiver) = mpsc::channel::<u32>(1);
    let receiver = Arc::new(tokio::sync::Mutex::new(receiver));
    let times: Vec<_> = (0..4).map(|_| millis(random, 2)).collect();
    let most = random.below(14);
    let waiting = work.spawn(async move {
        let all: FuturesUnordered<BoxFuture<'static, ()>> = FuturesUnordered::new();
        for answer in answers {
            let receiver = Arc::clone(&receiver);
            all.push(Box::pin(async move {
                let _ = answer.await;
                let _ = receiver.lock().await.recv().await;
            }));
        }
        for time in times {
            all.push(Box::pin(sleep(time)));
        }
        let mut some = all.take(most as usize);
        while some.next().await.is_some() {}
        // The rest is polled once more, by other means.
        let last: BoxFuture<'static, ()> = Box::pin(sleep(Duration::from_millis(2)));
        select_all(some.into_inner().into_iter().chain([last])).await;
    });
    let answering = work.spawn(async move {
        for (number, oneshot) in oneshots.into_iter().enumerate() {
            if number % 3 != 0 {
                let _ = oneshot.send(1);
            }
            let _ = sender.send(1).await;
            yield_now().await;
        }
    });
    end(vec![waiting, answering], random).await;
}

/// Locks and permits, some given up while they are waited for.
async fn locks(work: &Work, random: &mut Random) {
    let lock = Arc::new(tokio::sync::Mutex::new(0_u32));
    let shared = Arc::new(RwLock::new(0_u32));
    let permits = Arc::new(Semaphore::new(2));
    let once = Arc::new(OnceCell::new());
    let mut tasks = Vec::new();
    for number in 0..=random.below(8) {
        let (lock, shared) = (Arc::clone(&lock), Arc::clone(&shared));
        let (permits, once) = (Arc::clone(&permits), Arc::clone(&once));
        let (hold, patience) = (millis(random, 1), millis(random, 4));
        tasks.push(work.spawn(async move {
            let _ = timeout(patience, async {
                let mut guard = lock.lock().await;
                *guard += 1;
                sleep(hold).await;
            })
            .await;
            let _ = timeout(patience, async {
                if number % 2 == 0 {
                    *shared.write().await += 1;
                } else {
                    let _read = shared.read().await;
                    sleep(hold).await;
                }
                let _permit = permits.acquire_many(2).await;
                once.get_or_init(|| sleep(hold)).await;
            })
            .await;
        }));
    }
    end(tasks, random).await;
}

/// Tasks that are ended at any moment: new, waiting, running, woken, ready.
async fn aborts(work: &Work, random: &mut Random) {
    for _ in 0..20 {
        let (sender, receiver) = oneshot::channel::<u32>();
        let yields = random.below(4);
        let (panics, time) = (random.below(32) == 0, millis(random, 1));
        let task = work.spawn(async move {
            for _ in 0..yields {
                yield_now().await;
            }
            if panics {
                panic!("{ON_PURPOSE}");
            }
            let _ = timeout(time, receiver).await;
        });
        match random.below(6) {
            0 => task.abort(),
            1 => {
                let _ = sender.send(1);
                task.abort();
            }
            2 => {
                yield_now().await;
                task.abort();
            }
            3 => {
                let aborting = task.abort_handle();
                let both = work.spawn(async move { aborting.abort() });
                let _ = sender.send(1);
                let _ = both.await;
            }
            4 => {
                drop(sender);
                let _ = task.await;
            }
            // Its handle is dropped, and it goes on.
            _ => {}
        }
    }
}

/// What wakes many at once.
async fn signals(work: &Work, random: &mut Random) {
    let (news, _) = broadcast::channel::<u32>(2);
    let (state, _) = watch::channel(0_u32);
    let notify = Arc::new(Notify::new());
    let barrier = Arc::new(Barrier::new(3));
    let mut tasks = Vec::new();
    for _ in 0..3 {
        let (mut news, mut state) = (news.subscribe(), state.subscribe());
        let (notify, barrier) = (Arc::clone(&notify), Arc::clone(&barrier));
        let patience = millis(random, 3);
        tasks.push(work.spawn(async move {
            for _ in 0..10 {
                let all = async {
                    let _ = tokio::join!(news.recv(), state.changed(), notify.notified());
                };
                let _ = timeout(patience, all).await;
            }
            let _ = timeout(patience, barrier.wait()).await;
        }));
    }
    for number in 0..random.below(40) as u32 {
        let _ = news.send(number);
        let _ = state.send(number);
        notify.notify_waiters();
        if number % 4 == 0 {
            yield_now().await;
        }
    }
    end(tasks, random).await;
}

/// Wakers that are used after their task has ended, when its slot is another's;
/// and a future that goes from one task to another while it is pending.
async fn stray_wakers(work: &Work, random: &mut Random) {
    let mut tasks = Vec::new();
    for _ in 0..random.below(20) {
        let strays = work.clone();
        let mut turns = random.below(3);
        tasks.push(work.spawn(std::future::poll_fn(move |context| {
            strays.strays().push(context.waker().clone());
            if turns == 0 {
                return Poll::Ready(());
            }
            turns -= 1;
            context.waker().wake_by_ref();
            Poll::Pending
        })));
    }
    let (sender, mut receiver) = mpsc::channel::<u32>(1);
    let mut moving = Box::pin(async move { receiver.recv().await });
    let moved = work.spawn(async move {
        let _ = timeout(Duration::from_micros(100), &mut moving).await;
        // Not awaited here, but elsewhere.
        (moving,)
    });
    if let Ok((moving,)) = moved.await {
        let mut elsewhere = work.spawn(moving);
        let _ = timeout(millis(random, 1), &mut elsewhere).await;
        let _ = sender.send(1).await;
        let _ = elsewhere.await;
    }
    end(tasks, random).await;
}

/// Runtimes within tasks, and threads of the pool.
async fn other_runtimes(work: &Work, random: &mut Random) {
    let within = work.clone();
    let mut nested = Random::new(random.below(u64::MAX));
    let blocking = work.spawn_blocking(move || {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
        else {
            return;
        };
        let local = tokio::task::LocalSet::new();
        local.block_on(&runtime, async {
            let cell = std::rc::Rc::new(std::cell::Cell::new(0));
            let mut tasks = Vec::new();
            for _ in 0..4 {
                let cell = std::rc::Rc::clone(&cell);
                let time = millis(&mut nested, 1);
                tasks.push(tokio::task::spawn_local(within.counted(async move {
                    sleep(time).await;
                    cell.set(cell.get() + 1);
                })));
            }
            channels(&within, &mut nested).await;
            end(tasks, &mut nested).await;
            // Left behind, to be dropped with the runtime.
            within.spawn(sleep(Duration::from_secs(3_600)));
        });
    });
    if random.below(3) == 0 {
        blocking.abort();
    } else {
        let _ = blocking.await;
    }
    sleep(millis(random, 4)).await;
}
