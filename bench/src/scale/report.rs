//! Figures beside their goals.

use std::fmt::{self, Display};

/// A table of figures.
#[derive(Clone, Debug, Default)]
pub struct Report {
    rows: Vec<Row>,
}

#[derive(Clone, Debug)]
struct Row {
    what: String,
    figure: String,
    goal: Option<(String, bool)>,
}

impl Report {
    /// Adds a figure that has no goal.
    pub fn tell(&mut self, what: impl Into<String>, figure: impl Into<String>) {
        self.add(Row {
            what: what.into(),
            figure: figure.into(),
            goal: None,
        });
    }

    /// Adds a figure that should be as `goal` says, and whether it is.
    pub fn judge(
        &mut self,
        what: impl Into<String>,
        figure: impl Into<String>,
        goal: impl Into<String>,
        met: bool,
    ) {
        self.add(Row {
            what: what.into(),
            figure: figure.into(),
            goal: Some((goal.into(), met)),
        });
    }

    /// Tells whoever waits for it, too.
    fn add(&mut self, row: Row) {
        eprintln!("{}: {}", row.what, row.figure);
        self.rows.push(row);
    }

    /// Whether every goal is met.
    pub fn all_met(&self) -> bool {
        let mut goals = self.rows.iter().filter_map(|row| row.goal.as_ref());
        goals.all(|(_, met)| *met)
    }
}

/// Markdown.
impl Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| | measured | goal | met |")?;
        writeln!(f, "|---|---:|---:|:---:|")?;
        for Row { what, figure, goal } in &self.rows {
            let (goal, mark) = match goal {
                None => ("", ""),
                Some((goal, true)) => (goal.as_str(), "✓"),
                Some((goal, false)) => (goal.as_str(), "✗"),
            };
            writeln!(f, "| {what} | {figure} | {goal} | {mark} |")?;
        }
        Ok(())
    }
}

/// `123.4 MiB`.
pub fn mebibytes(bytes: u64) -> String {
    format!("{:.1} MiB", bytes as f64 / f64::from(1 << 20))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_figure_stands_beside_its_goal_and_whether_it_is_met() {
        let mut report = Report::default();
        report.tell("tasks", "7");
        report.judge("attach", "1.2 s", "< 3 s", true);
        assert!(report.all_met());
        report.judge("memory", mebibytes(3 << 30), "< 1 GiB", false);
        assert!(!report.all_met());
        let text = report.to_string();
        assert!(text.contains("\n| tasks | 7 |  |  |\n"), "{text}");
        assert!(
            text.contains("\n| attach | 1.2 s | < 3 s | ✓ |\n"),
            "{text}"
        );
        assert!(
            text.contains("\n| memory | 3072.0 MiB | < 1 GiB | ✗ |\n"),
            "{text}"
        );
    }
}
