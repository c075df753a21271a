//! Where tasks are spawned, or where they wait: a row for each place.
//!
//! `spawned` and `waiting` say what is told of a place of either kind; this file turns
//! from the one table to the other, and opens the tasks of a place.

mod spawned;
mod waiting;

use std::hash::{DefaultHasher, Hash, Hasher};

use ratatui::Frame;
use ratatui::crossterm::event::Event;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::text::{Line, Span};

use self::spawned::SpawnRow;
use self::waiting::WaitRow;
use super::super::keys::{Action, Binding, MOVES};
use super::super::table::FilterLine;
use super::super::table::sheet::{Clicked, SORT_KEYS, Sheet};
use super::super::targets::{Of, Pictures, Seen};
use super::{Badge, Copied, Format, Link, News, Reaction, Sight, View, Writing};
use crate::filter::{Field, Filter, Subject};
use crate::words::plain::plain;

const KEYS: &[Binding] = &[
    Binding::new(Action::Open, "Enter", "the tasks of the place").short("its tasks"),
    Binding::new(
        Action::Tree,
        "t",
        "where tasks are spawned, or where they wait",
    )
    .short("spawned/waiting"),
];

/// A place of one program, by what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PlaceId(u64);

impl PlaceId {
    fn of(what: impl Hash) -> Self {
        let mut hasher = DefaultHasher::new();
        what.hash(&mut hasher);
        PlaceId(hasher.finish())
    }
}

/// How many places tasks are spawned at.
pub(super) fn badge(pictures: &Pictures) -> Badge {
    let all = pictures.all().iter();
    let sites: usize = all.map(|seen| seen.picture.model.sites.len()).sum();
    Badge {
        text: sites.to_string(),
        severity: None,
    }
}

/// Both tables.
#[derive(Debug)]
pub(in super::super) struct Sites {
    spawned: Sheet<SpawnRow>,
    waiting: Sheet<WaitRow>,
    /// Whether it is where they wait that is shown.
    waits: bool,
}

impl Sites {
    pub(super) fn new() -> Self {
        Sites {
            spawned: Sheet::new(FilterLine::new(Subject::Sites), spawned::find),
            waiting: Sheet::new(FilterLine::new(Subject::Waits), waiting::find),
            waits: false,
        }
    }

    fn open(&mut self, sight: &Sight<'_>) -> Reaction {
        let found = match self.waits {
            false => {
                self.spawned.select_one();
                let row = self.spawned.selected();
                row.map(|row| (row.key.target, row.filter(), row.title()))
            }
            true => {
                self.waiting.select_one();
                let row = self.waiting.selected();
                row.map(|row| (row.key.target, row.filter(), row.title()))
            }
        };
        match found {
            Some((target, filter, title)) => Reaction::Open(Link::Tasks {
                filter: of_target(filter, target, sight),
                title,
            }),
            None => Reaction::None,
        }
    }

    fn clicked(&mut self, clicked: Clicked, twice: bool, sight: &Sight<'_>) -> Reaction {
        match clicked {
            Clicked::Nothing => Reaction::None,
            Clicked::Row if twice => self.open(sight),
            Clicked::Row | Clicked::Title => Reaction::Done,
        }
    }
}

/// Of several programs only the tasks of one are meant.
pub(super) fn of_target(filter: Filter, target: u16, sight: &Sight<'_>) -> Filter {
    match sight.pictures.get(target) {
        Some(Seen { name, .. }) if sight.pictures.are_several() => filter.and(Filter::field_text(
            Subject::Tasks,
            Field::Target,
            name,
            true,
        )),
        _ => filter,
    }
}

/// The tasks of which `field` is this place.
fn at_place(field: Field, place: Option<&crate::model::Location>) -> Filter {
    match place {
        Some(place) => {
            let place = place.to_string();
            Filter::field_text(Subject::Tasks, field, &plain(&place), true)
        }
        None => Filter::field_text(Subject::Tasks, field, "", true),
    }
}

