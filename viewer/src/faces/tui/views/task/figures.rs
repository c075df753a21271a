//! What a task did over the last minutes, and how long its polls and waits for a worker
//! took, as pictures.

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::widgets::Widget;

use super::super::super::theme::Theme;
use super::super::super::widgets::histogram::{Bucket, Histogram};
use super::super::super::widgets::timeline::{Doing, Period, Timeline};
use super::super::super::widgets::unit::Unit;
use crate::client::{Answer, TaskDetails};
use crate::model::{AtMost, Moment, RecentTimes, Stretch, TaskState, TaskTimeline};
use crate::words::duration::human;

/// Two histograms are beside each other from this width on.
const BESIDE: u16 = 100;
/// The rows of a histogram with its title.
const HISTOGRAM: u16 = 9;
/// The rows of a timeline with its title, and the gap before it.
const TIMELINE: u16 = 5;
/// So many minutes are seen at least, so that a new task does not look old.
const LEAST: Duration = Duration::from_secs(60);

/// What there is to draw.
pub(super) struct Figures<'a> {
    pub(super) timeline: Option<&'a TaskTimeline>,
    pub(super) now: Moment,
    pub(super) answer: &'a Answer,
    pub(super) theme: Theme,
}

impl Figures<'_> {
    /// How many rows it takes in this width.
    pub(super) fn height(&self, width: u16) -> u16 {
        let timeline = if self.timeline.is_some() { TIMELINE } else { 0 };
        let details = match self.answer {
            Answer::Told(details) if width >= BESIDE => {
                rows(&details.polls).max(rows(&details.delays)) + 1
            }
            Answer::Told(details) => rows(&details.polls) + rows(&details.delays) + 2,
            Answer::Asked | Answer::NotAvailable => 0,
        };
        timeline + details
    }

    pub(super) fn draw(&self, area: Rect, buffer: &mut Buffer) {
        let timeline = if self.timeline.is_some() { TIMELINE } else { 0 };
        let layout = Layout::vertical([Constraint::Length(timeline), Constraint::Min(0)]);
        let [above, below] = layout.areas(area);
        if let Some(timeline) = self.timeline {
            self.draw_timeline(timeline, above, buffer);
        }
        if let Answer::Told(details) = self.answer {
            self.draw_times(details, below, buffer);
        }
    }

    fn draw_timeline(&self, timeline: &TaskTimeline, area: Rect, buffer: &mut Buffer) {
        if area.height < 2 {
            return;
        }
        let span = self.now.since(timeline.since).max(LEAST);
        let title = format!("WHAT IT DID IN THE LAST {}", human(span));
        let width = usize::from(area.width);
        buffer.set_stringn(area.x, area.y + 1, title, width, self.theme.title());
        let stretches = timeline.stretches.iter();
        let periods: Vec<Period> = stretches.flat_map(|it| periods(it, self.now)).collect();
        let drawn = Timeline {
            periods: &periods,
            span,
            theme: self.theme,
        };
        let rows = Rect {
            y: area.y + 2,
            height: area.height - 2,
            ..area
        };
        drawn.render(rows, buffer);
    }

    fn draw_times(&self, details: &TaskDetails, area: Rect, buffer: &mut Buffer) {
        let area = Rect {
            y: area.y + 1,
            height: area.height.saturating_sub(1),
            ..area
        };
        let (polls, delays) = match area.width >= BESIDE {
            true => {
                let half = Constraint::Ratio(1, 2);
                let [left, right] = Layout::horizontal([half, half]).spacing(2).areas(area);
                (left, right)
            }
            false => {
                let rows = [rows(&details.polls), rows(&details.delays)];
                let rows = rows.map(Constraint::Length);
                let [above, below] = Layout::vertical(rows).spacing(1).areas(area);
                (above, below)
            }
        };
        self.draw_histogram("POLLS", &details.polls, polls, buffer);
        self.draw_histogram("WAITS FOR A WORKER", &details.delays, delays, buffer);
    }

    fn draw_histogram(&self, title: &str, times: &RecentTimes, area: Rect, buffer: &mut Buffer) {
        let buckets = buckets(times);
        let percentile = |share| match times.percentile(share) {
            // The last that is not in the next bucket.
            Some(AtMost::This(end)) => Some(nanos(end) - 1.0),
            Some(AtMost::MoreThan(from)) => Some(nanos(from)),
            None => None,
        };
        let marked = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99)];
        let marked: Vec<(&str, f64)> = marked
            .into_iter()
            .filter_map(|(name, share)| Some((name, percentile(share)?)))
            .collect();
        Histogram {
            title,
            buckets: &buckets,
            marked: &marked,
            unit: Unit::Nanos,
            theme: self.theme,
        }
        .render(area, buffer);
    }
}

/// How many rows a histogram takes.
fn rows(times: &RecentTimes) -> u16 {
    if times.is_empty() { 1 } else { HISTOGRAM }
}

fn buckets(times: &RecentTimes) -> Vec<Bucket> {
    let places = times.places();
    let ends = places.iter().skip(1).map(|(from, _)| nanos(*from));
    let ends = ends.chain([f64::INFINITY]);
    let counted = places.iter().zip(ends);
    counted
        .map(|((from, count), to)| Bucket {
            from: nanos(*from),
            to,
            count: u64::from(*count),
        })
        .collect()
}

fn nanos(duration: Duration) -> f64 {
    duration.as_nanos() as f64
}

/// One after the other what was done in a stretch: which of it came first is not known.
fn periods(stretch: &Stretch, now: Moment) -> Vec<Period> {
    let whole = stretch.to.since(stretch.from);
    let part = |share: f32| match share.is_nan() {
        true => Duration::ZERO,
        false => whole.mul_f32(share.clamp(0.0, 1.0)).min(whole),
    };
    let rest = match stretch.state {
        TaskState::Lost => Doing::Lost,
        _ => Doing::Waiting,
    };
    let running = part(stretch.running);
    let scheduled = part(stretch.scheduled).min(whole - running);
    let mut at = stretch.from;
    let mut periods = Vec::new();
    for (doing, length) in [
        (Doing::Scheduled, scheduled),
        (Doing::Running, running),
        (rest, whole.saturating_sub(running + scheduled)),
    ] {
        if !length.is_zero() {
            let end = (at + length).min(stretch.to);
            periods.push(Period {
                began: now.since(at),
                ended: now.since(end),
                doing,
            });
            at = end;
        }
    }
    periods
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(seconds: u64) -> Moment {
        Moment::from_nanos(seconds * 1_000_000_000)
    }

    #[test]
    fn a_stretch_is_as_long_as_its_parts() {
        let stretch = Stretch {
            from: moment(10),
            to: moment(20),
            running: 0.5,
            scheduled: 0.2,
            state: TaskState::Waiting,
        };
        let periods = periods(&stretch, moment(30));
        let doing: Vec<Doing> = periods.iter().map(|period| period.doing).collect();
        assert_eq!(doing, [Doing::Scheduled, Doing::Running, Doing::Waiting]);
        assert_eq!(periods[0].began, Duration::from_secs(20));
        assert_eq!(periods[2].ended, Duration::from_secs(10));
        for pair in periods.windows(2) {
            assert_eq!(pair[0].ended, pair[1].began);
        }
    }

    #[test]
    fn shares_that_make_no_sense_do_no_harm() {
        for share in [f32::NAN, -1.0, 2.0, f32::INFINITY] {
            let stretch = Stretch {
                from: moment(1),
                to: moment(2),
                running: share,
                scheduled: share,
                state: TaskState::Lost,
            };
            periods(&stretch, moment(2));
        }
    }
}
