//! Which columns the table has: chosen by the user while it is seen.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span, Text};
use ratatui::widgets::{Block, Clear, Paragraph, Wrap};

use super::super::super::keys::{Action, Binding};
use super::super::super::table::List;
use super::super::super::theme::Meaning;
use super::super::Sight;
use super::columns::ColumnName;

/// Its keys.
pub(super) const KEYS: &[Binding] = &[
    Binding::new(Action::Toggle, "Space Enter x", "show the column, or not").short("on/off"),
    Binding::new(Action::MoveUp, "K < Left", "move it to the left").short("move"),
    Binding::new(Action::MoveDown, "J > Right", "move it to the right").short("move"),
    Binding::new(Action::Reset, "r", "the columns that come with taskmon").short("reset"),
    Binding::new(Action::Back, "Esc C q Backspace", "back to the table").short("done"),
];

/// The widest that it is.
const WIDTH: u16 = 64;

/// The columns in the order in which they are shown, and then all others.
#[derive(Debug)]
pub(super) struct Chooser {
    list: List<ColumnName>,
}

impl Chooser {
    pub(super) fn new(chosen: &[ColumnName]) -> Self {
        let mut list = List::new();
        list.replace(all(chosen));
        list.select_one();
        Chooser { list }
    }

    /// Does what the user asks for with the columns. False if it means nothing here.
    pub(super) fn act(&mut self, action: Action, chosen: &mut Vec<ColumnName>) -> bool {
        let Some(selected) = self.list.selected() else {
            return false;
        };
        let place = chosen.iter().position(|it| *it == selected);
        match (action, place) {
            (Action::Toggle, Some(_)) if chosen.len() == 1 => return true,
            (Action::Toggle, Some(place)) => drop(chosen.remove(place)),
            (Action::Toggle, None) => chosen.push(selected),
            (Action::MoveUp, Some(place @ 1..)) => chosen.swap(place, place - 1),
            (Action::MoveDown, Some(place)) if place + 1 < chosen.len() => {
                chosen.swap(place, place + 1);
            }
            (Action::MoveUp | Action::MoveDown, _) => return true,
            (Action::Reset, _) => *chosen = ColumnName::DEFAULT.to_vec(),
            _ => return self.list.go(action),
        }
        self.list.replace(all(chosen));
        true
    }

    pub(super) fn draw(
        &mut self,
        frame: &mut Frame<'_>,
        area: Rect,
        chosen: &[ColumnName],
        sight: &Sight<'_>,
    ) {
        let theme = sight.theme;
        let area = Rect {
            x: area.right() - area.width.min(WIDTH),
            width: area.width.min(WIDTH),
            ..area
        };
        let names: Vec<String> = chosen.iter().map(|name| format!("\"{name}\"")).collect();
        let setting = format!("columns = [{}]", names.join(", "));
        let setting = Paragraph::new(setting)
            .style(theme.faint())
            .wrap(Wrap { trim: true });
        let block = Block::bordered()
            .border_style(theme.style(Meaning::Border))
            .title(" columns ");
        let inner = block.inner(area);
        frame.render_widget(Clear, area);
        frame.render_widget(block, area);
        // As many rows as the setting takes, if that leaves some for the list.
        let wide = usize::from(inner.width.max(1));
        let rows = names.iter().map(|name| name.len() + 2).sum::<usize>() + 12;
        let rows = (rows / wide + 1) as u16;
        let rows = if inner.height > rows + 4 { rows } else { 0 };
        let list = Rect {
            height: inner.height - rows,
            ..inner
        };
        self.list.scroll(list.height.into());
        let shown = self.list.rows.iter().skip(self.list.top);
        let lines = shown.take(list.height.into()).map(|name| {
            let mark = if chosen.contains(name) { "[x]" } else { "[ ]" };
            let line = Line::from(vec![
                Span::raw(format!("{mark} {name:<13}")),
                Span::styled(name.meaning(), theme.faint()),
            ]);
            match self.list.is_selected(*name) {
                true => line.style(theme.selected()),
                false => line,
            }
        });
        frame.render_widget(Paragraph::new(Text::from_iter(lines)), list);
        let below = Rect {
            y: list.bottom(),
            height: rows,
            ..inner
        };
        frame.render_widget(setting, below);
    }
}

fn all(chosen: &[ColumnName]) -> Vec<ColumnName> {
    let others = ColumnName::ALL.into_iter();
    let others = others.filter(|name| !chosen.contains(name));
    chosen.iter().copied().chain(others).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_shown_moved_and_left_out_but_for_the_last() {
        let mut chosen = vec![ColumnName::Id, ColumnName::Wait];
        let mut chooser = Chooser::new(&chosen);
        assert_eq!(chooser.list.rows.len(), ColumnName::ALL.len());
        assert!(chooser.act(Action::MoveDown, &mut chosen));
        assert_eq!(chosen, [ColumnName::Wait, ColumnName::Id]);
        assert!(chooser.act(Action::MoveDown, &mut chosen));
        assert!(chooser.act(Action::MoveUp, &mut chosen));
        assert_eq!(chosen, [ColumnName::Id, ColumnName::Wait]);
        chooser.act(Action::Toggle, &mut chosen);
        assert_eq!(chosen, [ColumnName::Wait]);
        chooser.act(Action::First, &mut chosen);
        chooser.act(Action::Toggle, &mut chosen);
        assert_eq!(chosen, [ColumnName::Wait], "one stays");
        chooser.act(Action::Last, &mut chosen);
        chooser.act(Action::Toggle, &mut chosen);
        assert_eq!(chosen, [ColumnName::Wait, ColumnName::Thread]);
        chooser.act(Action::Reset, &mut chosen);
        assert_eq!(chosen, ColumnName::DEFAULT);
        assert!(!chooser.act(Action::Pause, &mut chosen));
    }
}
