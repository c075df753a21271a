//! The line in which a filter is typed, above a table.

use ratatui::Frame;
use ratatui::crossterm::event::{Event, KeyCode, KeyEventKind};
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};

use super::super::keys::Action;
use super::super::theme::Theme;
use super::super::typed::{Typed, Typing, marked};
use crate::faces::width::wrap;
use crate::filter::{Filter, FilterError, Subject};
use crate::rules::Severity;

/// Which rows of a table are shown, and the line that says so.
#[derive(Clone, Debug)]
pub(in super::super) struct FilterLine {
    /// What is typed, while it is.
    typed: Option<Typed>,
    /// What applies; the last that made sense.
    filter: Filter,
    /// It as it was typed.
    text: String,
    /// What applied from the beginning, and does again when the rest is cleared.
    first: Filter,
    error: Option<FilterError>,
}

/// What became of what was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Filtering {
    /// It was nothing for a line.
    Nothing,
    /// Nor was this, which moves in the rows: one may look at them meanwhile.
    Moves(Action),
    /// The line looks different.
    Edited,
    /// Other rows are to be shown.
    Changed,
}

impl FilterLine {
    /// All rows of `subject`.
    pub(in super::super) fn new(subject: Subject) -> Self {
        FilterLine::of(Filter::all(subject))
    }

    /// Those that `filter` shows.
    pub(in super::super) fn of(filter: Filter) -> Self {
        FilterLine {
            typed: None,
            text: filter.to_string(),
            first: filter.clone(),
            filter,
            error: None,
        }
    }

    /// Which rows are shown.
    pub(in super::super) fn filter(&self) -> &Filter {
        &self.filter
    }

    pub(in super::super) fn is_typing(&self) -> bool {
        self.typed.is_some()
    }

    /// Begins to type, where the last filter ended.
    pub(in super::super) fn begin(&mut self) {
        self.typed = Some(Typed::new(&self.text));
    }

    /// Takes what is typed: Enter keeps it, Esc clears it.
    pub(in super::super) fn take(&mut self, event: &Event) -> Filtering {
        let Some(typed) = &mut self.typed else {
            return Filtering::Nothing;
        };
        match typed.take(event) {
            Typing::Nothing => moves(event).map_or(Filtering::Nothing, Filtering::Moves),
            Typing::Edited => self.read(),
            // What makes no sense is to be corrected first.
            Typing::Done if self.error.is_some() => Filtering::Edited,
            Typing::Done => {
                self.typed = None;
                Filtering::Edited
            }
            Typing::Dropped => {
                self.clear();
                Filtering::Changed
            }
        }
    }

    /// Reads what is typed.
    fn read(&mut self) -> Filtering {
        let text = self.typed.as_ref().map(Typed::text).unwrap_or_default();
        if text == self.text && self.error.is_none() {
            return Filtering::Edited;
        }
        match Filter::parse(self.first.subject(), text) {
            Ok(filter) => {
                self.text = text.to_owned();
                self.error = None;
                let is_other = filter != self.filter;
                self.filter = filter;
                match is_other {
                    true => Filtering::Changed,
                    false => Filtering::Edited,
                }
            }
            Err(error) => {
                self.error = Some(error);
                Filtering::Edited
            }
        }
    }

    /// Shows again what was shown first. False if that is so already.
    pub(in super::super) fn clear(&mut self) -> bool {
        let is_other = self.filter != self.first || self.typed.is_some();
        *self = FilterLine::of(self.first.clone());
        is_other
    }

    /// How many rows of the screen it takes: none if all is shown and nothing typed.
    fn height(&self, width: u16) -> u16 {
        match (&self.typed, &self.error) {
            (Some(_), Some(error)) => 1 + told(error, width).len() as u16,
            (None, _) if self.filter.is_all() => 0,
            _ => 1,
        }
    }

