//! What is wrong and what was, a row for each alert.
//!
//! `rows` finds the alerts of all programs, `draw` shows them as a table, and `told`
//! says all about the selected one: what it means and what to do.

mod draw;
mod rows;
mod told;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position, Rect};

use self::rows::{AlertOf, Found};
use super::super::keys::{Action, Binding, MOVES};
use super::super::table::{Hit, List};
use super::super::targets::{Of, Pictures};
use super::stacks;
use super::{Badge, Copied, Format, Link, News, Reaction, Sight, View, Writing};
use crate::faces::json::AlertList;
use crate::faces::json_writer;
use crate::filter::{Field, Filter, Subject};
use crate::model::SiteRole;
use crate::rules::Severity;
use crate::words::plain::plain;

const KEYS: &[Binding] = &[
    Binding::new(Action::Open, "Enter", "the tasks that it is about").short("its tasks"),
    Binding::new(
        Action::Stacks,
        "d",
        "the stacks of the task that has been so for the longest",
    )
    .short("stacks"),
];

/// The least rows of the table that stay beside what is told of an alert.
const ROWS: u16 = 4;

/// How much is wrong.
pub(super) fn badge(pictures: &Pictures) -> Badge {
    let count = |severity| match pictures.alerts(severity) {
        0 => None,
        count => Some((count, severity)),
    };
    let errors = count(Severity::Error);
    let found = errors.or_else(|| count(Severity::Warning));
    let badge = found.map(|(count, severity)| Badge {
        text: format!("{}{count}", super::tasks::mark(Some(severity))),
        severity: Some(severity),
    });
    badge.unwrap_or_default()
}

/// The table of alerts.
#[derive(Debug)]
pub(in super::super) struct Alerts {
    list: List<AlertOf>,
}

impl Alerts {
    pub(super) fn new() -> Self {
        Alerts { list: List::new() }
    }

    fn selected<'a>(&self, pictures: &'a Pictures) -> Option<Found<'a>> {
        rows::find(pictures, self.list.selected()?)
    }

    fn tasks(&self, pictures: &Pictures) -> Reaction {
        match self.selected(pictures) {
            None => Reaction::None,
            Some(found) => Reaction::Open(Link::Tasks {
                filter: concerned(&found, pictures),
                title: format!("{} {}", found.alert.rule, plain(&found.alert.place())),
            }),
        }
    }
}

/// The tasks that an alert is about; of one that is over, those at its site.
fn concerned(found: &Found<'_>, pictures: &Pictures) -> Filter {
    let alert = found.alert;
    let is = |field, text: &str| Filter::field_text(Subject::Tasks, field, text, true);
    let mut filter = Filter::all(Subject::Tasks);
    if alert.ended_at.is_none() {
        filter = filter.and(is(Field::Alert, alert.rule));
    }
    if let Some(site) = &alert.site {
        let field = match alert.site_role {
            SiteRole::Waits => Field::At,
            SiteRole::Spawned => Field::SpawnedAt,
        };
        filter = filter.and(is(field, &site.to_string()));
    }
    if pictures.are_several() {
        filter = filter.and(is(Field::Target, &found.seen.name));
    }
    filter
}

impl View for Alerts {
    fn title(&self, _: &Sight<'_>) -> String {
        "alerts".to_owned()
    }

    fn keys(&self) -> Vec<&'static [Binding]> {
        vec![KEYS, MOVES]
    }

    fn has_alerts_above(&self) -> bool {
        false
    }

    fn look(&mut self, sight: &Sight<'_>, news: News<'_>) -> bool {
        if matches!(news, News::Nothing) {
            return false;
        }
        let found = rows::in_order(sight.pictures).into_iter();
        self.list.replace(found.map(|found| found.row).collect());
        self.list.select_one();
        true
    }

    fn act(&mut self, action: Action, sight: &Sight<'_>) -> Reaction {
        match action {
            Action::Open => return self.tasks(sight.pictures),
            Action::Stacks => {
                let Some(found) = self.selected(sight.pictures) else {
                    return Reaction::None;
                };
                return Reaction::Open(Link::Stacks(stacks::Subject::Task(Of {
                    target: found.row.target,
                    key: found.alert.example.task,
                })));
            }
            _ if self.list.go(action) => {}
            _ => return Reaction::None,
        }
        Reaction::Done
    }

    fn click(&mut self, position: Position, twice: bool, sight: &Sight<'_>) -> Reaction {
        let Some(Hit::Row(alert)) = self.list.at(position) else {
            return Reaction::None;
        };
        self.list.choose(alert);
        match twice {
            true => self.tasks(sight.pictures),
            false => Reaction::Done,
        }
    }

    fn draw(&mut self, frame: &mut Frame<'_>, area: Rect, sight: &Sight<'_>) {
        let told = self.selected(sight.pictures);
        let Some(told) = told.filter(|_| area.height > 2 * ROWS) else {
            return draw::draw(frame, area, &mut self.list, sight);
        };
        let rows = self.list.rows.len().min(usize::from(area.height / 2));
        let rows = (rows as u16 + 1).max(ROWS);
        let layout = Layout::vertical([Constraint::Length(rows), Constraint::Min(1)]);
        let [table, below] = layout.areas(area);
        draw::draw(frame, table, &mut self.list, sight);
        told::draw(frame, below, &told, sight);
    }

    fn copied(&self, sight: &Sight<'_>) -> Option<Copied> {
        let found = self.selected(sight.pictures)?;
        Some(Copied {
            what: "the alert",
            text: told::text(&found, sight).join("\n"),
        })
    }

    fn written(&self, format: Format, sight: &Sight<'_>) -> Writing {
        let sight_pictures = sight.pictures.clone();
        match format {
            Format::Json => Box::new(move |mut out| {
                let all = sight_pictures.all().iter();
                let lists: Vec<_> = all
                    .map(|seen| {
                        let picture = &seen.picture;
                        AlertList::new(&seen.name, &picture.model, &picture.alerts, None)
                    })
                    .collect();
                match &*lists {
                    [one] => json_writer::write(&mut out, one),
                    several => json_writer::write(&mut out, &several),
                }
            }),
            Format::Text => {
                let found = rows::in_order(sight.pictures);
                let told = found
                    .iter()
                    .map(|found| told::text(found, sight).join("\n"));
                let told: Vec<String> = told.collect();
                Box::new(move |out| {
                    if told.is_empty() {
                        return writeln!(out, "no alerts");
                    }
                    writeln!(out, "{}", told.join("\n\n"))
                })
            }
        }
    }

    fn rows(&self) -> usize {
        self.list.rows.len()
    }
}