impl View for Sites {
    fn title(&self, _: &Sight<'_>) -> String {
        match self.waits {
            false => "spawn sites".to_owned(),
            true => "wait sites".to_owned(),
        }
    }

    fn keys(&self) -> Vec<&'static [Binding]> {
        vec![KEYS, SORT_KEYS, MOVES]
    }

    fn has_alerts_above(&self) -> bool {
        false
    }

    fn look(&mut self, sight: &Sight<'_>, news: News<'_>) -> bool {
        match self.waits {
            false => self.spawned.look(sight, news),
            true => self.waiting.look(sight, news),
        }
    }

    fn act(&mut self, action: Action, sight: &Sight<'_>) -> Reaction {
        match (action, self.waits) {
            (Action::Open, _) => self.open(sight),
            (Action::Tree, _) => {
                self.waits = !self.waits;
                self.look(sight, News::All);
                Reaction::Done
            }
            (action, false) => self.spawned.act(action, sight),
            (action, true) => self.waiting.act(action, sight),
        }
    }

    fn is_typing(&self) -> bool {
        match self.waits {
            false => self.spawned.is_typing(),
            true => self.waiting.is_typing(),
        }
    }

    fn type_in(&mut self, event: &Event, sight: &Sight<'_>) -> Reaction {
        match self.waits {
            false => self.spawned.type_in(event, sight),
            true => self.waiting.type_in(event, sight),
        }
    }

    fn click(&mut self, position: Position, twice: bool, sight: &Sight<'_>) -> Reaction {
        let clicked = match self.waits {
            false => self.spawned.click(position, sight),
            true => self.waiting.click(position, sight),
        };
        self.clicked(clicked, twice, sight)
    }

    fn draw(&mut self, frame: &mut Frame<'_>, area: Rect, sight: &Sight<'_>) {
        let height = u16::from(area.height > 4);
        let layout = Layout::vertical([Constraint::Length(height), Constraint::Min(1)]);
        let [line, table] = layout.areas(area);
        frame.render_widget(heading(self.waits, sight), line);
        match self.waits {
            false => self.spawned.draw(frame, table, sight),
            true => self.waiting.draw(frame, table, sight),
        }
    }

    fn copied(&self, sight: &Sight<'_>) -> Option<Copied> {
        let text = match self.waits {
            false => self.spawned.copied(sight),
            true => self.waiting.copied(sight),
        };
        Some(Copied {
            what: "the place",
            text: text?,
        })
    }

    fn written(&self, format: Format, sight: &Sight<'_>) -> Writing {
        match self.waits {
            false => self.spawned.written(format, sight),
            true => self.waiting.written(format, sight),
        }
    }

    fn is_settled(&self) -> bool {
        match self.waits {
            false => self.spawned.is_settled(),
            true => self.waiting.is_settled(),
        }
    }

    fn rows(&self) -> usize {
        match self.waits {
            false => self.spawned.rows(),
            true => self.waiting.rows(),
        }
    }
}

/// Which of the two tables it is, and how far back its past goes.
fn heading(waits: bool, sight: &Sight<'_>) -> Line<'static> {
    let name = |name, shown| match shown {
        true => Span::styled(name, sight.theme.title()),
        false => Span::styled(name, sight.theme.faint()),
    };
    let mut spans = vec![
        name("spawn sites", !waits),
        Span::styled(" / ", sight.theme.faint()),
        name("wait sites", waits),
    ];
    let all = sight.pictures.all().iter();
    let left_out: usize = all
        .map(|seen| seen.picture.model.history.sites_left_out())
        .sum();
    if !waits && left_out > 0 {
        let note =
            format!("   {left_out} more have no rates and no past: there is no room for all");
        spans.push(Span::styled(note, sight.theme.notice()));
    }
    Line::from(spans)
}

/// A row of one program.
type PlaceOf = Of<PlaceId>;
