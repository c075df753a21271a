//! Everything about one channel, lock or semaphore: `facts` about itself, and its
//! `ends`, the tasks that have to do with it, which can be opened.

mod ends;
mod facts;

use ratatui::Frame;
use ratatui::layout::HorizontalAlignment::{Left, Right};
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Text};
use ratatui::widgets::{Paragraph, Wrap};

use self::ends::End;
pub(super) use self::ends::{stacks, tasks};
pub(super) use self::facts::{attributes, fill_style, lines, title};
use super::super::keys::{Action, Binding, MOVES};
use super::super::table::draw::{self, cell};
use super::super::table::sheet::shape;
use super::super::table::{self, Hit, Keeps, List, Shape};
use super::super::targets::{Of, ResourceOf, Seen, TaskOf};
use super::stacks::{Stacks, Subject};
use super::{Copied, Format, Link, News, Reaction, Sight, View, Writing};
use crate::model::{Model, Resource};
use crate::words::duration::human;
use crate::words::plain::plain;

const KEYS: &[Binding] = &[
    Binding::new(Action::Open, "Enter", "everything about the task").short("open"),
    Binding::new(Action::Stacks, "d", "the stacks of the tasks at it").short("stacks"),
];

const SHAPES: [Shape; 5] = [
    shape("WHO", 8, 0, 0, Left, Keeps::Start),
    shape("TASK", 14, 1, 0, Left, Keeps::Start),
    shape("FOR", 7, 0, 1, Right, Keeps::Start),
    shape("DOES", 18, 2, 2, Left, Keeps::Start),
    shape("WAITING AT", 18, 2, 1, Left, Keeps::End),
];

/// The page of one.
#[derive(Debug)]
pub(in super::super) struct ResourcePage {
    of: ResourceOf,
    /// It as it last was, for when it is gone.
    kept: Option<Resource>,
    ends: Vec<End>,
    /// By their places: a task may be there twice.
    list: List<(usize, TaskOf)>,
}

impl ResourcePage {
    pub(super) fn new(of: ResourceOf) -> Self {
        ResourcePage {
            of,
            kept: None,
            ends: Vec::new(),
            list: List::new(),
        }
    }

    fn find(&mut self, sight: &Sight<'_>) {
        self.ends = match sight.pictures.resource(self.of) {
            Some((seen, resource)) => {
                self.kept = Some(resource.clone());
                ends::of(&seen.picture.model, resource)
            }
            None => Vec::new(),
        };
        let target = self.of.target;
        let rows = self.ends.iter().enumerate().map(|(place, end)| {
            let key = end.task;
            (place, Of { target, key })
        });
        self.list.replace(rows.collect());
    }

    fn open(&mut self) -> Reaction {
        self.list.select_one();
        match self.list.selected() {
            Some((_, task)) => Reaction::Open(Link::Task(task)),
            None => Reaction::None,
        }
    }

    fn facts(&self, sight: &Sight<'_>) -> Vec<Line<'static>> {
        let seen = sight.pictures.get(self.of.target);
        let (Some(seen), Some(resource)) = (seen, &self.kept) else {
            return vec![Line::raw("this is gone")];
        };
        let mut facts = vec![Line::styled(title(resource), sight.theme.title())];
        match sight.pictures.resource(self.of) {
            Some((_, resource)) => {
                facts.extend(lines(&seen.picture.model, resource, sight.theme));
            }
            None => facts.push(Line::styled("it is gone", sight.theme.notice())),
        }
        facts
    }
}

/// What is told of a task at it.
fn texts(model: &Model, end: &End) -> [String; 5] {
    let task = model.tasks.get(&end.task);
    let known = model.task_or_ended(end.task);
    let title = known.map_or("a task that has ended".to_owned(), |task| task.title());
    let since = end.since.map(|since| model.now.since(since));
    let lasted = since.or_else(|| Some(model.lasted(task?)));
    let does = match (task, known) {
        (Some(task), _) => model.doing_text(task),
        (None, _) => "ended".to_owned(),
    };
    let at = task.and_then(|task| model.waiting_at(task));
    let at = at.map_or_else(String::new, |at| at.to_string());
    [
        end.role.to_owned(),
        plain(&title).into_owned(),
        lasted.map_or_else(String::new, human),
        plain(&does).into_owned(),
        plain(&at).into_owned(),
    ]
}

impl View for ResourcePage {
    fn title(&self, _: &Sight<'_>) -> String {
        let resource = self.kept.as_ref();
        resource.map_or("gone".to_owned(), Resource::to_string)
    }

