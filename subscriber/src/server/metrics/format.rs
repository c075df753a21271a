//! The formats in which metrics are written.

use hyper::body::Bytes;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{prometheus_text, text};
use prometheus_client::registry::Registry;

/// The formats that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// Prometheus' own text format 0.0.4, for whoever does not say.
    Prometheus = 0,
    /// OpenMetrics 1.0.
    OpenMetrics = 1,
}

impl Format {
    /// The one that a client with these `Accept` headers gets.
    pub(crate) fn of<'a>(accept: impl Iterator<Item = &'a [u8]>) -> Self {
        const WANTED: &[u8] = b"application/openmetrics-text";
        let mut accept = accept;
        match accept.any(|accept| accept.windows(WANTED.len()).any(|part| part == WANTED)) {
            true => Format::OpenMetrics,
            false => Format::Prometheus,
        }
    }

    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Format::Prometheus => prometheus_text::CONTENT_TYPE,
            Format::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }
}

/// What `metrics` tells, in `format`; `None` if it cannot be written.
pub(super) fn write(metrics: impl Collector, format: Format) -> Option<Bytes> {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(metrics));
    let mut out = String::new();
    match format {
        Format::Prometheus => prometheus_text::encode(&mut out, &registry),
        Format::OpenMetrics => text::encode(&mut out, &registry),
    }
    .ok()?;
    Some(out.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_gets_the_format_that_it_asks_for() {
        let of = |accept: &[&'static str]| Format::of(accept.iter().map(|it| it.as_bytes()));
        let prometheus =
            "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5";
        assert_eq!(of(&[prometheus]), Format::OpenMetrics);
        assert_eq!(of(&["text/plain", prometheus]), Format::OpenMetrics);
        for other in [&[][..], &["*/*"], &["text/html, text/plain"], &[""]] {
            assert_eq!(of(other), Format::Prometheus);
        }
    }
}
