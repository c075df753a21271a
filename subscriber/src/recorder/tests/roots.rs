//! From which root the tasks come.

use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::task::{JoinSet, LocalSet, spawn_blocking};

use super::{both_ways, on_one_thread};
use crate::builder::Level;
use crate::tables::{RootId, TaskKind, TaskSnapshot};

/// The root of the only task with this name that lives.
fn root_of(tables: &super::Tables, name: &str) -> RootId {
    let named = |task: &TaskSnapshot| tables.0.name_of(&task.what).to_text() == name;
    let tasks = tables.tasks();
    tasks.iter().find(|task| named(task)).unwrap().what.root
}

fn named(name: &str) -> tokio::task::Builder<'_> {
    tokio::task::Builder::new().name(name)
}

async fn forever() {
    std::future::pending().await
}

/// `run` for another thread, which tells what happens there to the subscriber of this.
fn told<R>(run: impl FnOnce() -> R) -> impl FnOnce() -> R {
    let dispatch = tracing::dispatcher::get_default(Clone::clone);
    move || tracing::dispatcher::with_default(&dispatch, run)
}

#[test]
fn what_block_on_runs_is_the_root_of_all_that_comes_from_it() {
    on_one_thread(Level::Tasks, |tables| async move {
        let root = tables.0.root_here().unwrap();
        let roots = tables.tasks();
        let block_on = roots.iter().find(|task| task.what.root == root).unwrap();
        assert_eq!(block_on.what.kind, TaskKind::BlockOn);

        let ended = tokio::spawn(async {
            named("child of one that has ended")
                .spawn(forever())
                .unwrap();
        });
        ended.await.unwrap();
        let handle = Handle::current();
        named("by a handle").spawn_on(forever(), &handle).unwrap();
        let mut set = JoinSet::new();
        set.build_task().name("in a set").spawn(forever()).unwrap();
        let local = LocalSet::new();
        named("local").spawn_local_on(forever(), &local).unwrap();
        let by_closure = || _ = named("by a closure").spawn(forever()).unwrap();
        spawn_blocking(told(by_closure)).await.unwrap();
        let in_block_on = || {
            Handle::current().block_on(async {
                named("by block_on in a closure").spawn(forever()).unwrap();
            });
        };
        spawn_blocking(told(in_block_on)).await.unwrap();

        for name in [
            "child of one that has ended",
            "by a handle",
            "in a set",
            "local",
            "by a closure",
            "by block_on in a closure",
        ] {
            assert_eq!(root_of(&tables, name), root, "{name}");
        }
    });
}

#[test]
fn what_a_plain_thread_spawns_is_a_root_of_its_own() {
    on_one_thread(Level::Tasks, |tables| async move {
        let handle = Handle::current();
        let spawn = move || {
            for name in ["first", "second"] {
                named(name).spawn_on(forever(), &handle).unwrap();
            }
        };
        std::thread::spawn(told(spawn)).join().unwrap();
        let root = tables.0.root_here().unwrap();
        let (first, second) = (root_of(&tables, "first"), root_of(&tables, "second"));
        assert!(first != root && second != root && first != second);
    });
}

#[test]
fn a_thread_that_was_adopted_is_the_root_of_what_no_task_spawns_there() {
    for (dispatch, recorder) in both_ways(Level::Tasks) {
        let runtime = tokio::runtime::Builder::new_current_thread();
        // Built and entered before there is a subscriber.
        let runtime = { runtime }.build().unwrap();
        runtime.block_on(async {
            let tables = super::Tables(Arc::clone(&recorder));
            let _subscriber = tracing::dispatcher::set_default(&dispatch);
            assert_eq!(recorder.root_here(), None);
            let root = recorder.adopt_thread();
            assert_eq!(recorder.adopt_thread(), root, "they may be nested");
            recorder.release_thread();
            tokio::spawn(async { drop(named("grandchild").spawn(forever())) });
            super::settle().await;
            assert_eq!(root_of(&tables, "grandchild"), root);
            recorder.release_thread();
            named("later").spawn(forever()).unwrap();
            assert_ne!(root_of(&tables, "later"), root);
        });
    }
}