    fn keys(&self) -> Vec<&'static [Binding]> {
        vec![KEYS, MOVES]
    }

    fn has_alerts_above(&self) -> bool {
        false
    }

    fn look(&mut self, sight: &Sight<'_>, news: News<'_>) -> bool {
        let is_news = !matches!(news, News::Nothing);
        if is_news {
            self.find(sight);
        }
        is_news
    }

    fn act(&mut self, action: Action, _: &Sight<'_>) -> Reaction {
        match action {
            Action::Open => self.open(),
            Action::Stacks => Reaction::Open(Link::Stacks(Subject::Channel(self.of))),
            _ if self.list.go(action) => Reaction::Done,
            _ => Reaction::None,
        }
    }

    fn click(&mut self, position: Position, twice: bool, _: &Sight<'_>) -> Reaction {
        let Some(Hit::Row(row)) = self.list.at(position) else {
            return Reaction::None;
        };
        self.list.choose(row);
        match twice {
            true => self.open(),
            false => Reaction::Done,
        }
    }

    fn draw(&mut self, frame: &mut Frame<'_>, area: Rect, sight: &Sight<'_>) {
        let facts = self.facts(sight);
        let height = u16::try_from(facts.len() + 1).unwrap_or(u16::MAX);
        let height = height.min(area.height / 2);
        let layout = Layout::vertical([Constraint::Length(height), Constraint::Min(0)]);
        let [top, table] = layout.areas(area);
        let facts = Paragraph::new(Text::from(facts)).wrap(Wrap { trim: false });
        frame.render_widget(facts, top);
        let columns = table::layout(SHAPES.into_iter().enumerate().collect(), table.width);
        self.list.drawn(table, &columns);
        self.list
            .scroll(usize::from(table.height.saturating_sub(1)));
        let titles = columns.iter().map(|(index, width)| {
            let shape = &SHAPES[*index];
            cell(shape, shape.title, *width, Style::new())
        });
        let model = sight
            .pictures
            .get(self.of.target)
            .map(|seen: &Seen| &seen.picture.model);
        let rows = self.list.rows.iter().skip(self.list.top).map(|row| {
            let texts = texts(model?, &self.ends[row.0]);
            let cells = columns
                .iter()
                .map(|(index, width)| cell(&SHAPES[*index], &texts[*index], *width, Style::new()));
            Some((Line::from_iter(cells), self.list.is_selected(*row)))
        });
        let none = "no task is known to use it now";
        draw::draw(
            frame,
            table,
            sight.theme,
            Line::from_iter(titles),
            none,
            rows,
        );
    }

    fn copied(&self, sight: &Sight<'_>) -> Option<Copied> {
        let facts = self.facts(sight);
        let facts: Vec<String> = facts.iter().map(Line::to_string).collect();
        Some(Copied {
            what: "what is known of it",
            text: facts.join("\n"),
        })
    }

    fn written(&self, format: Format, sight: &Sight<'_>) -> Writing {
        let stacks = Stacks::new(Subject::Channel(self.of)).written(format, sight);
        if format == Format::Json {
            return stacks;
        }
        let facts = self.facts(sight);
        let facts: Vec<String> = facts.iter().map(Line::to_string).collect();
        Box::new(move |out| {
            facts.iter().try_for_each(|line| writeln!(out, "{line}"))?;
            writeln!(out)?;
            stacks(out)
        })
    }

    fn rows(&self) -> usize {
        self.ends.len()
    }
}
