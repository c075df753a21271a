//! Where tasks are spawned.

use std::sync::Arc;
use std::time::Duration;

use ratatui::layout::HorizontalAlignment::{Left, Right};
use ratatui::style::Style;

use super::super::super::table::Keeps;
use super::super::super::table::sheet::{Cell, Column, Rank, Record, shape, target};
use super::super::super::targets::{Of, Seen};
use super::super::super::widgets::sparkline;
use super::super::super::widgets::unit::Unit;
use super::{PlaceId, PlaceOf, at_place};
use crate::filter::rows::SpawnSiteRow;
use crate::filter::{Field, Filter, Subject};
use crate::model::{SiteKey, SitePoint, SiteTasks, SpawnSite, TaskKind};
use crate::words::duration::human;
use crate::words::plain::plain;

/// Over how long the rates are that are shown.
const RECENT: Duration = Duration::from_secs(5);

/// A place where tasks are spawned.
#[derive(Clone, Debug)]
pub(super) struct SpawnRow {
    pub(super) key: PlaceOf,
    site: Arc<SiteKey>,
    counts: SpawnSite,
    tasks: SiteTasks,
    /// How old the oldest live task is, if any is alive.
    oldest: Option<Duration>,
    recent: Option<SitePoint>,
}

pub(super) fn find(target: u16, seen: &Seen, filter: &Filter, rows: &mut Vec<SpawnRow>) -> usize {
    let model = &seen.picture.model;
    let site_tasks = model.site_tasks();
    let none = SiteTasks::default();
    let mut matcher = filter.matcher();
    for (key, site) in &model.sites {
        let tasks = site_tasks.get(key).unwrap_or(&none);
        let row = SpawnSiteRow {
            target: &seen.name,
            key,
            model,
            site,
            tasks,
        };
        if !matcher.matches(&row) {
            continue;
        }
        let is_alive = tasks.states.live() > 0;
        rows.push(SpawnRow {
            key: Of {
                target,
                key: PlaceId::of(key),
            },
            site: Arc::new(key.clone()),
            counts: *site,
            tasks: *tasks,
            oldest: is_alive.then(|| model.now.since(tasks.oldest)),
            recent: model.history.site_now(key, RECENT),
        });
    }
    model.sites.len()
}

impl SpawnRow {
    /// Its live tasks.
    pub(super) fn filter(&self) -> Filter {
        let place = at_place(Field::SpawnedAt, Some(&self.site.location));
        let kind = self.site.kind.to_string();
        place.and(Filter::field_text(Subject::Tasks, Field::Kind, &kind, true))
    }

    pub(super) fn title(&self) -> String {
        let place = self.site.location.to_string();
        format!("tasks spawned at {}", plain(&place))
    }

    fn rate(&self, rate: fn(&SitePoint) -> Option<f64>) -> Option<f64> {
        rate(self.recent.as_ref()?)
    }
}

impl Record for SpawnRow {
    type Key = PlaceId;

    fn key(&self) -> PlaceOf {
        self.key
    }

    fn columns() -> &'static [Column<Self>] {
        COLUMNS
    }

    fn none() -> &'static str {
        "no task was ever spawned"
    }

    fn candidates(seen: &Seen) -> usize {
        seen.picture.model.sites.len()
    }
}

const COLUMNS: &[Column<SpawnRow>] = &[
    Column::new(
        shape("LIVE", 7, 0, 0, Right, Keeps::Start),
        |row, _| row.counts.live().to_string(),
        |row| Rank::Number(row.counts.live()),
    ),
    Column::new(
        shape("OVER TIME", 12, 2, 2, Left, Keeps::Start),
        trend,
        |row| Rank::Number(row.counts.live()),
    )
    .styled(|_, theme| theme.series(0)),
    Column::new(
        shape("SPAWNED", 8, 0, 1, Right, Keeps::Start),
        |row, _| rate(row.rate(|it| it.spawned)),
        |row| thousandths(row.rate(|it| it.spawned)),
    ),
    Column::new(
        shape("ENDED", 8, 0, 3, Right, Keeps::Start),
        |row, _| rate(row.rate(|it| it.ended)),
        |row| thousandths(row.rate(|it| it.ended)),
    ),
    Column::new(
        shape("BUSY", 5, 0, 2, Right, Keeps::Start),
        |row, _| {
            let busy = row.rate(|it| it.busy);
            busy.map_or("-".to_owned(), |busy| Unit::Share.text(busy))
        },
        |row| thousandths(row.rate(|it| it.busy)),
    ),
    Column::new(
        shape("RUN", 5, 0, 6, Right, Keeps::Start),
        |row, _| row.tasks.states.running.to_string(),
        |row| Rank::Number(row.tasks.states.running as u64),
    ),
    Column::new(
        shape("SCHED", 6, 0, 6, Right, Keeps::Start),
        |row, _| row.tasks.states.scheduled.to_string(),
        |row| Rank::Number(row.tasks.states.scheduled as u64),
    ),
    Column::new(
        shape("WAIT", 7, 0, 5, Right, Keeps::Start),
        |row, _| row.tasks.states.waiting.to_string(),
        |row| Rank::Number(row.tasks.states.waiting as u64),
    ),
    Column::new(
        shape("LOST", 5, 0, 7, Right, Keeps::Start),
        |row: &SpawnRow, _| row.tasks.states.lost.to_string(),
        |row| Rank::Number(row.tasks.states.lost as u64),
    )
    .styled(|row, theme| match row.tasks.states.lost {
        0 => Style::new(),
        _ => theme.state(crate::model::TaskState::Lost),
    }),
    Column::new(
        shape("OLDEST", 7, 0, 3, Right, Keeps::Start),
        |row, _| row.oldest.map_or("-".to_owned(), human),
        |row| Rank::Number(row.oldest.map_or(0, |age| age.as_nanos() as u64)),
    ),
    Column::new(
        shape("ALL BUSY", 8, 0, 8, Right, Keeps::Start),
        |row, _| human(row.counts.busy.saturating_add(row.tasks.busy)),
        |row| {
            let busy = row.counts.busy.saturating_add(row.tasks.busy);
            Rank::Number(u64::try_from(busy.as_nanos()).unwrap_or(u64::MAX))
        },
    ),
    Column::new(
        shape("IN ALL", 8, 0, 8, Right, Keeps::Start),
        |row, _| row.counts.spawned.to_string(),
        |row| Rank::Number(row.counts.spawned),
    ),
    Column::new(
        shape("SPAWNED AT", 20, 3, 0, Left, Keeps::End),
        |row, _| place(row),
        |row| Rank::Text(place(row)),
    ),
    target(),
];

fn place(row: &SpawnRow) -> String {
    let place = row.site.location.to_string();
    let place = plain(&place);
    match row.site.kind {
        TaskKind::Task => place.into_owned(),
        kind => format!("{kind} {place}"),
    }
}

/// How the number of live tasks went: the newest at the right.
fn trend(row: &SpawnRow, cell: &Cell<'_>) -> String {
    let history = &cell.seen.picture.model.history;
    let series = history.site(&row.site, cell.width.into());
    let live: Vec<_> = series
        .iter()
        .map(|point| point.map(|it| f64::from(it.live)))
        .collect();
    sparkline::text(&live, cell.width, cell.theme.marks())
}

fn rate(rate: Option<f64>) -> String {
    rate.map_or("-".to_owned(), |rate| Unit::PerSecond.text(rate))
}

fn thousandths(rate: Option<f64>) -> Rank {
    Rank::Number(rate.map_or(0, |rate| (rate * 1e3) as u64))
}
