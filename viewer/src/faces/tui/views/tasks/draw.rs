//! The table of tasks on the screen.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

use super::super::super::table::draw::{self, cell};
use super::super::super::targets::Seen;
use super::super::super::theme::Theme;
use super::super::Sight;
use super::Tasks;
use super::columns::{self, ColumnName, mark};
use super::tree::Branch;
use crate::model::Task;

/// The columns that are shown, by their index, and how wide each is.
struct Shown {
    names: Vec<ColumnName>,
    widths: Vec<(usize, u16)>,
    is_tree: bool,
}

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, tasks: &mut Tasks, sight: &Sight<'_>) {
    let (names, is_tree) = (tasks.shown_columns(), tasks.tree.is_some());
    let shown = Shown {
        widths: columns::layout(&names, area.width, tasks.known, is_tree),
        names,
        is_tree,
    };
    tasks.list.drawn(area, &shown.widths);
    // One row is the titles'.
    tasks
        .list
        .scroll(usize::from(area.height.saturating_sub(1)));
    let tasks: &Tasks = tasks;
    let rows = tasks.list.rows.iter().enumerate().skip(tasks.list.top);
    let rows = rows.map(|(place, key)| {
        let (seen, task) = sight.pictures.task(*key)?;
        let branch = tasks.branches.get(place);
        let line = cells(&shown, seen, task, branch, sight.theme);
        Some((line, tasks.list.is_selected(*key)))
    });
    let mut all = sight.pictures.all().iter();
    let is_complete = all.any(|seen| seen.picture.model.complete);
    let none = match (is_complete, sight.pictures.tasks()) {
        (true, 0) => "no task is alive",
        (true, _) if tasks.has_settled() => "no task is like that",
        _ => "",
    };
    let titles = titles(tasks, &shown);
    draw::draw(frame, area, sight.theme, titles, none, rows);
}

fn titles(tasks: &Tasks, shown: &Shown) -> Line<'static> {
    let cells = shown.widths.iter().map(|(index, width)| {
        let name = shown.names[*index];
        let shape = columns::shape(name, tasks.known, shown.is_tree);
        let mut title = shape.title.to_owned();
        if name == tasks.sort.column {
            title.push(if tasks.sort.reversed { '▲' } else { '▼' });
        }
        cell(&shape, &title, *width, Style::new())
    });
    Line::from_iter(cells)
}

fn cells(
    shown: &Shown,
    seen: &Seen,
    task: &Task,
    branch: Option<&Branch>,
    theme: Theme,
) -> Line<'static> {
    let severity = seen.picture.alerts.of_task(task.key);
    let of_state = match severity {
        Some(severity) => theme.severity(severity),
        None => theme.state(task.state),
    };
    let cells = shown.widths.iter().map(|(index, width)| {
        let name = shown.names[*index];
        let (text, style) = match (name, branch) {
            (ColumnName::Alert, Some(branch)) => {
                let style = branch.worst.map(|worst| theme.severity(worst));
                (mark(branch.worst).to_owned(), style.unwrap_or_default())
            }
            (ColumnName::Id, Some(branch)) => (branch_text(task, branch), Style::new()),
            (ColumnName::Alert | ColumnName::State | ColumnName::Wait | ColumnName::For, _) => {
                (name.cell(seen, task), of_state)
            }
            _ => (name.cell(seen, task), Style::new()),
        };
        let shape = columns::shape(name, Default::default(), shown.is_tree);
        cell(&shape, &text, *width, style)
    });
    let line = Line::from_iter(cells);
    match branch {
        Some(branch) if branch.is_context => line.style(theme.faint()),
        _ => line,
    }
}

/// A task where it is in the tree: `  ▸ 4711 +35`. What is very deep is not moved
/// further.
fn branch_text(task: &Task, branch: &Branch) -> String {
    const DEEPEST: u16 = 12;
    let indent = "  ".repeat(branch.depth.min(DEEPEST).into());
    let deeper = if branch.depth > DEEPEST { "…" } else { "" };
    let id = task.tokio_id;
    match (branch.below, branch.is_open) {
        (0, _) => format!("{indent}{deeper}  {id}"),
        (_, true) => format!("{indent}{deeper}▾ {id}"),
        (below, false) => format!("{indent}{deeper}▸ {id} +{below}"),
    }
}
