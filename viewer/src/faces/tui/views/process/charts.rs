//! What a program used and did over the last minutes.

use std::io::{self, Write};
use std::time::Duration;

use ratatui::Frame;
use ratatui::layout::Rect;

use super::super::super::targets::Seen;
use super::super::super::theme::Theme;
use super::super::super::widgets::chart::{Series, TimeChart};
use super::super::super::widgets::grid;
use super::super::super::widgets::unit::Unit;
use crate::model::{History, ProcessPoint};

/// What is drawn over time.
struct Figure {
    title: &'static str,
    unit: Unit,
    /// Its name among several, and its value.
    series: &'static [(&'static str, fn(&ProcessPoint) -> Option<f64>)],
}

/// Those that matter most first: a small screen has no room for all.
const FIGURES: &[Figure] = &[
    Figure {
        title: "live tasks",
        unit: Unit::Count,
        series: &[("", |point| Some(point.live as f64))],
    },
    Figure {
        title: "resident memory",
        unit: Unit::Bytes,
        series: &[("", |point| {
            (point.resident_bytes > 0).then_some(point.resident_bytes as f64)
        })],
    },
    Figure {
        title: "processors",
        unit: Unit::Share,
        series: &[
            ("used", |point| point.cpu),
            ("in polls", |point| point.busy),
        ],
    },
    Figure {
        title: "tasks",
        unit: Unit::PerSecond,
        series: &[
            ("spawned", |point| point.spawned),
            ("ended", |point| point.ended),
        ],
    },
    Figure {
        title: "polls",
        unit: Unit::PerSecond,
        series: &[("", |point| point.polls)],
    },
    Figure {
        title: "wakes",
        unit: Unit::PerSecond,
        series: &[("", |point| point.wakes)],
    },
];

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, seen: &Seen, minutes: u64, theme: Theme) {
    let history = &seen.picture.model.history;
    let span = Duration::from_secs(60 * minutes);
    let points = points(history, span);
    for (figure, area) in FIGURES.iter().zip(grid::areas(area, FIGURES.len())) {
        let values = figure.series.iter().map(|(_, value)| {
            let values = points.iter().map(|point| value(point.as_ref()?));
            values.collect::<Vec<Option<f64>>>()
        });
        let values: Vec<_> = values.collect();
        let series = figure.series.iter().zip(&values);
        let series: Vec<Series<'_>> = series
            .map(|((name, _), values)| Series { name, values })
            .collect();
        let chart = TimeChart {
            title: figure.title,
            series: &series,
            unit: figure.unit,
            step: history.bounds().step,
            span,
            newest: history.newest(),
            theme,
        };
        frame.render_widget(chart, area);
    }
}

fn points(history: &History, span: Duration) -> Vec<Option<ProcessPoint>> {
    let step = history.bounds().step.as_nanos().max(1);
    let steps = span.as_nanos() / step;
    history.process(usize::try_from(steps).unwrap_or(usize::MAX))
}

/// Every figure of every step that is kept, a line for each step.
pub(super) fn text(out: &mut dyn Write, seen: &Seen) -> io::Result<()> {
    let history = &seen.picture.model.history;
    let names = FIGURES.iter().flat_map(|figure| {
        let names = figure.series.iter();
        names.map(|(name, _)| format!("{} {name}", figure.title).trim_end().to_owned())
    });
    let names: Vec<String> = names.collect();
    writeln!(out, "\nseconds ago, {}", names.join(", "))?;
    let points = points(history, history.reaches());
    for (age, point) in (0_u32..).zip(points.iter().rev()) {
        let ago = history.bounds().step * age;
        let values = FIGURES.iter().flat_map(|figure| {
            let series = figure.series.iter();
            series.map(|(_, value)| {
                let value = point.as_ref().and_then(value);
                value.map_or("-".to_owned(), |value| figure.unit.text(value))
            })
        });
        let values: Vec<String> = values.collect();
        writeln!(out, "{}, {}", ago.as_secs_f64(), values.join(", "))?;
    }
    Ok(())
}

/// The same for programs: values are in bytes, in processors, or by the second.
pub(super) fn json(seen: &Seen, facts: &[String]) -> serde_json::Value {
    let history = &seen.picture.model.history;
    let points = points(history, history.reaches());
    let steps = points.iter().map(|point| {
        let figures = FIGURES.iter().flat_map(|figure| {
            let series = figure.series.iter();
            series.map(|(name, value)| {
                let name = format!("{} {name}", figure.title)
                    .trim_end()
                    .replace(' ', "_");
                (name, point.as_ref().and_then(value).into())
            })
        });
        serde_json::Value::Object(figures.collect())
    });
    serde_json::json!({
        "target": &*seen.name,
        "facts": facts,
        "step_seconds": history.bounds().step.as_secs_f64(),
        "steps": steps.collect::<Vec<_>>(),
    })
}
