//! Rows of which one is selected.

use ratatui::layout::{Position, Rect};

use super::super::keys::Action;

/// The rows of a table, and which of them are seen.
#[derive(Debug)]
pub(in super::super) struct List<K> {
    /// All rows, in their order.
    pub(in super::super) rows: Vec<K>,
    /// The first row that is shown.
    pub(in super::super) top: usize,
    /// How many are.
    page: usize,
    selected: Option<K>,
    /// Where the selected row was.
    place: usize,
    /// Where the table was drawn, its titles included.
    area: Rect,
    /// The columns that were drawn, by their index, and how wide.
    columns: Vec<(usize, u16)>,
}

/// What is at a place on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Hit<K> {
    /// The title of the column of that index.
    Title(usize),
    Row(K),
}

impl<K: Copy + PartialEq> List<K> {
    pub(in super::super) fn new() -> Self {
        List {
            rows: Vec::new(),
            top: 0,
            page: 1,
            selected: None,
            place: 0,
            area: Rect::ZERO,
            columns: Vec::new(),
        }
    }

    pub(in super::super) fn selected(&self) -> Option<K> {
        self.selected
    }

    /// Where the selected row is, or was.
    pub(in super::super) fn place(&self) -> usize {
        self.place
    }

    pub(in super::super) fn is_selected(&self, key: K) -> bool {
        self.selected == Some(key)
    }

    /// Other rows or another order. The selection stays on its row while that
    /// moves.
    pub(in super::super) fn replace(&mut self, rows: Vec<K>) {
        self.rows = rows;
        if let Some(selected) = self.selected
            && let Some(place) = self.rows.iter().position(|key| *key == selected)
        {
            self.place = place;
        }
        self.place = self.place.min(self.rows.len().saturating_sub(1));
    }

    /// Selects the first row unless one is selected.
    pub(in super::super) fn select_one(&mut self) {
        if self.selected.is_none() {
            self.select(0);
        }
    }

    /// Moves the selection. False if the action is no move.
    pub(in super::super) fn go(&mut self, action: Action) -> bool {
        let Some(place) = went(self.place, self.page, action) else {
            return false;
        };
        match action {
            Action::Down if self.selected.is_none() => self.select(0),
            _ => self.select(place),
        }
        true
    }

    /// Selects a row.
    pub(in super::super) fn choose(&mut self, key: K) {
        self.selected = Some(key);
        if let Some(place) = self.rows.iter().position(|row| *row == key) {
            self.place = place;
        }
    }

    /// Where it was drawn, and the columns by their index with how wide each was: with
    /// one cell between them.
    pub(in super::super) fn drawn(&mut self, area: Rect, columns: &[(usize, u16)]) {
        self.area = area;
        self.columns = columns.to_vec();
    }

    /// What was drawn there.
    pub(in super::super) fn at(&self, position: Position) -> Option<Hit<K>> {
        if !self.area.contains(position) {
            return None;
        }
        let row = usize::from(position.y - self.area.y);
        let Some(row) = row.checked_sub(1) else {
            let mut end = self.area.x;
            let mut columns = self.columns.iter();
            let column = columns.find(|(_, width)| {
                end = end.saturating_add(*width).saturating_add(1);
                position.x < end
            });
            return column.map(|(index, _)| Hit::Title(*index));
        };
        self.rows.get(self.top + row).copied().map(Hit::Row)
    }

    fn select(&mut self, place: usize) {
        if let Some(last) = self.rows.len().checked_sub(1) {
            self.place = place.min(last);
            self.selected = Some(self.rows[self.place]);
        }
    }

    /// Moves the rows that are shown so that the selected one is among them.
    /// `page` is how many there is room for.
    pub(in super::super) fn scroll(&mut self, page: usize) {
        self.page = page.max(1);
        let last_top = self.rows.len().saturating_sub(self.page);
        self.top = self.top.min(last_top);
        if self.selected.is_some() {
            let least = (self.place + 1).saturating_sub(self.page);
            self.top = self.top.clamp(least, self.place);
        }
    }
}

/// Lines of text of which some are seen.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Scroll {
    /// The first line that is shown.
    pub(in super::super) top: usize,
    page: usize,
}

impl Scroll {
    pub(in super::super) fn new() -> Self {
        Scroll { top: 0, page: 1 }
    }

    /// Moves. False if the action is no move.
    pub(in super::super) fn go(&mut self, action: Action) -> bool {
        let went = went(self.top, self.page, action);
        self.top = went.unwrap_or(self.top);
        went.is_some()
    }

    /// Moves so that this line is seen.
    pub(in super::super) fn show(&mut self, line: usize) {
        let least = (line + 1).saturating_sub(self.page);
        self.top = self.top.clamp(least, line);
    }

    /// There are `lines`, and room for `page` of them.
    pub(in super::super) fn fit(&mut self, lines: usize, page: usize) {
        self.page = page.max(1);
        self.top = self.top.min(lines.saturating_sub(self.page));
    }
}

/// Where one comes from `place`; it may be beyond the end. `None` if the action is no
/// move.
fn went(place: usize, page: usize, action: Action) -> Option<usize> {
    Some(match action {
        Action::Up => place.saturating_sub(1),
        Action::Down => place.saturating_add(1),
        Action::PageUp => place.saturating_sub(page),
        Action::PageDown => place.saturating_add(page),
        Action::First => 0,
        Action::Last => usize::MAX,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_selection_stays_on_its_row_and_in_sight() {
        let mut list = List::new();
        list.replace((0..100).collect());
        list.go(Action::Down);
        assert_eq!(list.selected(), Some(0));
        list.scroll(10);
        list.go(Action::Last);
        list.scroll(10);
        assert_eq!((list.selected(), list.top), (Some(99), 90));
        list.replace((0..100).rev().collect());
        list.scroll(10);
        assert_eq!((list.selected(), list.top), (Some(99), 0));
        list.replace(vec![5]);
        list.scroll(10);
        assert_eq!(
            list.selected(),
            Some(99),
            "it stays selected when it is gone"
        );
        list.go(Action::Up);
        assert_eq!(list.selected(), Some(5));
    }

    #[test]
    fn without_rows_nothing_is_selected() {
        let mut list: List<u8> = List::new();
        for action in [Action::Up, Action::Down, Action::PageDown, Action::Last] {
            list.go(action);
            list.scroll(0);
            assert_eq!(list.selected(), None);
        }
    }

    #[test]
    fn text_is_not_scrolled_beyond_its_end() {
        let mut scroll = Scroll::new();
        scroll.go(Action::Last);
        scroll.fit(30, 10);
        assert_eq!(scroll.top, 20);
        scroll.go(Action::PageUp);
        assert_eq!(scroll.top, 10);
        scroll.fit(5, 10);
        assert_eq!(scroll.top, 0);
    }

    #[test]
    fn what_was_drawn_somewhere_is_found_there() {
        let mut list = List::new();
        list.replace((0..9).collect());
        list.go(Action::Last);
        list.scroll(3);
        list.drawn(Rect::new(2, 5, 20, 4), &[(0, 2), (3, 4)]);
        let at = |x, y| list.at(Position::new(x, y));
        assert_eq!(at(2, 5), Some(Hit::Title(0)));
        assert_eq!(at(5, 5), Some(Hit::Title(3)));
        assert_eq!(at(15, 5), None);
        assert_eq!(at(15, 6), Some(Hit::Row(6)));
        assert_eq!(at(2, 8), Some(Hit::Row(8)));
        assert_eq!((at(2, 9), at(1, 6)), (None, None));
    }
}
