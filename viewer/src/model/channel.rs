//! Channels, and who is at their ends.

use std::cmp::Reverse;
use std::time::Duration;

use super::{Model, Moment, Resource, ResourceKey, ResourceKind, TaskState, Wait, WaitKind};

/// A bounded channel and who waits on it.
#[derive(Clone, Debug, PartialEq)]
pub struct Channel<'a> {
    /// The channel itself.
    pub resource: &'a Resource,
    /// How full it is.
    pub fill: Fill,
    /// The sends that wait, the longest first.
    pub senders: Vec<&'a Wait>,
}

/// How full a channel is, as far as its waits tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fill {
    /// No room: a send waits.
    Full,
    /// No message: its receiver waits.
    Empty,
    /// Nobody waits.
    Unknown,
}

impl Fill {
    /// `full`, `empty`, or nothing.
    pub fn as_str(self) -> Option<&'static str> {
        match self {
            Fill::Full => Some("full"),
            Fill::Empty => Some("empty"),
            Fill::Unknown => None,
        }
    }
}

impl Channel<'_> {
    /// How long the longest send has waited, if any waits.
    pub fn longest(&self, now: Moment) -> Option<Duration> {
        self.senders.first().map(|wait| now.since(wait.since))
    }
}

impl Model {
    /// All bounded channels: those with most senders waiting first, and of these
    /// the one that waited for the longest.
    pub fn channels(&self) -> Vec<Channel<'_>> {
        let keys = self.resources.keys();
        let mut channels: Vec<_> = keys.filter_map(|key| self.channel(*key)).collect();
        channels.sort_by_cached_key(|channel| {
            let waiting = Reverse((channel.senders.len(), channel.longest(self.now)));
            (waiting, channel.resource.serial, channel.resource.key)
        });
        channels
    }

    /// The channel of that name; `None` if there is none.
    pub fn channel(&self, key: ResourceKey) -> Option<Channel<'_>> {
        let resource = self.resources.get(&key)?;
        if resource.kind != ResourceKind::Mpsc {
            return None;
        }
        let waits = || resource.waits.iter().filter_map(|key| self.waits.get(key));
        let mut senders: Vec<_> = waits()
            .filter(|wait| wait.kind == WaitKind::MpscSend)
            .collect();
        senders.sort_by_key(|wait| (wait.since, wait.key));
        let fill = if !senders.is_empty() {
            Fill::Full
        } else if waits().any(|wait| self.receives_in_vain(wait)) {
            Fill::Empty
        } else {
            Fill::Unknown
        };
        Some(Channel {
            resource,
            fill,
            senders,
        })
    }

    /// A message would have woken the task.
    fn receives_in_vain(&self, wait: &Wait) -> bool {
        let task = self.tasks.get(&wait.task);
        wait.kind == WaitKind::MpscRecv && task.is_some_and(|it| it.state == TaskState::Waiting)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::TaskKey;
    use crate::model::sample::Sample;

    fn send(sample: &mut Sample, id: u64, since: u64, channel: ResourceKey) -> TaskKey {
        let task = sample.task(id);
        sample.wait_on(task, WaitKind::MpscSend, since, channel);
        task
    }

    #[test]
    fn the_channel_with_most_senders_waiting_is_first() {
        let mut sample = Sample::new();
        let [idle, one, longer, two] =
            [1, 2, 3, 4].map(|it| sample.resource(ResourceKind::Mpsc, it));
        sample.resource(ResourceKind::Mutex, 5);
        send(&mut sample, 1, 50, one);
        send(&mut sample, 2, 40, longer);
        send(&mut sample, 3, 90, two);
        send(&mut sample, 4, 80, two);
        let channels = sample.model.channels();
        let keys: Vec<_> = channels.iter().map(|it| it.resource.key).collect();
        assert_eq!(keys, [two, longer, one, idle]);
        let longest = channels[0].longest(sample.model.now);
        assert_eq!(longest, Some(Duration::from_secs(20)));
        assert_eq!(channels[3].longest(sample.model.now), None);
    }

    #[test]
    fn who_waits_tells_how_full_a_channel_is() {
        let mut sample = Sample::new();
        let channel = sample.resource(ResourceKind::Mpsc, 1);
        let fill = |sample: &Sample| sample.model.channel(channel).unwrap().fill;
        assert_eq!(fill(&sample), Fill::Unknown);
        let receiver = sample.task(1);
        sample.wait_on(receiver, WaitKind::MpscRecv, 10, channel);
        assert_eq!(fill(&sample), Fill::Empty);
        sample.state(receiver, TaskState::Scheduled);
        assert_eq!(
            fill(&sample),
            Fill::Unknown,
            "it may have been woken by a message"
        );
        send(&mut sample, 2, 20, channel);
        assert_eq!(fill(&sample), Fill::Full);
    }

    #[test]
    fn a_lock_is_no_channel() {
        let mut sample = Sample::new();
        let lock = sample.resource(ResourceKind::Mutex, 1);
        assert_eq!(sample.model.channel(lock), None);
    }
}
