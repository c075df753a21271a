//! How often a value was how large.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget;

use super::unit::Unit;
use crate::faces::tui::theme::{Meaning, Theme};

/// How many values there were in a range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bucket {
    /// The least that is in it.
    pub from: f64,
    /// What is no more in it; without end in the last.
    pub to: f64,
    /// How many there were.
    pub count: u64,
}

/// One row for each range of values, with a bar as long as there were many of them,
/// and the percentiles beside the rows in which they are.
#[derive(Clone, Copy, Debug)]
pub struct Histogram<'a> {
    /// What it is of.
    pub title: &'a str,
    /// The ranges, least first; each begins where the one before it ends.
    pub buckets: &'a [Bucket],
    /// What is marked: a name such as `p99`, and the value.
    pub marked: &'a [(&'a str, f64)],
    /// What the values are numbers of.
    pub unit: Unit,
    /// How it looks.
    pub theme: Theme,
}

impl Widget for Histogram<'_> {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        let area = area.intersection(buffer.area);
        if area.is_empty() {
            return;
        }
        let title = format!("{}  {}", self.title, self.summary());
        buffer.set_stringn(area.x, area.y, title, area.width.into(), self.theme.title());
        let rows = rows(self.buckets, usize::from(area.height - 1));
        let most = rows.iter().map(|row| row.count).max().unwrap_or(0);
        let labels: Vec<_> = rows.iter().map(|row| self.unit.text(row.from)).collect();
        let counts: Vec<_> = rows.iter().map(|row| row.count.to_string()).collect();
        let widest = |texts: &[String]| texts.iter().map(|text| cells_of(text)).max().unwrap_or(0);
        let (label, count) = (widest(&labels), widest(&counts));
        let marked: Vec<_> = rows.iter().map(|row| self.marked_in(row)).collect();
        let texts = label + count + widest(&marked) + 4;
        let bar = usize::from(area.width).saturating_sub(texts);
        for (number, row) in rows.iter().enumerate() {
            let cells = length(row.count, most, bar);
            let full = self.theme.marks().full.to_string().repeat(cells);
            let parts = [
                (format!("{:>label$} ", labels[number]), Meaning::Muted),
                (format!("{full:<bar$} "), Meaning::Scheduled),
                (format!("{:>count$} ", counts[number]), Meaning::Muted),
                (marked[number].clone(), Meaning::Key),
            ];
            let (mut x, y) = (area.x, area.y + 1 + number as u16);
            for (text, meaning) in parts {
                let room = usize::from(area.right() - x);
                let style = self.theme.style(meaning);
                (x, _) = buffer.set_stringn(x, y, text, room, style);
            }
        }
    }
}

impl Histogram<'_> {
    /// How many values there were, and the percentiles.
    fn summary(&self) -> String {
        let count = self
            .buckets
            .iter()
            .fold(0_u64, |sum, bucket| sum.saturating_add(bucket.count));
        if count == 0 {
            return "none yet".to_owned();
        }
        let marked = self.marked.iter();
        let marked = marked.map(|(name, value)| format!("  {name} {}", self.unit.text(*value)));
        format!("{count}{}", marked.collect::<String>())
    }

    /// The names of what is marked in a row.
    fn marked_in(&self, row: &Bucket) -> String {
        let inside = |value: f64| value >= row.from && value < row.to;
        let inside = self.marked.iter().filter(|(_, value)| inside(*value));
        let names: Vec<_> = inside.map(|(name, _)| *name).collect();
        match names.is_empty() {
            true => String::new(),
            false => format!("{} {}", self.theme.marks().arrows[0], names.join(" ")),
        }
    }
}

/// No more rows than there is room for: ranges before the first and after the last
/// value are left out, and neighbours are put together, as many at each place.
fn rows(buckets: &[Bucket], room: usize) -> Vec<Bucket> {
    let is_used = |bucket: &Bucket| bucket.count > 0;
    let (Some(first), Some(last)) = (
        buckets.iter().position(is_used),
        buckets.iter().rposition(is_used),
    ) else {
        return Vec::new();
    };
    let used = &buckets[first..=last];
    if room == 0 {
        return Vec::new();
    }
    let together = used.len().div_ceil(room);
    let joined = used.chunks(together).map(|chunk| Bucket {
        from: chunk[0].from,
        to: chunk[chunk.len() - 1].to,
        count: chunk
            .iter()
            .fold(0_u64, |sum, bucket| sum.saturating_add(bucket.count)),
    });
    joined.collect()
}

fn cells_of(text: &str) -> usize {
    text.chars().count()
}

/// In cells, at least one for something.
fn length(count: u64, most: u64, width: usize) -> usize {
    if count == 0 || width == 0 {
        return 0;
    }
    let cells = u128::from(count) * width as u128 / u128::from(most.max(1));
    usize::try_from(cells).unwrap_or(width).clamp(1, width)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{ODD, SIZES, lines};
    use super::*;

    fn histogram<'a>(buckets: &'a [Bucket], marked: &'a [(&'a str, f64)]) -> Histogram<'a> {
        Histogram {
            title: "polls",
            buckets,
            marked,
            unit: Unit::Nanos,
            theme: Theme::with_ascii(),
        }
    }

    /// From one microsecond up, each twice as wide as the one before.
    fn buckets(counts: &[u64]) -> Vec<Bucket> {
        let buckets = counts.iter().enumerate();
        let bucket = |(number, count): (usize, &u64)| Bucket {
            from: 1_000.0 * f64::powi(2.0, number as i32),
            to: 1_000.0 * f64::powi(2.0, number as i32 + 1),
            count: *count,
        };
        buckets.map(bucket).collect()
    }

    #[test]
    fn each_range_has_a_bar_and_percentiles_are_at_theirs() {
        let buckets = buckets(&[0, 90, 8, 0, 2, 0]);
        let marked = [("p50", 3_000.0), ("p99", 20_000.0)];
        let drawn = lines(histogram(&buckets, &marked), 34, 8);
        assert_eq!(
            drawn[..5],
            [
                "polls  100  p50 3µs  p99 20µs",
                " 2µs ################### 90 < p50",
                " 4µs #                    8",
                " 8µs                      0",
                "16µs #                    2 < p99",
            ]
        );
        assert!(drawn[5..].iter().all(String::is_empty));
    }

    #[test]
    fn ranges_are_put_together_where_there_is_no_room() {
        let rows = rows(&buckets(&[1, 2, 3, 4, 5]), 2);
        let counts: Vec<_> = rows.iter().map(|row| row.count).collect();
        assert_eq!(counts, [6, 9]);
        assert_eq!((rows[0].from, rows[0].to), (1_000.0, 8_000.0));
    }

    #[test]
    fn nothing_is_said_of_nothing() {
        let buckets = buckets(&[0, 0]);
        assert_eq!(lines(histogram(&buckets, &[]), 30, 2)[0], "polls  none yet");
        assert_eq!(lines(histogram(&[], &[]), 30, 2)[0], "polls  none yet");
    }

    #[test]
    fn no_room_and_no_value_is_too_odd() {
        let odd = ODD.into_iter().flatten();
        let odd: Vec<_> = odd
            .flat_map(|value| {
                [0, 1, u64::MAX].map(|count| Bucket {
                    from: value,
                    to: -value,
                    count,
                })
            })
            .collect();
        let marked: Vec<_> = ODD.into_iter().flatten().map(|it| ("p99", it)).collect();
        for width in SIZES {
            for height in SIZES {
                lines(histogram(&odd, &marked), width, height);
            }
        }
    }
}
