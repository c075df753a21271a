//! Which locks, semaphores and timers are shown, and which of them together.

use std::collections::HashMap;
use std::sync::Arc;

use super::super::super::targets::{Of, Seen};
use super::super::Sight;
use super::super::sites::PlaceId;
use crate::filter::rows::ResourceRow as Shown;
use crate::filter::{Field, Filter, Subject};
use crate::model::{Location, Model, Moment, Resource, ResourceKey, ResourceKind};
use crate::words::plain::plain;

/// So many of one kind and place have a row each; more have one row together.
const APART: usize = 8;

/// What a row is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    One(ResourceKey),
    /// All of one kind that were made at one place.
    Many(PlaceId),
}

/// One row.
#[derive(Clone, Debug)]
pub(super) struct ResourceRow {
    pub(super) key: Of<Name>,
    pub(super) kind: ResourceKind,
    pub(super) type_name: Arc<str>,
    pub(super) made_at: Option<Arc<Location>>,
    pub(super) serial: u64,
    pub(super) count: usize,
    pub(super) waiting: usize,
    /// Since when the longest of them waits.
    pub(super) since: Option<Moment>,
    pub(super) created_at: Moment,
    pub(super) capacity: Option<u64>,
}

impl ResourceRow {
    fn of(target: u16, resource: &Resource, model: &Model) -> Self {
        let waits = resource.waits.iter().filter_map(|key| model.waits.get(key));
        ResourceRow {
            key: Of {
                target,
                key: Name::One(resource.key),
            },
            kind: resource.kind,
            type_name: Arc::clone(&resource.type_name),
            made_at: resource.made_at().cloned(),
            serial: resource.serial,
            count: 1,
            waiting: resource.waits.len(),
            since: waits.map(|wait| wait.since).min(),
            created_at: resource.created_at,
            capacity: resource.capacity,
        }
    }

    fn add(&mut self, other: &ResourceRow) {
        self.count += other.count;
        self.waiting += other.waiting;
        self.since = match (self.since, other.since) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        self.created_at = self.created_at.min(other.created_at);
        self.serial = self.serial.min(other.serial);
    }

    /// Those of the row.
    pub(super) fn filter(&self, sight: &Sight<'_>) -> Filter {
        let is = |field, text: &str| Filter::field_text(Subject::Resources, field, text, true);
        let place = self
            .made_at
            .as_ref()
            .map(|at| at.to_string())
            .unwrap_or_default();
        let filter = is(Field::Kind, self.kind.short())
            .and(is(Field::Type, &plain(&self.type_name)))
            .and(is(Field::Site, &plain(&place)));
        match sight.pictures.get(self.key.target) {
            Some(seen) if sight.pictures.are_several() => filter.and(is(Field::Target, &seen.name)),
            _ => filter,
        }
    }

    pub(super) fn title(&self) -> String {
        let place = match &self.made_at {
            Some(at) => plain(&at.to_string()).into_owned(),
            None => "a place that is not known".to_owned(),
        };
        format!("{} made at {place}", self.kind.short())
    }
}

/// Each by itself.
pub(super) fn one_by_one(
    target: u16,
    seen: &Seen,
    filter: &Filter,
    rows: &mut Vec<ResourceRow>,
) -> usize {
    let model = &seen.picture.model;
    let mut matcher = filter.matcher();
    let mut of = 0;
    for resource in model.resources.values() {
        // Channels have a view of their own.
        if resource.kind == ResourceKind::Mpsc {
            continue;
        }
        of += 1;
        let shown = Shown {
            target: &seen.name,
            model,
            resource,
        };
        if filter.is_all() || matcher.matches(&shown) {
            rows.push(ResourceRow::of(target, resource, model));
        }
    }
    // The table has no order: equal rows are to stay where they are.
    rows.sort_by_key(|row| (row.key.target, row.kind, row.serial));
    of
}

/// Many of one place in one row.
pub(super) fn grouped(
    target: u16,
    seen: &Seen,
    filter: &Filter,
    rows: &mut Vec<ResourceRow>,
) -> usize {
    let mut all = Vec::new();
    let of = one_by_one(target, seen, filter, &mut all);
    let place = |row: &ResourceRow| {
        let at = row.made_at.as_ref().map(|at| Arc::as_ptr(at).addr());
        (row.kind, at)
    };
    let mut groups: HashMap<_, (usize, ResourceRow)> = HashMap::new();
    for row in &all {
        match groups.get_mut(&place(row)) {
            Some((_, group)) => group.add(row),
            None => {
                groups.insert(place(row), (rows.len(), row.clone()));
            }
        }
    }
    rows.extend(all.into_iter().filter_map(|row| {
        let (_, group) = groups.get(&place(&row))?;
        match group.count {
            ..=APART => Some(row),
            // In place of the first of them.
            _ if group.key == row.key => {
                let id = PlaceId::of((row.kind, &row.made_at));
                let key = Of {
                    target,
                    key: Name::Many(id),
                };
                Some(ResourceRow {
                    key,
                    ..group.clone()
                })
            }
            _ => None,
        }
    }));
    of
}
