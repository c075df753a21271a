//! The whole page of a task, of which a part is seen.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span, Text};
use ratatui::widgets::Paragraph;
use unicode_width::UnicodeWidthStr;

use super::super::super::table::Scroll;
use super::super::super::targets::{Seen, TaskOf};
use super::super::super::theme::Meaning;
use super::super::{Link, Sight};
use super::Selected;
use super::figures::Figures;
use super::lines;
use super::links::{self, Way};
use super::related::Related;
use crate::client::Answer;

/// The names of what can be opened are as wide as the widest, up to this.
const NAME: usize = 32;

/// The most rows that a page has: no stack is deeper that can be read.
const MOST_ROWS: usize = 2_000;

/// What is on the page.
pub(super) struct Content<'a> {
    pub(super) of: TaskOf,
    pub(super) selected: &'a Selected,
    pub(super) seen: &'a Seen,
    pub(super) related: &'a Related,
    pub(super) answer: &'a Answer,
}

/// What was last drawn, for the keys and the mouse.
#[derive(Debug, Default)]
pub(super) struct Page {
    ways: Vec<Way>,
    /// The row of the first of them, from the top of the page.
    first: usize,
    area: Rect,
    rows: usize,
}

impl Page {
    /// How much can be opened.
    pub(super) fn ways(&self) -> usize {
        self.ways.len()
    }

    /// Whether all of it is seen.
    pub(super) fn fits(&self) -> bool {
        self.rows <= usize::from(self.area.height)
    }

    /// Where `link` is among what can be opened; the first if it is not.
    pub(super) fn place_of(&self, link: Option<&Link>) -> usize {
        let mut ways = self.ways.iter();
        ways.position(|way| Some(&way.link) == link).unwrap_or(0)
    }

    pub(super) fn link(&self, place: usize) -> Option<&Link> {
        Some(&self.ways.get(place)?.link)
    }

    /// The row of what can be opened, from the top of the page.
    pub(super) fn row_of(&self, place: usize) -> Option<usize> {
        (place < self.ways.len()).then_some(self.first + place)
    }

    /// What can be opened there, if the page is seen from row `top` on.
    pub(super) fn link_at(&self, position: Position, top: usize) -> Option<&Link> {
        if !self.area.contains(position) {
            return None;
        }
        let row = top + usize::from(position.y - self.area.y);
        self.link(row.checked_sub(self.first)?)
    }

    /// Draws what is seen of it.
    pub(super) fn draw(
        &mut self,
        frame: &mut Frame<'_>,
        area: Rect,
        content: &Content<'_>,
        marked: Option<&Link>,
        scroll: &mut Scroll,
        sight: &Sight<'_>,
    ) {
        let Content { selected, seen, .. } = content;
        let mut text = lines::story(selected, seen, sight, area.width);
        text.truncate(MOST_ROWS);
        self.area = area;
        self.ways = links::all(content.of, selected, seen, content.related, sight);
        if !self.ways.is_empty() {
            text.push(Line::raw(""));
            text.push(Line::styled("GO TO", sight.theme.title()));
        }
        self.first = text.len();
        text.extend(self.way_lines(self.place_of(marked), sight));
        text.push(Line::raw(""));
        text.push(Line::styled("NUMBERS", sight.theme.title()));
        text.extend(lines::facts(selected, seen, sight, area.width));
        let figures = Figures {
            timeline: content.related.timeline.as_ref(),
            now: seen.picture.model.now,
            answer: content.answer,
            theme: sight.theme,
        };
        let words = u16::try_from(text.len()).unwrap_or(u16::MAX);
        let drawn = figures.height(area.width);
        self.rows = usize::from(words) + usize::from(drawn);
        scroll.fit(self.rows, area.height.into());
        let seen = text.into_iter().skip(scroll.top);
        frame.render_widget(Paragraph::new(Text::from_iter(seen)), area);
        self.draw_figures(frame, area, &figures, (words, drawn), scroll.top);
    }

    fn way_lines(&self, marked: usize, sight: &Sight<'_>) -> Vec<Line<'static>> {
        let widest = self.ways.iter().map(|way| way.name.width()).max();
        let widest = widest.unwrap_or(0).min(NAME);
        let line = |(place, way): (usize, &Way)| {
            let gap = " ".repeat(widest.saturating_sub(way.name.width()) + 2);
            let mark = if place == marked { "› " } else { "  " };
            let line = Line::from(vec![
                Span::raw(mark),
                Span::styled(way.name.clone(), sight.theme.style(Meaning::Link)),
                Span::raw(format!("{gap}{}", way.what)),
            ]);
            match place == marked {
                true => line.style(sight.theme.selected()),
                false => line,
            }
        };
        self.ways.iter().enumerate().map(line).collect()
    }

    /// Below the words, and only as much as is seen.
    fn draw_figures(
        &self,
        frame: &mut Frame<'_>,
        area: Rect,
        figures: &Figures<'_>,
        (words, height): (u16, u16),
        top: usize,
    ) {
        let bottom = top + usize::from(area.height);
        if height == 0 || bottom <= usize::from(words) {
            return;
        }
        let whole = Rect::new(0, 0, area.width, height);
        let mut buffer = Buffer::empty(whole);
        figures.draw(whole, &mut buffer);
        for row in 0..height {
            let place = usize::from(words) + usize::from(row);
            if place < top || place >= bottom {
                continue;
            }
            let y = area.y + (place - top) as u16;
            for x in 0..area.width {
                if let Some(cell) = frame.buffer_mut().cell_mut((area.x + x, y)) {
                    *cell = buffer[(x, row)].clone();
                }
            }
        }
    }
}
