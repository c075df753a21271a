//! Channels, locks, semaphores and timers.

use super::{nanos, other_task};
use crate::filter::{Field, Probe, Row};
use crate::model::{Channel, Model, Resource};

/// A bounded channel.
#[derive(Clone, Copy)]
pub struct ChannelRow<'a> {
    /// What the program is called.
    pub target: &'a str,
    /// The picture that it is in.
    pub model: &'a Model,
    /// The channel.
    pub channel: &'a Channel<'a>,
}

impl<'a> Row<'a> for ChannelRow<'a> {
    fn visible(&self, probe: &mut Probe<'_, 'a>) {
        use Field::{Fill, Of, Receiver, Resource, Site, Target};
        for field in [Resource, Of, Fill, Receiver, Site, Target] {
            self.texts(field, probe);
        }
    }

    fn texts(&self, field: Field, probe: &mut Probe<'_, 'a>) {
        let resource = self.channel.resource;
        match field {
            Field::Fill => probe.maybe(self.channel.fill.as_str()),
            Field::Of => probe.maybe(resource.element_type.as_deref()),
            Field::Receiver => other_task(probe, self.model, resource.last_taker),
            Field::Resource => probe.shown(resource),
            Field::Site => probe.place(resource.made_at()),
            Field::Target => probe.text(self.target),
            _ => {}
        }
    }

    fn number(&self, field: Field) -> Option<u64> {
        let (resource, now) = (self.channel.resource, self.model.now);
        Some(match field {
            Field::Age => nanos(now.since(resource.created_at)),
            Field::Capacity => return resource.capacity,
            Field::For => nanos(self.channel.longest(now)?),
            Field::Senders => self.channel.senders.len() as u64,
            _ => return None,
        })
    }
}

/// A lock, a semaphore or a timer.
#[derive(Clone, Copy)]
pub struct ResourceRow<'a> {
    /// What the program is called.
    pub target: &'a str,
    /// The picture that it is in.
    pub model: &'a Model,
    /// The resource.
    pub resource: &'a Resource,
}

impl<'a> Row<'a> for ResourceRow<'a> {
    fn visible(&self, probe: &mut Probe<'_, 'a>) {
        for field in [
            Field::Resource,
            Field::Type,
            Field::Holder,
            Field::Site,
            Field::Target,
        ] {
            self.texts(field, probe);
        }
    }

    fn texts(&self, field: Field, probe: &mut Probe<'_, 'a>) {
        let resource = self.resource;
        match field {
            Field::Holder => other_task(probe, self.model, resource.holder),
            Field::Kind => probe.text(resource.kind.short()),
            Field::Resource => probe.shown(resource),
            Field::Site => probe.place(resource.made_at()),
            Field::Target => probe.text(self.target),
            Field::Type => probe.text(&resource.type_name),
            _ => {}
        }
    }

    fn number(&self, field: Field) -> Option<u64> {
        let (model, resource) = (self.model, self.resource);
        Some(match field {
            Field::Age => nanos(model.now.since(resource.created_at)),
            Field::Capacity => return resource.capacity,
            Field::For => {
                let waits = resource.waits.iter().filter_map(|key| model.waits.get(key));
                nanos(model.now.since(waits.map(|wait| wait.since).min()?))
            }
            Field::Waiting => resource.waits.len() as u64,
            _ => return None,
        })
    }
}
