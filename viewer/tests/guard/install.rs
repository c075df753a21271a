//! With which subscribers a guard works, each in a process of its own.

use taskmon::testing;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::{fmt, registry};

use crate::support::{SHORT, forever, in_a_process, names, runtime, spawn_named};

/// Leaks a task within a guard and says so; on one thread, and on many.
fn leak_is_found() {
    for workers in [0, 2] {
        runtime(workers).block_on(async {
            let guard = testing::guard().deadline(SHORT);
            spawn_named("left", forever());
            let leaks = guard.check_no_leaks().await.unwrap_err();
            assert_eq!(names(&leaks), ["left"]);
        });
    }
    println!("it was found");
}

fn finds_its_leak(test: &str, install: impl FnOnce()) -> String {
    let (printed, well) = in_a_process(test, || {
        install();
        leak_is_found();
    });
    assert!(well && printed.contains("it was found"), "{printed}");
    printed
}

fn fails_with(test: &str, message: &str, main: impl FnOnce()) {
    let (printed, well) = in_a_process(test, main);
    assert!(!well && printed.contains(message), "{printed}");
}

#[test]
fn without_a_subscriber_the_guard_installs_its_own() {
    let test = "install::without_a_subscriber_the_guard_installs_its_own";
    let printed = finds_its_leak(test, || {});
    assert!(
        !printed.contains("taskmon: "),
        "no port is taken: {printed}"
    );
}

#[test]
fn the_first_guard_of_a_process_sees_the_tasks_of_a_root_that_was_there_first() {
    let test =
        "install::the_first_guard_of_a_process_sees_the_tasks_of_a_root_that_was_there_first";
    // As under nextest: `#[tokio::test]` has begun before anyone could install a
    // subscriber.
    let printed = finds_its_leak(test, || {
        runtime(2).block_on(async {
            let guard = testing::guard().deadline(SHORT);
            let spawner = tokio::spawn(async { drop(spawn_named("left", forever())) });
            spawner.await.unwrap();
            let leaks = guard.check_no_leaks().await.unwrap_err();
            assert_eq!(names(&leaks), ["left"]);
        });
    });
    drop(printed);
}

#[test]
fn a_subscriber_with_taskmon_in_it_is_used() {
    let test = "install::a_subscriber_with_taskmon_in_it_is_used";
    finds_its_leak(test, || {
        let own = registry().with(fmt::layer());
        let telemetry = taskmon_subscriber::Builder::new()
            .bind("127.0.0.1:0")
            .init_with(own);
        assert!(telemetry.address().is_some());
    });
}

#[test]
fn a_registry_with_the_plain_layer_is_used() {
    let test = "install::a_registry_with_the_plain_layer_is_used";
    finds_its_leak(test, || {
        let (layer, _) = taskmon_subscriber::Builder::new()
            .bind("127.0.0.1:0")
            .layer();
        let own = fmt::layer().with_filter(LevelFilter::INFO);
        let subscriber = registry().with(layer).with(own);
        tracing::subscriber::set_global_default(subscriber).unwrap();
    });
}

#[test]
fn the_tests_own_subscriber_goes_on_to_get_its_events() {
    let test = "install::the_tests_own_subscriber_goes_on_to_get_its_events";
    let printed = finds_its_leak(test, || {
        for _ in 0..2 {
            testing::init_with(registry().with(fmt::layer().with_filter(LevelFilter::INFO)));
        }
        tracing::info!("an event of the test");
    });
    assert!(printed.contains("an event of the test"), "{printed}");
    assert!(!printed.contains("runtime.spawn"), "{printed}");
}

#[test]
fn with_another_subscriber_a_guard_fails_and_says_what_to_do() {
    let test = "install::with_another_subscriber_a_guard_fails_and_says_what_to_do";
    fails_with(
        test,
        "`taskmon::testing::init_with(subscriber)` instead",
        || {
            tracing::subscriber::set_global_default(registry()).unwrap();
            leak_is_found();
        },
    );
}

#[test]
fn a_filter_that_keeps_tokios_spans_away_is_noticed() {
    let test = "install::a_filter_that_keeps_tokios_spans_away_is_noticed";
    fails_with(
        test,
        "a filter of the whole subscriber keeps Tokio's spans",
        || {
            let (layer, _) = taskmon_subscriber::Builder::new()
                .bind("127.0.0.1:0")
                .layer();
            let subscriber = registry().with(layer).with(LevelFilter::INFO);
            tracing::subscriber::set_global_default(subscriber).unwrap();
            leak_is_found();
        },
    );
}

/// A subscriber with taskmon in it, to be set for one thread.
fn for_one_thread() -> tracing::subscriber::DefaultGuard {
    let (around, _) = taskmon_subscriber::Builder::new()
        .bind("127.0.0.1:0")
        .around(registry());
    tracing::subscriber::set_default(around)
}

#[test]
fn a_subscriber_for_one_thread_is_enough_for_a_runtime_of_one() {
    let test = "install::a_subscriber_for_one_thread_is_enough_for_a_runtime_of_one";
    let (printed, well) = in_a_process(test, || {
        let _set = for_one_thread();
        runtime(0).block_on(async {
            let guard = testing::guard().deadline(SHORT);
            spawn_named("left", forever());
            assert!(guard.check_no_leaks().await.is_err());
        });
    });
    assert!(well, "{printed}");
}

#[test]
fn a_subscriber_for_one_thread_is_too_little_for_a_runtime_of_many() {
    let test = "install::a_subscriber_for_one_thread_is_too_little_for_a_runtime_of_many";
    fails_with(test, "is set for this thread only", || {
        let _set = for_one_thread();
        leak_is_found();
    });
}

#[test]
fn a_subscriber_that_is_set_after_the_guard_is_noticed() {
    let test = "install::a_subscriber_that_is_set_after_the_guard_is_noticed";
    fails_with(
        test,
        "was set for this thread after the guard was made",
        || {
            runtime(0).block_on(async {
                let guard = testing::guard();
                let _set = tracing::subscriber::set_default(registry());
                tokio::spawn(forever());
                guard.assert_no_leaks().await;
            });
        },
    );
}
