//! Programs that are stuck.

mod channels;
mod locks;
mod spinning;
mod tasks;
