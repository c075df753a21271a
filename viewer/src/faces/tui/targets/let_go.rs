//! Gives back the memory of pictures that nobody looks at any more.

use std::sync::mpsc::{Sender, channel};
use std::thread;

use super::Pictures;

/// Fewer tasks than these are given back in less than a millisecond.
const AT_ONCE: usize = 2_000;

/// A thread that drops pictures: if they are large, that takes longer than a frame. It
/// starts when it is first needed and ends with this.
#[derive(Debug, Default)]
pub(in super::super) struct LetGo {
    beside: Option<Sender<Pictures>>,
}

impl LetGo {
    pub(in super::super) fn drop(&mut self, pictures: Pictures) {
        if pictures.tasks() < AT_ONCE {
            return;
        }
        if self.beside.is_none() {
            self.beside = start();
        }
        if let Some(beside) = &self.beside {
            // If the thread is gone, they are dropped here.
            let _ = beside.send(pictures);
        }
    }
}

/// `None` if the system has no thread for it.
fn start() -> Option<Sender<Pictures>> {
    let (sender, pictures) = channel();
    thread::Builder::new()
        .name("taskmon-let-go".to_owned())
        .spawn(move || pictures.into_iter().for_each(drop))
        .ok()?;
    Some(sender)
}
