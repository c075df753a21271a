//! Where tasks wait, and what for.

use std::sync::Arc;
use std::time::Duration;

use ratatui::layout::HorizontalAlignment::{Left, Right};

use super::super::super::table::Keeps;
use super::super::super::table::sheet::{Column, Rank, Record, shape, target};
use super::super::super::targets::{Of, Seen};
use super::{PlaceId, PlaceOf, at_place};
use crate::filter::rows::WaitSiteRow;
use crate::filter::{Field, Filter, Subject};
use crate::model::{Location, Resource, SiteRole, WaitKind, WaitSite};
use crate::words::duration::human;
use crate::words::plain::plain;

/// How many channels and locks of a place are named.
const NAMED: usize = 3;

/// A place where tasks wait for one kind of operation.
#[derive(Clone, Debug)]
pub(super) struct WaitRow {
    pub(super) key: PlaceOf,
    kind: WaitKind,
    site: Option<Arc<Location>>,
    role: SiteRole,
    function: String,
    waits: u64,
    tasks: usize,
    longest: Duration,
    on: String,
}

pub(super) fn find(target: u16, seen: &Seen, filter: &Filter, rows: &mut Vec<WaitRow>) -> usize {
    let model = &seen.picture.model;
    let sites = model.wait_sites();
    let target_name = &*seen.name;
    let shown = sites.iter().filter(|site| {
        let row = WaitSiteRow {
            target: target_name,
            site,
        };
        filter.is_all() || filter.matches(&row)
    });
    rows.extend(shown.map(|site| row(target, site, |resource| model.resource_text(resource))));
    sites.len()
}

fn row(target: u16, site: &WaitSite<'_>, text: impl Fn(&Resource) -> String) -> WaitRow {
    WaitRow {
        key: Of {
            target,
            key: PlaceId::of((site.kind, site.site, site.role)),
        },
        kind: site.kind.clone(),
        site: site.site.cloned(),
        role: site.role,
        function: plain(site.function.unwrap_or_default()).into_owned(),
        waits: site.waits,
        tasks: site.tasks,
        longest: site.longest,
        on: on(&site.resources, text),
    }
}

/// What is waited on: one thing in full, of several how many and which.
fn on(resources: &[&Resource], text: impl Fn(&Resource) -> String) -> String {
    match resources {
        [] => String::new(),
        [only] => plain(&text(only)).into_owned(),
        several => {
            let names = several.iter().take(NAMED).map(|it| it.to_string());
            let names = names.collect::<Vec<_>>().join(", ");
            let more = if several.len() > NAMED { ", …" } else { "" };
            format!("{}: {names}{more}", several.len())
        }
    }
}

impl WaitRow {
    /// The tasks that wait there.
    pub(super) fn filter(&self) -> Filter {
        let field = match self.role {
            SiteRole::Waits => Field::At,
            SiteRole::Spawned => Field::SpawnedAt,
        };
        let kind = self.kind.to_string();
        let kind = Filter::field_text(Subject::Tasks, Field::Wait, &plain(&kind), true);
        kind.and(at_place(field, self.site.as_deref()))
    }

    pub(super) fn title(&self) -> String {
        format!("{} at {}", plain(self.kind.as_str()), self.place())
    }

    fn place(&self) -> String {
        match (&self.site, self.role) {
            (None, _) => "a place that is not known".to_owned(),
            (Some(site), SiteRole::Waits) => plain(&site.to_string()).into_owned(),
            (Some(site), SiteRole::Spawned) => {
                format!("tasks spawned at {}", plain(&site.to_string()))
            }
        }
    }
}

impl Record for WaitRow {
    type Key = PlaceId;

    fn key(&self) -> PlaceOf {
        self.key
    }

    fn columns() -> &'static [Column<Self>] {
        COLUMNS
    }

    fn none() -> &'static str {
        "no waits are known"
    }

    fn candidates(seen: &Seen) -> usize {
        let model = &seen.picture.model;
        model.tasks.len() + model.waits.len()
    }
}

const COLUMNS: &[Column<WaitRow>] = &[
    Column::new(
        shape("WAITS", 7, 0, 0, Right, Keeps::Start),
        |row, _| row.waits.to_string(),
        |row| Rank::Number(row.waits),
    ),
    Column::new(
        shape("TASKS", 7, 0, 4, Right, Keeps::Start),
        |row, _| row.tasks.to_string(),
        |row| Rank::Number(row.tasks as u64),
    ),
    Column::new(
        shape("LONGEST", 8, 0, 1, Right, Keeps::Start),
        |row, _| human(row.longest),
        |row| Rank::Number(u64::try_from(row.longest.as_nanos()).unwrap_or(u64::MAX)),
    ),
    Column::new(
        shape("WAITS FOR", 14, 1, 1, Left, Keeps::Start),
        |row: &WaitRow, _| plain(row.kind.as_str()).into_owned(),
        |row| Rank::Text(row.kind.to_string()),
    )
    .styled(|_, theme| theme.state(crate::model::TaskState::Waiting)),
    Column::new(
        shape("AT", 20, 2, 1, Left, Keeps::End),
        |row, _| row.place(),
        |row| Rank::Text(row.place()),
    ),
    Column::new(
        shape("ON", 14, 2, 2, Left, Keeps::Start),
        |row, _| row.on.clone(),
        |row| Rank::Text(row.on.clone()),
    ),
    Column::new(
        shape("FUNCTION", 16, 1, 5, Left, Keeps::End),
        |row, _| row.function.clone(),
        |row| Rank::Text(row.function.clone()),
    ),
    target(),
];
