//! How much is taken from the other end before it is called broken.
//!
//! Each limit is far above what a real program sends, and low enough that a
//! hostile one cannot exhaust the memory of its viewer unnoticed.

use super::FoldError;

/// Live tasks.
pub(super) const TASKS: usize = 4 << 20;
/// Waits of live tasks, those whose task is not known yet included.
pub(super) const WAITS: usize = 8 << 20;
/// Channels, locks and timers.
pub(super) const RESOURCES: usize = 8 << 20;
/// Places where tasks are spawned.
pub(super) const SITES: usize = 256 << 10;
/// Texts of one stream.
pub(super) const TEXTS: usize = 1 << 20;
/// Bytes in all texts of one stream.
pub(super) const TEXTS_BYTES: usize = 64 << 20;
/// Locations of one stream.
pub(super) const LOCATIONS: usize = 1 << 20;
/// Bytes in one text: the longest path that an operating system allows.
pub(super) const TEXT_BYTES: usize = 4 << 10;
/// Bytes in the name of a task; the program cuts them at 120.
pub(super) const NAME_BYTES: usize = 256;
/// Stacks of one stream.
pub(super) const STACKS: usize = 256 << 10;
/// Frames of one stream.
pub(super) const FRAMES: usize = 1 << 20;
/// Frames in one stack.
pub(super) const STACK_FRAMES: usize = 1 << 10;
/// Frames in all stacks of one stream.
pub(super) const ALL_STACK_FRAMES: usize = 8 << 20;
/// Waits of one task that only its wakers tell of; the program keeps a few.
pub(super) const WAKER_WAITS: usize = 64;
/// The same of all tasks.
pub(super) const ALL_WAKER_WAITS: usize = 8 << 20;
/// Bytes in the names of all tasks.
pub(super) const ALL_NAMES_BYTES: usize = 256 << 20;
/// Attributes of all resources.
pub(super) const ALL_ATTRIBUTES: usize = 16 << 20;
/// Pages until the picture is whole: three times what it takes to send as much of
/// everything as there may be.
pub(super) const PAGES: usize = 128 << 10;
/// Attributes of one resource.
pub(super) const ATTRIBUTES: usize = 64;
/// Sentences on what the program lacks.
pub(super) const MISSING: usize = 64;

/// Refuses `count` things where at most `limit` are allowed.
pub(super) fn check(what: &'static str, count: usize, limit: usize) -> Result<(), FoldError> {
    if count > limit {
        return Err(FoldError::TooMuch { what, limit });
    }
    Ok(())
}
