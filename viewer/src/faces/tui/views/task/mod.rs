//! Everything about one task, for as long as someone looks at it: also after it ended.
//!
//! `lines` says it in words, on a page of its own and beside the table of tasks,
//! `links` say where one can go from there, and `figures` draw its past. `related`
//! finds what is not at hand, on a thread beside the UI's.

mod figures;
mod lines;
mod links;
mod page;
mod related;

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Text};
use ratatui::widgets::{Block, Paragraph};

use self::page::Page;
use self::related::Related;
use super::super::keys::{Action, Binding, MOVES};
use super::super::table::{Orderer, Scroll};
use super::super::targets::{Pictures, TaskOf};
use super::super::theme::Meaning;
use super::stacks::{Stacks, Subject};
use super::{Copied, Format, Link, News, Reaction, Sight, View, Writing};
use crate::client::Answer;
use crate::model::{EndedTask, Task, TaskEnd};

pub(super) const KEYS: &[Binding] = &[
    Binding::new(Action::Open, "Enter", "open what is marked").short("open"),
    Binding::new(
        Action::NextLink,
        "Tab Right l n",
        "mark the next that can be opened",
    )
    .short("next"),
    Binding::new(
        Action::PreviousLink,
        "Shift-Tab Left h N",
        "mark the one before",
    ),
    Binding::new(Action::Stacks, "d", "its stacks on the whole screen (dump)").short("stacks"),
];

/// The width in which it is written to a file.
const WRITTEN: u16 = 120;

/// The task that is looked at.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Selected {
    Live(Task),
    Ended(EndedTask),
}

impl Selected {
    pub(super) fn task(&self) -> &Task {
        match self {
            Selected::Live(task) | Selected::Ended(EndedTask { task, .. }) => task,
        }
    }
}

/// Everything about a task.
#[derive(Debug)]
pub(super) struct TaskPage {
    task: TaskOf,
    /// It as it last was, for when it has ended.
    kept: Option<Task>,
    related: Related,
    orderer: Orderer<Related>,
    scroll: Scroll,
    /// What is marked of what can be opened; nothing yet is the first.
    marked: Option<Link>,
    page: Page,
}

impl TaskPage {
    pub(super) fn new(task: TaskOf) -> Self {
        TaskPage {
            task,
            kept: None,
            related: Related::default(),
            orderer: Orderer::default(),
            scroll: Scroll::new(),
            marked: None,
            page: Page::default(),
        }
    }

    pub(super) fn task(&self) -> TaskOf {
        self.task
    }

    /// The task; how it ended, if it has.
    fn selected(&self, sight: &Sight<'_>) -> Option<Selected> {
        find(self.task, self.kept.as_ref(), sight)
    }

    /// As much as there is room for, beside something else.
    pub(super) fn draw_beside(&mut self, frame: &mut Frame<'_>, area: Rect, sight: &Sight<'_>) {
        let block = Block::bordered().border_style(sight.theme.style(Meaning::Border));
        let (title, lines) = self.lines(sight, block.inner(area).width);
        let text = Paragraph::new(Text::from(lines)).block(block.title(format!(" {title} ")));
        frame.render_widget(text, area);
    }

    /// Its title, and all that is said of it in words.
    fn lines(&self, sight: &Sight<'_>, width: u16) -> (String, Vec<Line<'static>>) {
        match (self.selected(sight), sight.pictures.get(self.task.target)) {
            (Some(selected), Some(seen)) => {
                let mut all = lines::story(&selected, seen, sight, width);
                all.extend(lines::facts(&selected, seen, sight, width));
                (lines::title(selected.task()), all)
            }
            _ => ("a task that is not known any more".to_owned(), Vec::new()),
        }
    }

    /// Has found what is not at hand.
    fn relate(&mut self, sight: &Sight<'_>) {
        let Some(seen) = sight.pictures.get(self.task.target) else {
            return;
        };
        let model = &seen.picture.model;
        let candidates = model.tasks.len().max(model.resources.len());
        // The log of what tasks did is long too.
        let candidates = candidates.max(model.timeline.bytes() / 64);
        let ended_at = match self.selected(sight) {
            Some(Selected::Ended(ended)) => Some(ended.ended_at),
            _ => None,
        };
        let (task, kept) = (self.task, self.kept.clone());
        let find =
            move |pictures: &Pictures| related::find(pictures, task, kept.as_ref(), ended_at);
        if let Some(related) = self.orderer.order(sight.pictures, candidates, find) {
            self.related = related;
        }
    }

    /// The program is asked about this task while it is seen.
    fn ask(&self, sight: &Sight<'_>) {
        let seen = sight.pictures.get(self.task.target);
        if let Some(inspector) = seen.and_then(|seen| seen.inspector.as_ref()) {
            inspector.want(Some(self.task.key));
        }
    }

