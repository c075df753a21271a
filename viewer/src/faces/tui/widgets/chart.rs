//! How values went over time.

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use super::unit::Unit;
use super::{axis, drawable};
use crate::faces::tui::theme::{Meaning, Theme};

/// What the lines are drawn with if there are several: not told apart by colour alone.
const LINES: [char; 6] = ['*', '+', 'x', 'o', '%', '='];

/// One value over time.
#[derive(Clone, Copy, Debug)]
pub struct Series<'a> {
    /// What it is called, if there are several.
    pub name: &'a str,
    /// One value for each step of time, oldest first; `None` where nothing is known.
    pub values: &'a [Option<f64>],
}

/// A chart of values over time with its axes: filled below the line if it is one, and
/// lines of marks if there are several.
#[derive(Clone, Copy, Debug)]
pub struct TimeChart<'a> {
    /// What it is of.
    pub title: &'a str,
    /// All of them end at the same time.
    pub series: &'a [Series<'a>],
    /// What the values are numbers of.
    pub unit: Unit,
    /// The time from one value to the next.
    pub step: Duration,
    /// The time that is to be seen, if there is so much.
    pub span: Duration,
    /// The number of the newest value among all that ever were: values that share a
    /// column go on to share it as time goes by.
    pub newest: u64,
    /// How it looks.
    pub theme: Theme,
}

impl Widget for TimeChart<'_> {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        let area = area.intersection(buffer.area);
        if area.is_empty() {
            return;
        }
        let title = Rect { height: 1, ..area };
        self.title().render(title, buffer);
        let mut plot = Rect {
            y: area.y + 1,
            height: area.height - 1,
            ..area
        };
        let has_times = plot.height > 3;
        plot.height -= u16::from(has_times);
        if plot.is_empty() {
            return;
        }
        let top = axis::round_up(self.most());
        let labels = self.values_of_axis(top, plot.height);
        let label_width = labels.iter().map(|(_, text)| text.len()).max().unwrap_or(0) as u16;
        if plot.width > 2 * label_width + 8 {
            let taken = label_width + 1;
            self.draw_values(plot, label_width, &labels, buffer);
            plot.x += taken;
            plot.width -= taken;
        }
        let columns = Columns::new(&self, plot.width);
        for (number, series) in self.series.iter().enumerate() {
            let values = columns.of(series.values);
            match self.series.len() {
                1 => self.fill(plot, top, &values, buffer),
                _ => self.line(plot, top, &values, number, buffer),
            }
        }
        if has_times {
            let times = axis::times(columns.span(self.step), plot.width);
            let style = self.theme.style(Meaning::Muted);
            buffer.set_string(plot.x, plot.bottom(), times, style);
        }
    }
}

