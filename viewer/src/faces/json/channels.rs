//! Bounded channels and who is at their ends.

use serde::Serialize;

use super::stack::{LocationJson, location, site};
use super::{Head, time, whole_millis};
use crate::model::{Channel, Model, Resource, TaskKey};

/// What `taskmon channels --json` prints.
#[derive(Debug, Serialize)]
pub struct ChannelList<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    channels: Vec<ChannelJson<'a>>,
}

impl<'a> ChannelList<'a> {
    /// All bounded channels, those with most senders waiting first.
    pub fn new(target: &'a str, model: &'a Model) -> Self {
        let channels = model.channels();
        ChannelList {
            head: Head::new(target, model),
            channels: channels.iter().map(|it| channel(model, it)).collect(),
        }
    }
}

#[derive(Debug, Serialize)]
struct ChannelJson<'a> {
    name: String,
    element_type: Option<&'a str>,
    capacity: Option<u64>,
    /// `full` if a send waits, `empty` if its receiver does; else not known.
    fill: Option<&'static str>,
    senders_waiting: usize,
    longest_wait_ms: Option<u64>,
    /// The task that last received.
    receiver: Option<ReceiverJson<'a>>,
    last_taken: Option<String>,
    created: Option<String>,
    created_at: Option<LocationJson<'a>>,
    /// The task that made it.
    creator: Option<u64>,
}

#[derive(Debug, Serialize)]
struct ReceiverJson<'a> {
    /// `null` if it has ended.
    task: Option<u64>,
    name: Option<&'a str>,
    /// What it is doing, in words, and for how long.
    doing: Option<String>,
}

fn channel<'a>(model: &'a Model, channel: &Channel<'a>) -> ChannelJson<'a> {
    let resource = channel.resource;
    let creator = resource.creator.and_then(|key| model.tasks.get(&key));
    ChannelJson {
        name: resource.to_string(),
        element_type: resource.element_type.as_deref(),
        capacity: resource.capacity,
        fill: channel.fill.as_str(),
        senders_waiting: channel.senders.len(),
        longest_wait_ms: channel.longest(model.now).map(whole_millis),
        receiver: resource.last_taker.map(|key| receiver(model, key)),
        last_taken: resource.last_taken.and_then(|taken| time(model, taken)),
        created: time(model, resource.created_at),
        created_at: made_at(resource),
        creator: creator.map(|task| task.tokio_id),
    }
}

fn receiver(model: &Model, key: TaskKey) -> ReceiverJson<'_> {
    let task = model.tasks.get(&key);
    ReceiverJson {
        task: task.map(|task| task.tokio_id),
        name: task.map(|task| &*task.name),
        doing: task.map(|task| model.doing_text(task)),
    }
}

fn made_at(resource: &Resource) -> Option<LocationJson<'_>> {
    match &resource.location {
        Some(known) => Some(location(known)),
        None => site(resource.creation_stack.as_deref()?),
    }
}
