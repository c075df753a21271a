//! One look at everything, for someone in this process.

use std::time::Duration;

use taskmon_proto::v1 as wire;

use super::hello::hello;
use super::page::Page;
use super::sent::Sent;
use crate::recorder::Recorder;
use crate::stack::Symbols;

/// What a viewer would be sent first, in one page however long. It disturbs no viewer
/// that is attached. `symbols` are for the names of stacks, which may take a while.
pub(crate) fn snapshot(recorder: &Recorder, symbols: &mut Symbols) -> (wire::Hello, wire::Page) {
    let now = recorder.clock.now();
    let mut sent = Sent::default();
    let mut page = Page::new(recorder, &mut sent, Some(symbols), now);
    // In the order in which one refers to the other.
    (0..recorder.tasks.high_water()).for_each(|index| page.task(index));
    (0..recorder.resources.high_water()).for_each(|index| page.resource(index));
    (0..recorder.operations.high_water()).for_each(|index| page.operation(index));
    page.ended_tasks();
    let mut page = page.finish();
    page.tick = 1;
    page.at_nanos = now;
    page.reset = true;
    page.last = true;
    (hello(recorder, Duration::ZERO, Vec::new(), 1), page)
}
