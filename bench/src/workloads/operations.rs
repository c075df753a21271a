//! What a program does over and over by itself.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio::sync::Mutex;
use tokio::task::{JoinSet, yield_now};

use super::Workload;
use super::channel;

impl Workload {
    /// Does it that often, on a task of `runtime`. Of those that are not done over
    /// and over, nothing is done.
    pub fn run(self, runtime: &Runtime, operations: u32) {
        match self {
            Workload::Spawn => on_a_task(runtime, spawn(operations)),
            Workload::Yield => on_a_task(runtime, yields(operations)),
            Workload::PingPong => on_a_task(runtime, ping_pong(operations)),
            Workload::Stream => on_a_task(runtime, fan_in(1, 64, operations)),
            Workload::FanIn => on_a_task(runtime, fan_in(64, 1, operations)),
            Workload::Mix => on_a_task(runtime, mix(operations)),
            Workload::Echo | Workload::Idle => {}
        }
    }
}

fn on_a_task(runtime: &Runtime, work: impl Future<Output = ()> + Send + 'static) {
    runtime.block_on(async { tokio::spawn(work).await.expect("it returns") });
}

async fn spawn(tasks: u32) {
    for _ in 0..tasks {
        tokio::spawn(async {}).await.expect("it returns");
    }
}

async fn yields(times: u32) {
    for _ in 0..times {
        yield_now().await;
    }
}

async fn ping_pong(rounds: u32) {
    let (ping, mut pings) = channel::bounded(1);
    let (pong, mut pongs) = channel::bounded(1);
    let echo = tokio::spawn(async move {
        while let Some(number) = pings.recv().await {
            if pong.send(number).await.is_err() {
                break;
            }
        }
    });
    for number in 0..rounds {
        ping.send(number).await.expect("the other side listens");
        pongs.recv().await.expect("the other side answers");
    }
    drop(ping);
    echo.await.expect("it returns");
}

async fn fan_in(senders: u32, capacity: usize, messages: u32) {
    let (sender, mut receiver) = channel::bounded(capacity);
    let mut tasks = JoinSet::new();
    for _ in 0..senders {
        let sender = sender.clone();
        tasks.spawn(async move {
            for number in 0..messages / senders {
                sender.send(number).await.expect("the receiver listens");
            }
        });
    }
    drop(sender);
    while receiver.recv().await.is_some() {}
    while tasks.join_next().await.is_some() {}
}

async fn mix(rounds: u32) {
    let lock = Arc::new(Mutex::new(0));
    let (sender, mut receiver) = channel::bounded(8);
    for round in 0..rounds {
        let (lock, sender) = (lock.clone(), sender.clone());
        tokio::spawn(async move {
            *lock.lock().await += 1;
            let _ = sender.send(round).await;
        });
        tokio::select! {
            _ = receiver.recv() => {}
            () = tokio::time::sleep(Duration::from_secs(10)) => {}
        }
    }
}
