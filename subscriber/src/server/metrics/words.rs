//! How metrics call what the tables hold: as viewers do.

use taskmon_proto::v1 as wire;

use crate::server::to_wire;
use crate::tables::{TaskKind, WaitKind};

/// The kind of a wait; `None` if it has a name of its own.
pub(super) fn wait_kind(kind: WaitKind) -> Option<&'static str> {
    to_wire::wait_kind(kind).words()
}

/// How a task was spawned.
pub(super) fn task_kind(kind: TaskKind) -> &'static str {
    match kind {
        TaskKind::Task => "task",
        TaskKind::Local => "local",
        TaskKind::BlockOn => "block_on",
        TaskKind::Blocking | TaskKind::Worker => "blocking",
    }
}

/// Whether [`wait_kind`] has `text` for a kind.
pub(super) fn is_wait_kind(text: &str) -> bool {
    wire::WaitKind::all().any(|kind| kind.words() == Some(text))
}
