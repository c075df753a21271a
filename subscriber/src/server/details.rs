//! What is told of one task, when it is asked for.

use taskmon_proto::v1 as wire;
use tonic::Status;

use crate::recorder::Recorder;
use crate::tables::{Histogram, SlotKey};

/// The details of the task with this key on the wire.
pub(super) fn details(recorder: &Recorder, task: u64) -> Result<wire::DetailsResponse, Status> {
    let key = SlotKey::from_wire(task);
    let key = key.filter(|key| recorder.tasks.get(*key).is_some());
    let Some(key) = key else {
        return Err(Status::not_found("there is no such task any more"));
    };
    let times = recorder.recent_times.beside(key.index);
    let times = times.and_then(|times| times.of(key.generation));
    let [polls, delays] = times.unwrap_or_default();
    Ok(wire::DetailsResponse {
        polls: recent_times(polls),
        delays: recent_times(delays),
    })
}

fn recent_times(counts: [u8; Histogram::PLACES]) -> Option<wire::RecentTimes> {
    let any = counts.iter().any(|count| *count > 0);
    any.then(|| wire::RecentTimes {
        from_nanos: Histogram::FROM.to_vec(),
        counts: counts.map(u32::from).to_vec(),
    })
}
