//! Where the state of the program is kept.
//!
//! The callbacks of the layer write here, on the application's threads, without
//! locks; the telemetry thread reads. Slots are reused and tables bounded: what
//! finds no room is counted, not kept.

mod dirty;
mod ended;
mod intern;
mod interner;
mod long_polls;
mod name;
mod operation;
mod recent_times;
/// Apart from it, because `tests/loom.rs` compiles that again.
#[cfg(test)]
mod recent_times_tests;
mod resource;
mod ring;
mod site;
/// Apart from it, because `tests/loom.rs` compiles that again.
#[cfg(test)]
mod site_tests;
mod slab;
mod task;
mod waker_waits;

pub(crate) use dirty::Dirty;
pub(crate) use ended::{EndedRecord, EndedRing, TaskEnd};
pub(crate) use intern::{LocationId, Locations, TextId, Texts, beginning};
pub(crate) use interner::Interner;
pub(crate) use long_polls::LongPolls;
pub(crate) use name::{Name, NameSlot};
pub(crate) use operation::{Operation, OperationSnapshot, WaitKind};
pub(crate) use recent_times::{Histogram, RecentTimes};
pub(crate) use resource::{
    Attribute, AttributeValue, Change, NewResource, Resource, ResourceKind, ResourceSnapshot,
};
pub(crate) use site::{Site, SiteCounts, Sites};
pub(crate) use slab::{GENERATION_BITS, Slab, SlotKey};
pub(crate) use task::{NewTask, Phase, RootId, State, Task, TaskKind, TaskSnapshot};
pub(crate) use waker_waits::{Certainty, MoreWaits, Places, WAKER_WAITS, WakerWait};

#[cfg(test)]
mod tests {
    use super::*;

    /// The book names these figures (docs/src/what-it-costs.md).
    #[test]
    fn slots_are_as_large_as_the_book_says() {
        assert_eq!(size_of::<slab::Slot<Task>>(), 192);
        assert_eq!(size_of::<slab::Slot<RecentTimes>>(), 64);
        assert_eq!(size_of::<slab::Slot<Operation>>(), 64);
        assert_eq!(size_of::<slab::Slot<Resource>>(), 256);
        assert_eq!(size_of::<slab::Slot<NameSlot>>(), 128);
        assert_eq!(size_of::<slab::Slot<MoreWaits>>(), 64);
    }
}