impl TimeChart<'_> {
    /// The title with what the values are now; names, where there are several.
    fn title(&self) -> Line<'_> {
        let mut line = vec![Span::styled(self.title, self.theme.title())];
        for (number, series) in self.series.iter().enumerate() {
            let newest = series.values.last().copied().flatten();
            let now = newest.map_or_else(|| "-".to_owned(), |value| self.unit.text(value));
            if self.series.len() > 1 {
                let mark = LINES[number % LINES.len()];
                let style = self.theme.series(number);
                line.push(Span::styled(format!("  {mark} {} ", series.name), style));
                line.push(Span::raw(now));
            } else {
                line.push(Span::raw(format!("  {now}")));
            }
        }
        Line::from(line)
    }

    fn most(&self) -> f64 {
        let values = self.series.iter().flat_map(|series| series.values);
        let values = values.copied().filter_map(drawable);
        values.fold(0.0, f64::max)
    }

    /// The row from above and the text of each value on the axis.
    fn values_of_axis(&self, top: f64, rows: u16) -> Vec<(u16, String)> {
        let mut labels = vec![(0, self.unit.text(top))];
        if rows > 4 {
            labels.push((rows / 2, self.unit.text(top * 0.5)));
        }
        if rows > 1 {
            labels.push((rows - 1, self.unit.text(0.0)));
        }
        labels
    }

    fn draw_values(&self, plot: Rect, width: u16, labels: &[(u16, String)], buffer: &mut Buffer) {
        let marks = self.theme.marks();
        let muted = self.theme.style(Meaning::Muted);
        for row in 0..plot.height {
            let x = plot.x + width;
            buffer[(x, plot.y + row)]
                .set_char(marks.vertical)
                .set_style(muted);
        }
        for (row, text) in labels {
            let text = format!("{text:>width$}", width = usize::from(width));
            buffer.set_string(plot.x, plot.y + row, text, muted);
        }
    }

    fn fill(&self, plot: Rect, top: f64, values: &[Option<f64>], buffer: &mut Buffer) {
        let marks = self.theme.marks();
        let lowest = marks.levels.first().copied();
        for (x, value) in (plot.x..plot.right()).zip(values) {
            let Some(value) = value else { continue };
            let height = value / top * f64::from(plot.height);
            for row in 0..plot.height {
                let mark = marks.level(height - f64::from(row));
                let mark = if row == 0 { mark.or(lowest) } else { mark };
                let Some(mark) = mark else { break };
                buffer[(x, plot.bottom() - 1 - row)]
                    .set_char(mark)
                    .set_style(self.theme.series(0));
            }
        }
    }

    fn line(
        &self,
        plot: Rect,
        top: f64,
        values: &[Option<f64>],
        number: usize,
        buffer: &mut Buffer,
    ) {
        let (mark, style) = (LINES[number % LINES.len()], self.theme.series(number));
        for (x, value) in (plot.x..plot.right()).zip(values) {
            let Some(value) = value else { continue };
            let row = (value / top * f64::from(plot.height - 1)).round() as u16;
            let row = row.min(plot.height - 1);
            buffer[(x, plot.bottom() - 1 - row)]
                .set_char(mark)
                .set_style(style);
        }
    }
}

/// How values come into columns.
struct Columns {
    /// How many columns there are.
    width: usize,
    /// How many columns each value has.
    wide: usize,
    /// How many values share a column.
    together: u64,
    newest: u64,
}

impl Columns {
    fn new(chart: &TimeChart<'_>, width: u16) -> Self {
        let step = chart.step.as_nanos().max(1);
        let steps = (chart.span.as_nanos().div_ceil(step)).max(1);
        let width = u128::from(width.max(1));
        let together = u64::try_from(steps.div_ceil(width)).unwrap_or(u64::MAX);
        Columns {
            width: width as usize,
            wide: usize::try_from((width / steps).max(1)).unwrap_or(1),
            together,
            newest: chart.newest,
        }
    }

    /// The time from the first column to the last.
    fn span(&self, step: Duration) -> Duration {
        let values = (self.width / self.wide) as u64;
        let steps = values.saturating_mul(self.together);
        step.saturating_mul(u32::try_from(steps).unwrap_or(u32::MAX))
    }

