//! Stacks on the whole screen, as `taskmon dump` prints them.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Text};
use ratatui::widgets::Paragraph;

use super::super::keys::{Action, Binding, MOVES};
use super::super::table::Scroll;
use super::super::targets::{ResourceOf, TaskOf};
use super::task::{self, Selected};
use super::{Copied, Format, News, Reaction, Sight, View, Writing, resource, tasks};
use crate::faces::dump::rows::{Row, lines};
use crate::faces::dump::task::{rows, spawn_rows};
use crate::faces::json::ChosenTasks;
use crate::faces::json_writer;
use crate::model::Task;
use crate::words::plain::plain;

pub(super) const KEYS: &[Binding] = &[
    Binding::new(Action::Stacks, "d", "back to where it was opened"),
    Binding::new(
        Action::Frames,
        "f",
        "all frames of stacks, or without the runtime's",
    )
    .short("frames"),
];

/// Whose stacks they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Subject {
    /// What the task waits for, and who spawned it.
    Task(TaskOf),
    /// The tasks at a channel, a lock or a semaphore.
    Channel(ResourceOf),
}

/// The stacks of something.
#[derive(Debug)]
pub(in super::super) struct Stacks {
    of: Subject,
    /// The task as it last was, if it is one.
    kept: Option<Task>,
    scroll: Scroll,
}

impl Stacks {
    pub(super) fn new(of: Subject) -> Self {
        Stacks {
            of,
            kept: None,
            scroll: Scroll::new(),
        }
    }

    fn target(&self) -> u16 {
        match self.of {
            Subject::Task(task) => task.target,
            Subject::Channel(channel) => channel.target,
        }
    }

    fn rows(&self, sight: &Sight<'_>) -> Vec<Row> {
        let Some(seen) = sight.pictures.get(self.target()) else {
            return Vec::new();
        };
        let model = &seen.picture.model;
        match self.of {
            Subject::Channel(channel) => resource::stacks(model, channel.key, sight.all_frames),
            Subject::Task(of) => match task::find(of, self.kept.as_ref(), sight) {
                None => vec![Row::text(0, "this task is not known any more")],
                Some(Selected::Live(task)) => {
                    let mut rows = rows(model, &task, sight.all_frames);
                    rows.extend(spawn_rows(model, &task, usize::MAX));
                    rows
                }
                Some(Selected::Ended(ended)) => {
                    let title = format!("{} has ended", ended.task.title());
                    let mut rows = vec![Row::text(0, &title)];
                    rows.extend(spawn_rows(model, &ended.task, usize::MAX));
                    rows
                }
            },
        }
    }

    /// The tasks whose stacks these are.
    fn tasks(&self, sight: &Sight<'_>) -> Vec<TaskOf> {
        match self.of {
            Subject::Task(task) => vec![task],
            Subject::Channel(channel) => resource::tasks(sight.pictures, channel),
        }
    }
}

impl View for Stacks {
    fn title(&self, sight: &Sight<'_>) -> String {
        match self.of {
            Subject::Task(task) => match sight.pictures.task(task) {
                Some((_, task)) => format!("stacks of {}", plain(&task.title())),
                None => "stacks".to_owned(),
            },
            Subject::Channel(channel) => match sight.pictures.resource(channel) {
                Some((_, channel)) => format!("stacks at {channel}"),
                None => "stacks".to_owned(),
            },
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
        if let Subject::Task(task) = self.of
            && let Some((_, task)) = sight.pictures.task(task)
        {
            self.kept = Some(task.clone());
        }
    }

    fn act(&mut self, action: Action, _: &Sight<'_>) -> Reaction {
        match action {
            Action::Stacks => Reaction::Back,
            _ if self.scroll.go(action) => Reaction::Done,
            _ => Reaction::None,
        }
    }

    fn draw(&mut self, frame: &mut Frame<'_>, area: Rect, sight: &Sight<'_>) {
        let lines = lines(&self.rows(sight), Some(area.width.into()));
        self.scroll.fit(lines.len(), area.height.into());
        let seen = lines.into_iter().skip(self.scroll.top);
        let text = Text::from_iter(seen.take(area.height.into()).map(Line::raw));
        frame.render_widget(Paragraph::new(text), area);
    }

    fn copied(&self, sight: &Sight<'_>) -> Option<Copied> {
        let text = lines(&self.rows(sight), None).join("\n");
        (!text.is_empty()).then_some(Copied {
            what: "the stacks",
            text,
        })
    }

    fn written(&self, format: Format, sight: &Sight<'_>) -> Writing {
        let (pictures, all_frames) = (sight.pictures.clone(), sight.all_frames);
        match format {
            Format::Text => {
                let lines = lines(&self.rows(sight), None);
                Box::new(move |out| lines.iter().try_for_each(|line| writeln!(out, "{line}")))
            }
            Format::Json => {
                let (target, rows) = (self.target(), self.tasks(sight));
                Box::new(move |mut out| {
                    // Also one that has ended, as long as it is remembered.
                    let known = rows.iter().filter_map(|of| {
                        let seen = pictures.get(of.target)?;
                        Some((seen, seen.picture.model.task_or_ended(of.key)?))
                    });
                    let written = ChosenTasks {
                        programs: pictures.get(target).map(tasks::of).into_iter().collect(),
                        tasks: known.map(|(seen, task)| (tasks::of(seen), task)),
                        all_frames,
                    };
                    json_writer::write(&mut out, &written)
                })
            }
        }
    }
}
