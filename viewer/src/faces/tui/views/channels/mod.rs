//! The bounded channels, a row for each.
//!
//! `rows` says what is told of a channel in the table, and `pane` all that is known of
//! the selected one beside it.

mod pane;
mod rows;

use ratatui::Frame;
use ratatui::crossterm::event::Event;
use ratatui::layout::{Position, Rect};

use self::rows::ChannelRow;
use super::super::keys::{Action, Binding, MOVES};
use super::super::table::FilterLine;
use super::super::table::sheet::{Clicked, SORT_KEYS, Sheet};
use super::stacks::Subject as Stacks;
use super::{Copied, Format, Link, News, Reaction, Sight, View, Writing};
use crate::faces::json::ChannelList;
use crate::faces::json_writer;
use crate::filter::Subject;

const KEYS: &[Binding] = &[
    Binding::new(Action::Open, "Enter", "everything about the channel").short("open"),
    Binding::new(
        Action::Beside,
        "v",
        "all about the channel beside the table, or not",
    )
    .short("beside"),
    Binding::new(Action::Stacks, "d", "the stacks of the tasks at its ends").short("stacks"),
];

/// The table of channels.
#[derive(Debug)]
pub(in super::super) struct Channels {
    sheet: Sheet<ChannelRow>,
    /// Whether the selected one is told of beside the table.
    beside: bool,
}

impl Channels {
    pub(super) fn new() -> Self {
        let all = FilterLine::new(Subject::Channels);
        Channels {
            sheet: Sheet::new(all, rows::find),
            beside: false,
        }
    }

    fn open(&mut self, action: Action) -> Reaction {
        self.sheet.select_one();
        match (self.sheet.selected_key(), action) {
            (Some(channel), Action::Stacks) => {
                Reaction::Open(Link::Stacks(Stacks::Channel(channel)))
            }
            (Some(channel), _) => Reaction::Open(Link::Resource(channel)),
            (None, _) => Reaction::None,
        }
    }
}

impl View for Channels {
    fn title(&self, _: &Sight<'_>) -> String {
        "channels".to_owned()
    }

    fn keys(&self) -> Vec<&'static [Binding]> {
        vec![KEYS, SORT_KEYS, MOVES]
    }

    fn look(&mut self, sight: &Sight<'_>, news: News<'_>) -> bool {
        self.sheet.look(sight, news)
    }

    fn act(&mut self, action: Action, sight: &Sight<'_>) -> Reaction {
        match action {
            Action::Open | Action::Stacks => return self.open(action),
            Action::Beside => {
                self.sheet.select_one();
                self.beside = !self.beside;
            }
            Action::Back if self.beside => self.beside = false,
            _ => return self.sheet.act(action, sight),
        }
        Reaction::Done
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
            Clicked::Row if twice => self.open(Action::Open),
            Clicked::Row | Clicked::Title => Reaction::Done,
        }
    }

    fn draw(&mut self, frame: &mut Frame<'_>, area: Rect, sight: &Sight<'_>) {
        let (table, beside) = super::super::draw::split(area, self.beside);
        self.sheet.draw(frame, table, sight);
        if let Some(area) = beside {
            pane::draw(frame, area, self.sheet.selected_key(), sight);
        }
    }

    fn copied(&self, sight: &Sight<'_>) -> Option<Copied> {
        Some(Copied {
            what: "the channel",
            text: self.sheet.copied(sight)?,
        })
    }

    fn written(&self, format: Format, sight: &Sight<'_>) -> Writing {
        if format == Format::Text {
            return self.sheet.written(format, sight);
        }
        let pictures = sight.pictures.clone();
        Box::new(move |mut out| {
            let all = pictures.all().iter();
            let lists: Vec<_> = all
                .map(|seen| ChannelList::new(&seen.name, &seen.picture.model))
                .collect();
            match &*lists {
                [one] => json_writer::write(&mut out, one),
                several => json_writer::write(&mut out, &several),
            }
        })
    }

    fn is_settled(&self) -> bool {
        self.sheet.is_settled()
    }

    fn rows(&self) -> usize {
        self.sheet.rows()
    }
}
