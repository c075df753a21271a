//! Locks, semaphores and timers, a row for each; those that were made at one place are
//! one row if they are many.

mod columns;
mod rows;

use ratatui::Frame;
use ratatui::crossterm::event::Event;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::text::Line;

use self::rows::{Name, ResourceRow};
use super::super::keys::{Action, Binding, MOVES};
use super::super::table::FilterLine;
use super::super::table::sheet::{Clicked, SORT_KEYS, Sheet};
use super::super::targets::Of;
use super::stacks::Subject as Stacks;
use super::{Copied, Format, Link, News, Reaction, Sight, View, Writing};
use crate::filter::{Filter, Subject};
use crate::model::Level;

const KEYS: &[Binding] = &[
    Binding::new(
        Action::Open,
        "Enter",
        "all about it, or all that are in one row",
    )
    .short("open"),
    Binding::new(
        Action::Tree,
        "t",
        "each by itself, or many of one place in one row",
    )
    .short("one by one"),
    Binding::new(Action::Stacks, "d", "the stacks of the tasks at it").short("stacks"),
];

/// The table of locks, semaphores and timers.
#[derive(Debug)]
pub(in super::super) struct Resources {
    /// What these are, if they are not all.
    title: Option<String>,
    sheet: Sheet<ResourceRow>,
    is_grouped: bool,
}

impl Resources {
    pub(super) fn new() -> Self {
        let all = FilterLine::new(Subject::Resources);
        Resources {
            title: None,
            sheet: Sheet::new(all, rows::grouped),
            is_grouped: true,
        }
    }

    /// Those that `filter` shows, each by itself; they are as `title` says.
    pub(super) fn only(filter: Filter, title: String) -> Self {
        Resources {
            title: Some(title),
            sheet: Sheet::new(FilterLine::of(filter), rows::one_by_one),
            is_grouped: false,
        }
    }

    fn open(&mut self, sight: &Sight<'_>) -> Reaction {
        self.sheet.select_one();
        let Some(row) = self.sheet.selected() else {
            return Reaction::None;
        };
        Reaction::Open(match row.key.key {
            Name::One(key) => Link::Resource(Of {
                target: row.key.target,
                key,
            }),
            Name::Many(_) => Link::Resources {
                filter: row.filter(sight),
                title: row.title(),
            },
        })
    }

    fn stacks(&mut self) -> Reaction {
        self.sheet.select_one();
        match self.sheet.selected().map(|row| row.key) {
            Some(Of {
                target,
                key: Name::One(key),
            }) => Reaction::Open(Link::Stacks(Stacks::Channel(Of { target, key }))),
            Some(_) => Reaction::Tell("open the row first: these are several".to_owned()),
            None => Reaction::None,
        }
    }
}

impl View for Resources {
    fn title(&self, _: &Sight<'_>) -> String {
        self.title.clone().unwrap_or_else(|| "resources".to_owned())
    }

    fn keys(&self) -> Vec<&'static [Binding]> {
        vec![KEYS, SORT_KEYS, MOVES]
    }

    fn has_alerts_above(&self) -> bool {
        false
    }

    fn look(&mut self, sight: &Sight<'_>, news: News<'_>) -> bool {
        self.sheet.look(sight, news)
    }

    fn act(&mut self, action: Action, sight: &Sight<'_>) -> Reaction {
        match action {
            Action::Open => self.open(sight),
            Action::Stacks => self.stacks(),
            Action::Tree => {
                self.is_grouped = !self.is_grouped;
                let find = match self.is_grouped {
                    true => rows::grouped,
                    false => rows::one_by_one,
                };
                self.sheet.find_by(find, sight);
                Reaction::Done
            }
            _ => self.sheet.act(action, sight),
        }
    }

    fn is_typing(&self) -> bool {
        self.sheet.is_typing()
    }

    fn type_in(&mut self, event: &Event, sight: &Sight<'_>) -> Reaction {
        self.sheet.type_in(event, sight)
    }

    fn click(&mut self, position: Position, twice: bool, sight: &Sight<'_>) -> Reaction {
        match self.sheet.click(position, sight) {
            Clicked::Nothing => Reaction::None,
            Clicked::Row if twice => self.open(sight),
            Clicked::Row | Clicked::Title => Reaction::Done,
        }
    }

    fn draw(&mut self, frame: &mut Frame<'_>, area: Rect, sight: &Sight<'_>) {
        let note = note(sight);
        let height = u16::from(note.is_some() && area.height > 4);
        let layout = Layout::vertical([Constraint::Length(height), Constraint::Min(0)]);
        let [line, table] = layout.areas(area);
        if let Some(note) = note {
            frame.render_widget(Line::styled(note, sight.theme.notice()), line);
        }
        self.sheet.draw(frame, table, sight);
    }

    fn copied(&self, sight: &Sight<'_>) -> Option<Copied> {
        Some(Copied {
            what: "the row",
            text: self.sheet.copied(sight)?,
        })
    }

    fn written(&self, format: Format, sight: &Sight<'_>) -> Writing {
        self.sheet.written(format, sight)
    }

    fn is_settled(&self) -> bool {
        self.sheet.is_settled()
    }

    fn rows(&self) -> usize {
        self.sheet.rows()
    }
}

/// What a higher level would add.
fn note(sight: &Sight<'_>) -> Option<&'static str> {
    let all = sight.pictures.all().iter();
    let levels = all.filter_map(|seen| Some(seen.picture.model.program.as_ref()?.level));
    Some(match levels.min_by_key(|level| *level as u8)? {
        Level::Tasks => "level tasks: no locks are told of; TASKMON_LEVEL=all shows all there is",
        Level::Channels => {
            "level channels: TASKMON_LEVEL=all adds holders, permits, timers and attributes"
        }
        Level::All => return None,
    })
}
