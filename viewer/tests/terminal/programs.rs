//! Programs to look at.

use std::future::pending;
use std::time::Duration;

use crate::support::on_two_workers;

/// What would clear the screen, set a title, ring, ask the terminal what it is, and turn
/// text around, if it were obeyed.
pub const HOSTILE: &str = "evil\u{1b}[2J\u{1b}]0;evil title\u{7}\u{9b}c\u{202e}\r\n\u{8}";

/// A few tasks that wait: one that keeps, and clerks.
pub fn shop() {
    on_two_workers(async {
        spawn("keeper", pending());
        for number in 1..=8 {
            spawn(&format!("clerk {number}"), async {
                tokio::time::sleep(Duration::from_secs(3_600)).await;
            });
        }
    });
}

/// One task, with a name that is made for terminals.
pub fn hostile() {
    on_two_workers(async {
        spawn(HOSTILE, async {
            tokio::time::sleep(Duration::from_secs(3_600)).await;
        });
    });
}

fn spawn(name: &str, task: impl Future<Output = ()> + Send + 'static) {
    let spawned = tokio::task::Builder::new().name(name).spawn(task);
    drop(spawned.unwrap());
}
