//! Places where tasks are spawned, and places where they wait.

use super::nanos;
use crate::filter::{Field, Probe, Row};
use crate::model::{Model, SiteKey, SiteTasks, SpawnSite, WaitSite};

/// A place where tasks are spawned.
#[derive(Clone, Copy)]
pub struct SpawnSiteRow<'a> {
    /// What the program is called.
    pub target: &'a str,
    /// The place.
    pub key: &'a SiteKey,
    /// The picture that it is in.
    pub model: &'a Model,
    /// What became of the tasks there.
    pub site: &'a SpawnSite,
    /// What those do that are alive.
    pub tasks: &'a SiteTasks,
}

impl<'a> Row<'a> for SpawnSiteRow<'a> {
    fn visible(&self, probe: &mut Probe<'_, 'a>) {
        for field in [Field::Site, Field::Kind, Field::Target] {
            self.texts(field, probe);
        }
    }

    fn texts(&self, field: Field, probe: &mut Probe<'_, 'a>) {
        match field {
            Field::Kind => probe.shown(self.key.kind),
            Field::Site => probe.place(Some(&self.key.location)),
            Field::Target => probe.text(self.target),
            _ => {}
        }
    }

    fn number(&self, field: Field) -> Option<u64> {
        let (site, tasks) = (self.site, self.tasks);
        Some(match field {
            Field::Busy => nanos(site.busy.saturating_add(tasks.busy)),
            Field::Cancelled => site.cancelled,
            Field::Completed => site.completed,
            Field::Live => site.live(),
            Field::Lost => tasks.states.lost as u64,
            Field::Oldest if tasks.states.live() > 0 => nanos(self.model.now.since(tasks.oldest)),
            Field::Panicked => site.panicked,
            Field::Polls => site.polls.saturating_add(tasks.polls),
            Field::Running => tasks.states.running as u64,
            Field::Spawned => site.spawned,
            Field::Waiting => tasks.states.waiting as u64,
            _ => return None,
        })
    }
}

/// A place where tasks wait for one kind of operation.
#[derive(Clone, Copy)]
pub struct WaitSiteRow<'a> {
    /// What the program is called.
    pub target: &'a str,
    /// The place.
    pub site: &'a WaitSite<'a>,
}

impl<'a> Row<'a> for WaitSiteRow<'a> {
    fn visible(&self, probe: &mut Probe<'_, 'a>) {
        for field in [Field::Wait, Field::Site, Field::On, Field::Target] {
            self.texts(field, probe);
        }
    }

    fn texts(&self, field: Field, probe: &mut Probe<'_, 'a>) {
        match field {
            Field::At | Field::Site => {
                probe.place(self.site.site);
                probe.maybe(self.site.function);
            }
            Field::On => {
                let on = self.site.resources.iter();
                on.for_each(|resource| probe.shown(resource));
            }
            Field::Target => probe.text(self.target),
            Field::Wait => probe.text(self.site.kind.as_str()),
            _ => {}
        }
    }

    fn number(&self, field: Field) -> Option<u64> {
        Some(match field {
            Field::For => nanos(self.site.longest),
            Field::Tasks => self.site.tasks as u64,
            Field::Waits => self.site.waits,
            _ => return None,
        })
    }
}
