//! What the tables hold after real programs, with each way to install taskmon.

mod roots;
mod tasks;
mod unruly;
mod waits;

use std::future::Future;
use std::sync::Arc;

use tokio::task::{JoinHandle, yield_now};
use tracing::Dispatch;
use tracing_subscriber::layer::{Layer, SubscriberExt};

use super::Recorder;
use crate::builder::Level;
use crate::collect::around::Around;
use crate::collect::layer::layer;
use crate::tables::{
    EndedRecord, OperationSnapshot, ResourceKind, ResourceSnapshot, SlotKey, TaskSnapshot,
    WaitKind, WakerWait,
};

/// A subscriber with taskmon in it, both ways, and the recorder behind it.
fn both_ways(level: Level) -> [(Dispatch, Arc<Recorder>); 2] {
    let (around, plain) = (
        Arc::new(Recorder::new(level, true)),
        Arc::new(Recorder::new(level, true)),
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
            .find(|record| record.task.what.tokio_id == id)
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

    /// What the wakers of `task` told that it waits for.
    fn waker_waits(&self, task: &TaskSnapshot) -> Vec<WakerWait> {
        let task = self.0.tasks.get(task.key).unwrap();
        self.0.waker_waits(task).iter().copied().collect()
    }

    fn wait_kinds(&self, task: &TaskSnapshot) -> Vec<WaitKind> {
        let mut kinds: Vec<_> = self.waits(task).iter().map(|wait| wait.kind).collect();
        kinds.sort_by_key(|kind| *kind as u8);
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
