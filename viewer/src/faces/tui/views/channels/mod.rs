//! The bounded channels, a row for each.
//!
//! `draw` shows the table, and `pane` what is known of the selected one.

mod draw;
mod pane;

use ratatui::Frame;
use ratatui::layout::{Position, Rect};

pub(super) use self::pane::{ends, stacks};
use super::super::keys::{Action, Binding, MOVES};
use super::super::table::{Hit, List, Orderer};
use super::super::targets::{Of, Pictures, ResourceOf};
use super::stacks::Subject;
use super::{Copied, Format, Link, News, Reaction, Sight, View, Writing};
use crate::faces::json::ChannelList;
use crate::faces::json_writer;
use crate::faces::tables::{self, channel_cells};

const KEYS: &[Binding] = &[
    Binding::new(
        Action::Open,
        "Enter v",
        "all about the channel beside the table, or not",
    )
    .short("details"),
    Binding::new(Action::Stacks, "d", "the stacks of the tasks at its ends").short("stacks"),
];

/// The table of channels.
#[derive(Debug)]
pub(in super::super) struct Channels {
    list: List<ResourceOf>,
    orderer: Orderer<Vec<ResourceOf>>,
    /// The number of the first order since it is shown.
    chosen: u64,
    /// Whether the selected one is told of beside the table.
    beside: bool,
}

impl Channels {
    pub(super) fn new() -> Self {
        Channels {
            list: List::new(),
            orderer: Orderer::default(),
            chosen: 1,
            beside: false,
        }
    }

    /// With `channel` selected, and what is known of it.
    pub(super) fn at(channel: ResourceOf) -> Self {
        let mut channels = Channels::new();
        channels.list.choose(channel);
        channels.beside = true;
        channels
    }

    fn has_settled(&self) -> bool {
        self.orderer.has_given(self.chosen)
    }

    fn order(&mut self, pictures: &Pictures) {
        let all = pictures.all().iter();
        let candidates = all.map(|seen| seen.picture.model.resources.len()).sum();
        if let Some(rows) = self.orderer.order(pictures, candidates, in_order) {
            self.list.replace(rows);
        }
    }
}

/// Of each program those first with most senders waiting.
fn in_order(pictures: &Pictures) -> Vec<ResourceOf> {
    let mut rows = Vec::new();
    for (target, seen) in pictures.iter() {
        let channels = seen.picture.model.channels();
        rows.extend(channels.iter().map(|channel| Of {
            target,
            key: channel.resource.key,
        }));
    }
    rows
}

impl View for Channels {
    fn title(&self, _: &Sight<'_>) -> String {
        "channels".to_owned()
    }

    fn keys(&self) -> Vec<&'static [Binding]> {
        vec![KEYS, MOVES]
    }

    fn look(&mut self, sight: &Sight<'_>, news: News<'_>) -> bool {
        let arrived = self.orderer.rows().map(|rows| self.list.replace(rows));
        let is_news = !matches!(news, News::Nothing);
        if is_news {
            self.order(sight.pictures);
        }
        if matches!(news, News::All) {
            self.chosen = self.orderer.asked();
        }
        is_news || arrived.is_some()
    }

    fn act(&mut self, action: Action, _: &Sight<'_>) -> Reaction {
        match action {
            Action::Open => {
                self.list.select_one();
                self.beside = !self.beside;
            }
            Action::Stacks => {
                self.list.select_one();
                return match self.list.selected() {
                    Some(channel) => Reaction::Open(Link::Stacks(Subject::Channel(channel))),
                    None => Reaction::None,
                };
            }
            Action::Back if self.beside => self.beside = false,
            _ if self.list.go(action) => {}
            _ => return Reaction::None,
        }
        Reaction::Done
    }

    fn click(&mut self, position: Position, twice: bool, _: &Sight<'_>) -> Reaction {
        let Some(Hit::Row(channel)) = self.list.at(position) else {
            return Reaction::None;
        };
        self.list.choose(channel);
        self.beside |= twice;
        Reaction::Done
    }

    fn draw(&mut self, frame: &mut Frame<'_>, area: Rect, sight: &Sight<'_>) {
        let (table, beside) = super::super::draw::split(area, self.beside);
        draw::draw(frame, table, self, sight);
        if let Some(area) = beside {
            pane::draw(frame, area, self.list.selected(), sight);
        }
    }

    fn copied(&self, sight: &Sight<'_>) -> Option<Copied> {
        let of = self.list.selected()?;
        let model = &sight.pictures.get(of.target)?.picture.model;
        Some(Copied {
            what: "the channel",
            text: channel_cells(model, &model.channel(of.key)?).join("  "),
        })
    }

    fn written(&self, format: Format, sight: &Sight<'_>) -> Writing {
        let pictures = sight.pictures.clone();
        Box::new(move |mut out| {
            if format == Format::Json {
                let all = pictures.all().iter();
                let lists: Vec<_> = all
                    .map(|seen| ChannelList::new(&seen.name, &seen.picture.model))
                    .collect();
                return match &*lists {
                    [one] => json_writer::write(&mut out, one),
                    several => json_writer::write(&mut out, &several),
                };
            }
            for seen in pictures.all() {
                if pictures.are_several() {
                    writeln!(out, "{}", seen.name)?;
                }
                tables::channels(&mut out, &seen.picture.model, None)?;
            }
            Ok(())
        })
    }

    fn is_settled(&self) -> bool {
        self.has_settled()
    }

    fn rows(&self) -> usize {
        self.list.rows.len()
    }
}