    /// The most of the values of each column; a peak is not to be lost.
    fn of(&self, values: &[Option<f64>]) -> Vec<Option<f64>> {
        let mut columns = vec![None; self.width];
        let last = self.newest / self.together;
        for (age, value) in (0_u64..).zip(values.iter().rev()) {
            let Some(number) = self.newest.checked_sub(age) else {
                break;
            };
            let back = (last - number / self.together).saturating_mul(self.wide as u64);
            let Some(right) = usize::try_from(back)
                .ok()
                .and_then(|back| self.width.checked_sub(back))
                .filter(|right| *right > 0)
            else {
                break;
            };
            let Some(value) = drawable(*value) else {
                continue;
            };
            for column in &mut columns[right.saturating_sub(self.wide)..right] {
                *column = Some(column.map_or(value, |before: f64| before.max(value)));
            }
        }
        columns
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{ODD, SIZES, lines};
    use super::*;

    fn chart<'a>(series: &'a [Series<'a>]) -> TimeChart<'a> {
        TimeChart {
            title: "live tasks",
            series,
            unit: Unit::Count,
            step: Duration::from_secs(1),
            span: Duration::from_secs(20),
            newest: 100,
            theme: Theme::with_ascii(),
        }
    }

    fn some(values: &[f64]) -> Vec<Option<f64>> {
        values.iter().copied().map(Some).collect()
    }

    #[test]
    fn one_value_is_filled_below_and_has_axes_in_its_unit() {
        let mut values = some(&[0.0, 10.0, 20.0, 30.0, 40.0]);
        values.insert(2, None);
        let series = [Series {
            name: "",
            values: &values,
        }];
        let drawn = lines(chart(&series), 23, 7);
        assert_eq!(
            drawn,
            [
                "live tasks  40",
                "50|",
                "  |                   #",
                "25|                  ##",
                "  |                 ###",
                " 0|              .# ###",
                "        -15s        now",
            ]
        );
    }

    #[test]
    fn several_values_are_lines_that_differ_in_more_than_colour() {
        let (spawned, ended) = (some(&[1.0, 2.0, 4.0]), some(&[4.0, 1.0, 0.0]));
        let series = [("spawned", &spawned), ("ended", &ended)];
        let series = series.map(|(name, values)| Series { name, values });
        let drawn = lines(chart(&series), 40, 4);
        assert_eq!(drawn[0], "live tasks  * spawned 4  + ended 0");
        assert!(drawn[1].starts_with("5|") && drawn[1].ends_with('*'));
        assert!(drawn[3].starts_with("0|") && drawn[3].ends_with("++"));
    }

    #[test]
    fn values_that_share_a_column_go_on_to_share_it_and_peaks_stay() {
        let values: Vec<_> = (0..40).map(|number| Some(f64::from(number % 7))).collect();
        let columns = |count: usize| {
            let series = [];
            let chart = TimeChart {
                span: Duration::from_secs(40),
                newest: count as u64 - 1,
                ..chart(&series)
            };
            Columns::new(&chart, 10).of(&values[..count])
        };
        // Four values a column: the columns move by one once four more have come.
        let (now, later) = (columns(36), columns(40));
        assert_eq!(now[1..], later[..9]);
        assert_eq!(columns(35)[..9], now[..9]);
        assert!(now.contains(&Some(6.0)));
    }

    #[test]
    fn few_values_are_drawn_wide() {
        let series = [];
        let chart = TimeChart {
            span: Duration::from_secs(5),
            ..chart(&series)
        };
        let columns = Columns::new(&chart, 10);
        assert_eq!(columns.span(chart.step), Duration::from_secs(5));
        let drawn = columns.of(&some(&[1.0, 2.0]));
        let wide = [None, None, None, None, None, None, Some(1.0), Some(1.0)];
        assert_eq!(drawn[..8], wide);
        assert_eq!(drawn[8..], [Some(2.0); 2]);
    }

    #[test]
    fn no_room_and_no_value_is_too_odd() {
        let values = ODD.repeat(30);
        let one = [Series {
            name: "a",
            values: &values,
        }];
        let two = [one[0], one[0]];
        for series in [&[][..], &one, &two] {
            for width in SIZES {
                for height in SIZES {
                    for step in [Duration::ZERO, Duration::from_millis(100), Duration::MAX] {
                        for span in [Duration::ZERO, Duration::from_secs(60), Duration::MAX] {
                            for newest in [0, 5, u64::MAX] {
                                let chart = TimeChart {
                                    step,
                                    span,
                                    newest,
                                    ..chart(series)
                                };
                                let drawn = lines(chart, width, height);
                                assert!(drawn.iter().all(|line| line.is_ascii()));
                            }
                        }
                    }
                }
            }
        }
    }
}