    fn answer(&self, sight: &Sight<'_>) -> Answer {
        let seen = sight.pictures.get(self.task.target);
        let inspector = seen.and_then(|seen| seen.inspector.as_ref());
        inspector.map_or(Answer::Asked, |inspector| inspector.answer(self.task.key))
    }

    /// Marks another of what can be opened, as many further.
    fn mark(&mut self, by: usize) -> Reaction {
        let count = self.page.ways();
        if count == 0 {
            return Reaction::Done;
        }
        let place = (self.page.place_of(self.marked.as_ref()) + by) % count;
        self.marked = self.page.link(place).cloned();
        if let Some(row) = self.page.row_of(place) {
            self.scroll.show(row);
        }
        Reaction::Done
    }
}

/// A task, live or ended; `kept` is it as it last was.
pub(super) fn find(of: TaskOf, kept: Option<&Task>, sight: &Sight<'_>) -> Option<Selected> {
    if let Some((_, task)) = sight.pictures.task(of) {
        return Some(Selected::Live(task.clone()));
    }
    let model = &sight.pictures.get(of.target)?.picture.model;
    let mut ended = model.ended.iter().rev();
    if let Some(ended) = ended.find(|ended| ended.task.key == of.key) {
        return Some(Selected::Ended(ended.clone()));
    }
    kept.map(|task| {
        Selected::Ended(EndedTask {
            ended_at: task.state_since,
            task: task.clone(),
            end: TaskEnd::Unknown,
        })
    })
}

impl View for TaskPage {
    fn title(&self, sight: &Sight<'_>) -> String {
        match self.selected(sight) {
            Some(selected) => lines::title(selected.task()),
            None => "task".to_owned(),
        }
    }

    fn keys(&self) -> Vec<&'static [Binding]> {
        vec![KEYS, MOVES]
    }

    fn has_alerts_above(&self) -> bool {
        false
    }

    fn look(&mut self, sight: &Sight<'_>, news: News<'_>) -> bool {
        let arrived = self.orderer.rows().map(|related| self.related = related);
        if !matches!(news, News::Nothing) {
            self.keep(sight);
            self.ask(sight);
            self.relate(sight);
            return true;
        }
        arrived.is_some()
    }

    fn keep(&mut self, sight: &Sight<'_>) {
        if let Some((_, task)) = sight.pictures.task(self.task) {
            self.kept = Some(task.clone());
        }
    }

    fn act(&mut self, action: Action, _: &Sight<'_>) -> Reaction {
        match action {
            Action::Stacks => Reaction::Open(Link::Stacks(Subject::Task(self.task))),
            Action::NextLink => self.mark(1),
            Action::PreviousLink => self.mark(self.page.ways().saturating_sub(1)),
            Action::Open => {
                let place = self.page.place_of(self.marked.as_ref());
                match self.page.link(place) {
                    Some(link) => Reaction::Open(link.clone()),
                    None => Reaction::Tell("there is nothing to open from here".to_owned()),
                }
            }
            // Where all is seen there is nothing else to move.
            Action::Down if self.page.fits() => self.mark(1),
            Action::Up if self.page.fits() => self.mark(self.page.ways().saturating_sub(1)),
            _ if self.scroll.go(action) => Reaction::Done,
            _ => Reaction::None,
        }
    }

    fn click(&mut self, position: Position, twice: bool, _: &Sight<'_>) -> Reaction {
        let Some(link) = self.page.link_at(position, self.scroll.top) else {
            return Reaction::None;
        };
        self.marked = Some(link.clone());
        match twice {
            true => Reaction::Open(link.clone()),
            false => Reaction::Done,
        }
    }

    fn draw(&mut self, frame: &mut Frame<'_>, area: Rect, sight: &Sight<'_>) {
        let selected = self.selected(sight);
        let seen = sight.pictures.get(self.task.target);
        let (Some(selected), Some(seen)) = (selected, seen) else {
            frame.render_widget("this task is not known any more", area);
            return;
        };
        let answer = self.answer(sight);
        let marked = self.marked.as_ref();
        let content = page::Content {
            of: self.task,
            selected: &selected,
            seen,
            related: &self.related,
            answer: &answer,
        };
        self.page
            .draw(frame, area, &content, marked, &mut self.scroll, sight);
    }

    fn copied(&self, sight: &Sight<'_>) -> Option<Copied> {
        Stacks::new(Subject::Task(self.task)).copied(sight)
    }

    fn written(&self, format: Format, sight: &Sight<'_>) -> Writing {
        match format {
            Format::Json => Stacks::new(Subject::Task(self.task)).written(format, sight),
            Format::Text => {
                let (title, lines) = self.lines(sight, WRITTEN);
                let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
                Box::new(move |out| {
                    writeln!(out, "{title}")?;
                    lines.iter().try_for_each(|line| writeln!(out, "{line}"))
                })
            }
        }
    }

    fn is_settled(&self) -> bool {
        self.orderer.has_given(self.orderer.asked())
    }
}
