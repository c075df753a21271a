//! A program as a whole: what it uses, and what it has or lacks for the full picture.
//!
//! `charts` shows its figures over time, `facts` says who it is and what is missing.

mod charts;
mod facts;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::text::{Line, Text};
use ratatui::widgets::Paragraph;

use super::super::keys::{Action, Binding};
use super::super::targets::Seen;
use super::{Copied, Format, News, Reaction, Sight, View, Writing};
use crate::faces::json_writer;

const KEYS: &[Binding] = &[
    Binding::new(Action::Up, "Up k Left h", "the program before, of several"),
    Binding::new(Action::Down, "Down j Right l", "the next program"),
    Binding::new(Action::SortPrevious, "- <", "less of the past").short("less"),
    Binding::new(Action::SortNext, "+ = >", "more of the past").short("more"),
];

/// How many minutes of the past can be chosen, as far as so many are kept.
const MINUTES: [u64; 9] = [1, 2, 5, 10, 30, 60, 240, 720, 1_440];

/// The figures of one program.
#[derive(Debug)]
pub(in super::super) struct Process {
    /// The number of the program.
    target: u16,
    /// The index of how much of the past is seen.
    minutes: usize,
}

impl Process {
    pub(super) fn new() -> Self {
        Process {
            target: 0,
            minutes: 1,
        }
    }

    /// How many minutes are seen.
    fn minutes(&self, sight: &Sight<'_>) -> u64 {
        MINUTES[self.minutes.min(self.most(sight))]
    }

    /// The index of the most that can be chosen.
    fn most(&self, sight: &Sight<'_>) -> usize {
        let history = |seen: &Seen| seen.picture.model.history.bounds().reach;
        let kept = self
            .seen(sight)
            .map_or(0, |seen| history(seen).as_secs() / 60);
        MINUTES
            .iter()
            .rposition(|minutes| *minutes <= kept)
            .unwrap_or(0)
    }

    fn seen<'a>(&self, sight: &Sight<'a>) -> Option<&'a Seen> {
        sight.pictures.get(self.target)
    }
}

impl View for Process {
    fn title(&self, sight: &Sight<'_>) -> String {
        match self.seen(sight) {
            Some(seen) => format!("process {}", seen.name),
            None => "process".to_owned(),
        }
    }

    fn keys(&self) -> Vec<&'static [Binding]> {
        vec![KEYS]
    }

    fn has_alerts_above(&self) -> bool {
        false
    }

    fn look(&mut self, _: &Sight<'_>, news: News<'_>) -> bool {
        !matches!(news, News::Nothing)
    }

    fn act(&mut self, action: Action, sight: &Sight<'_>) -> Reaction {
        let last = sight.pictures.all().len().saturating_sub(1);
        let last = u16::try_from(last).unwrap_or(u16::MAX);
        match action {
            Action::Up => self.target = self.target.saturating_sub(1),
            Action::Down => self.target = (self.target + 1).min(last),
            Action::SortPrevious => self.minutes = self.minutes.saturating_sub(1),
            Action::SortNext => self.minutes = (self.minutes + 1).min(self.most(sight)),
            _ => return Reaction::None,
        }
        Reaction::Done
    }

    fn click(&mut self, _: Position, _: bool, _: &Sight<'_>) -> Reaction {
        Reaction::None
    }

    fn draw(&mut self, frame: &mut Frame<'_>, area: Rect, sight: &Sight<'_>) {
        let Some(seen) = self.seen(sight) else {
            return;
        };
        let number = sight.pictures.are_several().then_some(self.target);
        let facts = facts::lines(seen, number, sight);
        let width = usize::from(area.width.max(1));
        let wrapped: usize = facts
            .iter()
            .map(|line| line.width().div_ceil(width).max(1))
            .sum();
        // Charts are what it is for; what is missing may be long.
        let most = (area.height / 3).max(2);
        let height = u16::try_from(wrapped).unwrap_or(most).min(most);
        let layout = Layout::vertical([Constraint::Length(height), Constraint::Min(0)]);
        let [top, rest] = layout.areas(area);
        let wrap = ratatui::widgets::Wrap { trim: false };
        frame.render_widget(Paragraph::new(Text::from(facts)).wrap(wrap), top);
        charts::draw(frame, rest, seen, self.minutes(sight), sight.theme);
    }

    fn copied(&self, sight: &Sight<'_>) -> Option<Copied> {
        let lines = facts::lines(self.seen(sight)?, None, sight);
        let lines: Vec<String> = lines.iter().map(Line::to_string).collect();
        Some(Copied {
            what: "the program's figures",
            text: lines.join("\n"),
        })
    }

    fn written(&self, format: Format, sight: &Sight<'_>) -> Writing {
        let (seen, facts) = match self.seen(sight) {
            Some(seen) => (Some(seen.clone()), facts::lines(seen, None, sight)),
            None => (None, Vec::new()),
        };
        let facts: Vec<String> = facts.iter().map(Line::to_string).collect();
        Box::new(move |mut out| match (format, seen) {
            (Format::Json, Some(seen)) => {
                json_writer::write(&mut out, &charts::json(&seen, &facts))
            }
            (Format::Json, None) => Ok(()),
            (Format::Text, seen) => {
                facts.iter().try_for_each(|line| writeln!(out, "{line}"))?;
                match seen {
                    Some(seen) => charts::text(out, &seen),
                    None => Ok(()),
                }
            }
        })
    }
}
