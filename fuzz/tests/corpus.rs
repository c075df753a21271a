//! Seeds, what was found once, and some inputs that are the same each time: for none of
//! them does anything go wrong.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use fuzz::kept;
use fuzz::memory::Counting;
use fuzz::run::{one, run};
use fuzz::targets::named;

#[global_allocator]
static COUNTING: Counting = Counting;

/// Memory is counted for the whole process: one target at a time.
static ONE: Mutex<()> = Mutex::new(());

/// Holds `name` against what is kept, and the first `made` inputs.
fn holds(name: &str, made: u64) {
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let mut target = named(name).unwrap();
    let kept = [target.seeds().unwrap(), kept::found(name).unwrap()].concat();
    assert!(!kept.is_empty());
    for input in &kept {
        if let Err(reason) = one(target.as_mut(), input) {
            panic!("{reason}");
        }
    }
    let (done, failure) = run(target.as_mut(), 1, Duration::from_secs(600), made).unwrap();
    if let Some(failure) = failure {
        panic!("{failure:?}");
    }
    assert_eq!(done.executions, made);
    assert!(done.bytes > made, "they are not all empty");
}

#[test]
fn whatever_a_program_sends_to_a_viewer() {
    holds("stream", 60);
}

#[test]
fn whatever_a_client_sends_to_a_program() {
    holds("server", 60);
}

#[test]
fn whatever_is_in_the_files_of_users() {
    holds("settings", 500);
}

#[test]
fn whatever_a_person_types_to_filter_rows() {
    holds("filter", 500);
}

#[test]
fn whatever_functions_are_called() {
    holds("names", 500);
}

#[test]
fn whatever_became_of_the_executable() {
    holds("executable", 500);
}
