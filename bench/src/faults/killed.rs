//! Real viewers, in processes of their own, that are killed.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use super::injected::Injected;
use crate::random::Random;
use crate::scale::Outcome;
use crate::scale::child::Child;
use crate::scale::viewer::Attached;

/// The role of the child that is killed.
pub const ROLE: &str = "viewer";
/// How long one that is killed at any moment lives at most, in milliseconds.
const LIFE: u64 = 1_000;

/// Starts viewers of the program at `address` and kills them, one after another, until
/// `is_over`: one when it has its picture, the next at any moment.
///
/// # Errors
///
/// If one cannot be started, or never has a picture.
pub fn kill_viewers(
    address: &str,
    is_over: &AtomicBool,
    injected: &Injected,
    mut random: Random,
) -> Outcome<()> {
    let mut waits = false;
    while !is_over.load(Ordering::Relaxed) {
        let mut viewer = Child::start(ROLE, &[address])?;
        waits = !waits;
        if waits {
            viewer.answer::<Attached>()?;
        } else {
            thread::sleep(Duration::from_millis(random.below(LIFE)));
        }
        // It has no time to say goodbye.
        drop(viewer);
        injected.killed.add();
    }
    Ok(())
}
