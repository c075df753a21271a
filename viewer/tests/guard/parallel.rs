//! Tests that run at the same time do not see each other's tasks.

use std::sync::Barrier;
use std::thread;

use taskmon::testing;

use crate::support::{SHORT, forever, names, runtime, spawn_named};

/// Each of many tests leaks one task, and sees that one only.
#[test]
fn each_test_sees_its_own_leak() {
    const TESTS: usize = 12;
    static ALL_HAVE_LEAKED: Barrier = Barrier::new(TESTS);
    let test = |number: usize| {
        let name = number.to_string();
        runtime(number % 3).block_on(async {
            let guard = testing::guard().deadline(SHORT);
            let child = name.clone();
            // By way of another task, which ends.
            let spawner = tokio::spawn(async move { drop(spawn_named(&child, forever())) });
            spawner.await.unwrap();
            ALL_HAVE_LEAKED.wait();
            let leaks = guard.check_no_leaks().await.unwrap_err();
            assert_eq!(names(&leaks), [name]);
            assert!(leaks.tasks()[0].spawner_tokio_id.is_some());
        });
    };
    thread::scope(|scope| {
        for number in 0..TESTS {
            scope.spawn(move || test(number));
        }
    });
}

/// Tests that share a runtime, as those do that keep one in a static.
#[test]
fn tests_on_one_runtime_are_told_apart() {
    let shared = runtime(2);
    let both_have_leaked = Barrier::new(2);
    let test = |name: &str| {
        shared.block_on(async {
            let guard = testing::guard().deadline(SHORT);
            spawn_named(name, forever());
            both_have_leaked.wait();
            let leaks = guard.check_no_leaks().await.unwrap_err();
            assert_eq!(names(&leaks), [name]);
        });
    };
    thread::scope(|scope| {
        scope.spawn(|| test("one"));
        scope.spawn(|| test("other"));
    });
}
