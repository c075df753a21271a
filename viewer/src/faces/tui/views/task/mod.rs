//! Everything about one task, for as long as someone looks at it: also after it ended.
//!
//! `lines` says it, on a page of its own and beside the table of tasks.

mod lines;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Text;
use ratatui::widgets::{Block, Paragraph};

use super::super::keys::{Action, Binding, MOVES};
use super::super::table::Scroll;
use super::super::targets::TaskOf;
use super::stacks::{Stacks, Subject};
use super::{Copied, Format, Link, News, Reaction, Sight, View, Writing};
use crate::model::{EndedTask, Task, TaskEnd};

const KEYS: &[Binding] =
    &[Binding::new(Action::Stacks, "d", "its stacks on the whole screen (dump)").short("stacks")];

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
    scroll: Scroll,
}

impl TaskPage {
    pub(super) fn new(task: TaskOf) -> Self {
        TaskPage {
            task,
            kept: None,
            scroll: Scroll::new(),
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
        let block = Block::bordered();
        let (title, lines) = self.lines(sight, block.inner(area).width);
        let text = Paragraph::new(Text::from(lines)).block(block.title(format!(" {title} ")));
        frame.render_widget(text, area);
    }

    fn lines(&self, sight: &Sight<'_>, width: u16) -> (String, Vec<ratatui::text::Line<'static>>) {
        match (self.selected(sight), sight.pictures.get(self.task.target)) {
            (Some(selected), Some(seen)) => (
                lines::title(selected.task()),
                lines::all(&selected, seen, sight, width),
            ),
            _ => ("a task that is not known any more".to_owned(), Vec::new()),
        }
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
        self.keep(sight);
        !matches!(news, News::Nothing)
    }

    fn keep(&mut self, sight: &Sight<'_>) {
        if let Some((_, task)) = sight.pictures.task(self.task) {
            self.kept = Some(task.clone());
        }
    }

    fn act(&mut self, action: Action, _: &Sight<'_>) -> Reaction {
        match action {
            Action::Stacks => Reaction::Open(Link::Stacks(Subject::Task(self.task))),
            _ if self.scroll.go(action) => Reaction::Done,
            _ => Reaction::None,
        }
    }

    fn draw(&mut self, frame: &mut Frame<'_>, area: Rect, sight: &Sight<'_>) {
        let (_, lines) = self.lines(sight, area.width);
        self.scroll.fit(lines.len(), area.height.into());
        let seen = lines.into_iter().skip(self.scroll.top);
        frame.render_widget(Paragraph::new(Text::from_iter(seen)), area);
    }

    fn copied(&self, sight: &Sight<'_>) -> Option<Copied> {
        Stacks::new(Subject::Task(self.task)).copied(sight)
    }

    fn written(&self, format: Format, sight: &Sight<'_>) -> Writing {
        match format {
            Format::Json => Stacks::new(Subject::Task(self.task)).written(format, sight),
            Format::Text => {
                let (title, lines) = self.lines(sight, u16::MAX);
                let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
                Box::new(move |out| {
                    writeln!(out, "{title}")?;
                    lines.iter().try_for_each(|line| writeln!(out, "{line}"))
                })
            }
        }
    }
}