    /// Draws it at the top of `area` with how many rows match, if that is known, of how
    /// many; gives the area that is left.
    pub(in super::super) fn draw(
        &self,
        frame: &mut Frame<'_>,
        area: Rect,
        matches: Option<(usize, usize)>,
        theme: Theme,
    ) -> Rect {
        let height = self.height(area.width).min(area.height.saturating_sub(1));
        let layout = Layout::vertical([Constraint::Length(height), Constraint::Min(0)]);
        let [lines, rest] = layout.areas(area);
        if height == 0 {
            return area;
        }
        let count = match matches {
            Some((matches, of)) => format!(" {matches} of {of} "),
            None => " … ".to_owned(),
        };
        let count = Span::styled(count, theme.found(theme.title()));
        let wide = u16::try_from(count.width()).unwrap_or(u16::MAX);
        let first = Rect { height: 1, ..lines };
        let layout = Layout::horizontal([Constraint::Min(0), Constraint::Length(wide)]);
        let [line, right] = layout.areas(first);
        let wrong = self.error.as_ref().map(|error| error.span.clone());
        match &self.typed {
            Some(typed) => typed.draw(frame, line, "/", wrong, theme),
            None => {
                let mut shown = Line::from(Span::styled("/", theme.title()));
                shown.extend(marked(&self.text, 0, None, theme));
                frame.render_widget(shown, line);
            }
        }
        frame.render_widget(Line::from(count), right);
        if let Some(error) = &self.error {
            let style = theme.severity(Severity::Error);
            let told = told(error, area.width).into_iter();
            for (row, line) in lines.rows().skip(1).zip(told) {
                frame.render_widget(Line::styled(line, style), row);
            }
        }
        rest
    }
}

/// What is wrong in as many lines as it may take.
fn told(error: &FilterError, width: u16) -> Vec<String> {
    const MOST: usize = 3;
    let mut lines = wrap(&format!(" {error}"), width.into(), 1);
    lines.truncate(MOST);
    lines
}

/// Where a key that types nothing moves to.
fn moves(event: &Event) -> Option<Action> {
    let Event::Key(key) = event else { return None };
    match key.code {
        _ if key.kind == KeyEventKind::Release => None,
        KeyCode::Up => Some(Action::Up),
        KeyCode::Down => Some(Action::Down),
        KeyCode::PageUp => Some(Action::PageUp),
        KeyCode::PageDown => Some(Action::PageDown),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use ratatui::crossterm::event::{KeyCode, KeyEvent};

    use super::*;

    fn press(line: &mut FilterLine, keys: &str) -> Filtering {
        let mut last = Filtering::Nothing;
        for key in keys.chars() {
            let code = match key {
                '\n' => KeyCode::Enter,
                '\u{1b}' => KeyCode::Esc,
                '<' => KeyCode::Backspace,
                key => KeyCode::Char(key),
            };
            last = line.take(&Event::Key(KeyEvent::from(code)));
        }
        last
    }

    #[test]
    fn a_filter_applies_while_it_is_typed_and_the_last_that_made_sense_stays() {
        let mut line = FilterLine::new(Subject::Tasks);
        assert_eq!(press(&mut line, "x"), Filtering::Nothing);
        line.begin();
        assert_eq!(press(&mut line, "polls:7"), Filtering::Changed);
        assert_eq!(line.filter().to_string(), "polls:7");
        assert_eq!(press(&mut line, "x"), Filtering::Edited);
        assert_eq!(line.filter().to_string(), "polls:7");
        assert_eq!(line.height(200), 2);
        press(&mut line, "\n");
        assert!(line.is_typing(), "what makes no sense is not kept");
        assert_eq!(press(&mut line, "<\n"), Filtering::Edited);
        assert!(!line.is_typing() && line.height(200) == 1);
    }

    #[test]
    fn escape_leads_back_to_what_was_shown_first() {
        let first = Filter::parse(Subject::Tasks, "wait:send").unwrap();
        let mut line = FilterLine::of(first.clone());
        assert!(!line.clear());
        line.begin();
        assert_eq!(press(&mut line, " polls:1"), Filtering::Changed);
        assert_eq!(press(&mut line, "\u{1b}"), Filtering::Changed);
        assert_eq!(line.filter(), &first);
        assert!(!line.is_typing() && !line.clear());
    }
}
