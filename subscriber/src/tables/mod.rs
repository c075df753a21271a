//! Where the state of the program is kept.
//!
//! The callbacks of the layer write here, on the application's threads, without
//! locks; the telemetry thread reads. Slots are reused and tables bounded: what
//! finds no room is counted, not kept.

mod dirty;
mod ended;
mod intern;
mod name;
mod operation;
mod resource;
mod slab;
mod task;

pub(crate) use dirty::Dirty;
pub(crate) use ended::{EndedRecord, EndedRing, TaskEnd};
pub(crate) use intern::{LocationId, Locations, Site, TextId, Texts};
pub(crate) use name::{Name, NameSlot};
pub(crate) use operation::{Operation, OperationSnapshot, WaitKind};
pub(crate) use resource::{
    Attribute, AttributeValue, Change, NewResource, Resource, ResourceKind, ResourceSnapshot,
};
pub(crate) use slab::{GENERATION_BITS, Slab, SlotKey};
pub(crate) use task::{NewTask, Phase, State, Task, TaskKind, TaskSnapshot};
