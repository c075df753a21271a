//! What taskmon claims of its cost as counts, which hold on any machine however busy
//! it is: what it allocates, how often its thread wakes up, and that its tables are
//! exact.

mod allocations;
mod support;
mod tables;
mod wake_ups;

use allocations::Allocator;

#[global_allocator]
static ALLOCATOR: Allocator = Allocator;
