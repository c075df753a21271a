//! What a view is.

use std::fmt;
use std::io::{self, Write};

use ratatui::Frame;
use ratatui::crossterm::event::Event;
use ratatui::layout::{Position, Rect};

use super::super::keys::{Action, Binding};
use super::super::options::Options;
use super::super::targets::{Pictures, ResourceOf, TaskOf};
use super::super::theme::Theme;
use super::stacks::Subject;
use crate::filter::Filter;
use crate::rules::Severity;

/// What a view looks at.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Sight<'a> {
    /// The pictures that are shown: those at which the viewer was paused, if it is.
    pub(in super::super) pictures: &'a Pictures,
    pub(in super::super) theme: Theme,
    /// Whether stacks are shown with the frames of the runtime.
    pub(in super::super) all_frames: bool,
    pub(in super::super) options: &'a Options,
}

/// What has changed since a view last looked.
#[derive(Clone, Copy, Debug)]
pub(in super::super) enum News<'a> {
    /// Nothing. Rows may have been put in order meanwhile.
    Nothing,
    /// The pictures; these were the ones before.
    Pictures(&'a Pictures),
    /// Everything: the view was not shown before, or other pictures are.
    All,
}

/// What becomes of an action.
#[derive(Debug)]
pub(in super::super) enum Reaction {
    /// It means nothing here.
    None,
    /// It is done.
    Done,
    /// Something is to be opened; back leads here again.
    Open(Link),
    /// It is to be left.
    Back,
    /// It is done or not, and this sentence says so.
    Tell(String),
}

/// What can be opened from a view.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) enum Link {
    /// Everything about a task.
    Task(TaskOf),
    /// Stacks on the whole screen.
    Stacks(Subject),
    /// A channel among all others.
    Channel(ResourceOf),
    /// Those tasks that the filter shows; and what they are, in words.
    Tasks { filter: Filter, title: String },
}

/// What stands beside the name of a tab.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Badge {
    /// A number or little more; empty for nothing.
    pub(in super::super) text: String,
    /// How bad that is.
    pub(in super::super) severity: Option<Severity>,
}

/// What is copied, and what it is, in a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Copied {
    pub(in super::super) what: &'static str,
    /// Harmless; may have several lines.
    pub(in super::super) text: String,
}

/// How a view is written to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Format {
    Text,
    Json,
}

/// Writes what a view shows, on a thread beside the UI's.
pub(in super::super) type Writing = Box<dyn FnOnce(&mut dyn Write) -> io::Result<()> + Send>;

/// Something to see.
pub(in super::super) trait View: fmt::Debug {
    /// What is seen, for the way back and for the name of a file: `task 4711`. The
    /// name of a tab is its own.
    fn title(&self, sight: &Sight<'_>) -> String;

    /// The keys beside those that hold everywhere, for the help and the footer.
    fn keys(&self) -> Vec<&'static [Binding]>;

    /// Whether what is wrong is listed above it.
    fn has_alerts_above(&self) -> bool {
        true
    }

    /// Looks at what has changed; for the view that is seen. True if it is to be drawn
    /// anew.
    fn look(&mut self, sight: &Sight<'_>, news: News<'_>) -> bool;

    /// Keeps of new pictures what must not be lost; asked also of views that are not
    /// seen, so that it must cost nothing.
    fn keep(&mut self, _: &Sight<'_>) {}

    /// Does what the user asks for, if it is one of its keys.
    fn act(&mut self, action: Action, sight: &Sight<'_>) -> Reaction;

    /// Whether what is typed is text for the view, and no action.
    fn is_typing(&self) -> bool {
        false
    }

    /// Takes what is typed.
    fn type_in(&mut self, _: &Event, _: &Sight<'_>) -> Reaction {
        Reaction::None
    }

    /// The user has clicked there; `twice` if shortly after another click.
    fn click(&mut self, _: Position, _twice: bool, _: &Sight<'_>) -> Reaction {
        Reaction::None
    }

    /// Draws it.
    fn draw(&mut self, frame: &mut Frame<'_>, area: Rect, sight: &Sight<'_>);

    /// What the user may want to paste somewhere: the selected row, or a stack.
    fn copied(&self, sight: &Sight<'_>) -> Option<Copied>;

    /// What writes it to a file.
    fn written(&self, format: Format, sight: &Sight<'_>) -> Writing;

    /// Whether the rows are those of the last pictures, in the order that was chosen.
    fn is_settled(&self) -> bool {
        true
    }

    /// How many rows it has.
    fn rows(&self) -> usize {
        0
    }
}
