//! What something did, over time.

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use super::axis;
use crate::faces::tui::theme::{Meaning, Theme};

/// What a task was doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// It was polled.
    Running,
    /// It waited for a worker.
    Scheduled,
    /// It waited for something else.
    Waiting,
    /// It could never run again.
    Lost,
}

/// A time in which one thing was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// How long ago it began.
    pub began: Duration,
    /// How long ago it ended; zero if it still goes on.
    pub ended: Duration,
    /// What was done.
    pub doing: Doing,
}

/// A line of what was done at each time, the times below it, and what its marks mean.
#[derive(Clone, Copy, Debug)]
pub struct Timeline<'a> {
    /// In any order; they do not overlap. Nothing is drawn where nothing is known.
    pub periods: &'a [Period],
    /// The time that is to be seen.
    pub span: Duration,
    /// How it looks.
    pub theme: Theme,
}

impl Doing {
    const ALL: [Doing; 4] = [
        Doing::Running,
        Doing::Scheduled,
        Doing::Waiting,
        Doing::Lost,
    ];

    fn name(self) -> &'static str {
        match self {
            Doing::Running => "running",
            Doing::Scheduled => "scheduled",
            Doing::Waiting => "waiting",
            Doing::Lost => "lost",
        }
    }

    fn meaning(self) -> Meaning {
        match self {
            Doing::Running => Meaning::Running,
            Doing::Scheduled => Meaning::Scheduled,
            Doing::Waiting => Meaning::Waiting,
            Doing::Lost => Meaning::Stuck,
        }
    }

    /// Differs for each: it is not told by colour alone.
    fn mark(self, theme: Theme) -> char {
        let marks = theme.marks();
        match self {
            Doing::Running => marks.full,
            Doing::Scheduled => marks.half,
            Doing::Waiting => marks.horizontal,
            Doing::Lost => marks.warning,
        }
    }
}

impl Widget for Timeline<'_> {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        let area = area.intersection(buffer.area);
        let rows = area.rows();
        let draw: [fn(&Self, Rect, &mut Buffer); 3] = [
            |timeline, row, buffer| timeline.line(row, buffer),
            |timeline, row, buffer| {
                let times = axis::times(timeline.span, row.width);
                buffer.set_string(row.x, row.y, times, timeline.theme.style(Meaning::Muted));
            },
            |timeline, row, buffer| timeline.legend().render(row, buffer),
        ];
        for (row, draw) in rows.zip(draw) {
            if !row.is_empty() {
                draw(&self, row, buffer);
            }
        }
    }
}

impl Timeline<'_> {
    fn line(&self, row: Rect, buffer: &mut Buffer) {
        let cells = self.cells(row.width.into());
        for (x, shares) in (row.x..row.right()).zip(cells) {
            // What took most of the time of this cell.
            let most = (0..shares.len()).max_by_key(|doing| shares[*doing]);
            if let Some(doing) = most.filter(|doing| shares[*doing] > 0) {
                let doing = Doing::ALL[doing];
                buffer[(x, row.y)]
                    .set_char(doing.mark(self.theme))
                    .set_style(self.theme.style(doing.meaning()));
            }
        }
    }

    /// For each cell, how many nanoseconds of its time were spent with what.
    fn cells(&self, width: usize) -> Vec<[u128; Doing::ALL.len()]> {
        let mut cells = vec![[0; Doing::ALL.len()]; width];
        let span = self.span.as_nanos();
        if span == 0 {
            return cells;
        }
        let edge = |cell: usize| span * cell as u128 / width as u128;
        for period in self.periods {
            // From the left edge on.
            let begin = span.saturating_sub(period.began.as_nanos());
            let end = span.saturating_sub(period.ended.as_nanos());
            if end <= begin {
                continue;
            }
            let first = (begin * width as u128 / span) as usize;
            for (cell, shares) in cells.iter_mut().enumerate().skip(first.saturating_sub(1)) {
                let (from, to) = (edge(cell), edge(cell + 1));
                if from >= end {
                    break;
                }
                let inside = to.min(end).saturating_sub(from.max(begin));
                shares[period.doing as usize] += inside;
            }
        }
        cells
    }

    /// The marks and what they mean, with the share of the time that is known.
    fn legend(&self) -> Line<'static> {
        let mut sums = [0; Doing::ALL.len()];
        for shares in self.cells(1) {
            sums = shares;
        }
        let known: u128 = sums.iter().sum();
        let mut line = Vec::new();
        for doing in Doing::ALL {
            let sum = sums[doing as usize];
            if known == 0 || (sum == 0 && doing == Doing::Lost) {
                continue;
            }
            let text = format!("{} {}", doing.mark(self.theme), doing.name());
            let share = match sum * 100 / known {
                0 if sum > 0 => " <1%".to_owned(),
                percent => format!(" {percent}%"),
            };
            line.push(Span::styled(text, self.theme.style(doing.meaning())));
            line.push(Span::raw(share + "  "));
        }
        Line::from(line)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{SIZES, lines};
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn period(began: u64, ended: u64, doing: Doing) -> Period {
        let [began, ended] = [began, ended].map(Duration::from_secs);
        Period {
            began,
            ended,
            doing,
        }
    }

    fn timeline(periods: &[Period], span: Duration) -> Timeline<'_> {
        Timeline {
            periods,
            span,
            theme: Theme::with_ascii(),
        }
    }

    #[test]
    fn each_cell_is_what_took_most_of_its_time() {
        let periods = [
            period(90, 40, Doing::Waiting),
            period(40, 39, Doing::Scheduled),
            period(39, 30, Doing::Running),
            period(18, 0, Doing::Lost),
        ];
        let drawn = lines(timeline(&periods, MINUTE), 20, 4);
        assert_eq!(
            drawn[..2],
            ["-------###    !!!!!!", "-1m              now",]
        );
        let legend = "# running 18%  = scheduled 2%  - waiting 41%  ! lost 37%";
        assert_eq!(lines(timeline(&periods, MINUTE), 80, 3)[2], legend);
    }

    #[test]
    fn with_unicode_the_marks_differ_too() {
        let marks = Doing::ALL.map(|doing| doing.mark(Theme::with_colours(true)));
        for (number, mark) in marks.iter().enumerate() {
            assert!(!marks[number + 1..].contains(mark));
        }
    }

    #[test]
    fn nothing_is_drawn_where_nothing_is_known() {
        let drawn = lines(timeline(&[], MINUTE), 20, 3);
        assert_eq!(drawn, ["", "-1m              now", ""]);
    }

    #[test]
    fn no_room_and_no_time_is_too_odd() {
        let times = [
            Duration::ZERO,
            Duration::from_nanos(1),
            MINUTE,
            Duration::MAX,
        ];
        let mut periods = Vec::new();
        for began in times {
            for ended in times {
                periods.extend(Doing::ALL.map(|doing| Period {
                    began,
                    ended,
                    doing,
                }));
            }
        }
        for width in SIZES {
            for height in SIZES {
                for span in times {
                    lines(timeline(&periods, span), width, height);
                }
            }
        }
    }
}
